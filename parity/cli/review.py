"""``parity review``: accept or reject what changed in recorded answers."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parity.cli import streams
from parity.cli.loudness import loudness
from parity.errors import UsageError
from parity.shown import shown

if TYPE_CHECKING:
    from parity.golden import Review
    from parity.review.decide import Waiting
    from parity.review.told import Line

    Cases = list[tuple[str, Waiting]]

ROOT = Path("golden")
ALL = "all"

_INTERRUPTED = 130


@click.command()
@click.argument("case", required=False)
@click.option("--accept", multiple=True, metavar="GROUP", help='Of a script: by name, or "all".')
@click.option("--reject", multiple=True, metavar="GROUP", help="The same.")
@click.option("--reason", metavar="TEXT", help="Why, for whoever asks the golden in a year.")
@click.option("--html", type=click.Path(path_type=Path), help="Write a page to read, and no more.")
@loudness("How much waits, and no more, where nobody is asked.")
def review(
    case: str | None,
    accept: tuple[str, ...],
    reject: tuple[str, ...],
    reason: str | None,
    html: Path | None,
    quiet: bool,
) -> int:
    """Step through what `parity record` would change in the golden of CASE, or of all cases.

    Equal changes are one group, "37 x ORG to LOC"; first what was furthest from changing. Who
    decides is $PARITY_REVIEWER, or what git calls you. What was decided is written at once. Exit
    codes: 0 if nothing waits any more, 1 if something does, 2 could not run.
    """
    both = set(accept) & set(reject)
    if both:
        raise UsageError(f'"{both.pop()}": accepted and rejected at once')
    if html is not None and (accept or reject):
        raise UsageError("--html only writes a page; decide in a second call")
    cases = _cases(case)
    if html is not None:
        _write_page(html, cases)
    elif accept or reject:
        _by_name(cases, accept, reject, reason)
    elif sys.stdin.isatty() and sys.stdout.isatty():
        if not _ask(cases, reason):
            return _INTERRUPTED
    elif not quiet:
        _list(cases)
    left = _cases(case)
    for line in _without(cases):
        click.echo(line)
    click.echo(_said(left))
    return 1 if left else 0


def _cases(case: str | None) -> "Cases":
    """What waits, by the case's name; of one that all has been decided of, nothing is left."""
    from parity import golden
    from parity.case import FILE, find
    from parity.review.decide import of_pending, read, withdraw

    if case is not None:
        folders = [find(case, (ROOT,)).folder]
    else:
        folders = sorted(path.parent for path in ROOT.glob(f"*/{FILE}"))
    found = []
    for folder in folders:
        for path in map(of_pending, golden.waiting(folder)):
            waits = read(path)
            if waits is not None and waits.groups:
                found.append((folder.resolve().name, waits))
            elif waits is not None:
                withdraw(path)
    return found


def _write_page(path: Path, cases: "Cases") -> None:
    from parity.report import targets
    from parity.report.marks import HTML
    from parity.review.page import page

    targets.write(path, page(HTML, cases), "html")


def _list(cases: "Cases") -> None:
    """For a script or a pipe: the groups with all that is in them."""
    from parity.review import told

    show = _shower()
    for name, waits in cases:
        show(told.title(name))
        for number, group in enumerate(waits.groups, 1):
            show(told.heading(group, number, len(waits.groups)))
            for line in told.lines(group):
                show(line)


def _by_name(
    cases: "Cases", accept: Sequence[str], reject: Sequence[str], reason: str | None
) -> None:
    from parity.plugins import unknown
    from parity.review.decide import decide
    from parity.review.who import reason as checked

    if reason is None:
        raise UsageError("--accept and --reject need --reason: the golden says why it changed")
    why = checked(reason)
    names = {group.name for _, waits in cases for group in waits.groups}
    for name in (*accept, *reject):
        if name != ALL and name not in names:
            raise UsageError(unknown("group", name, {ALL, *names}))
    # Of all cases before the first decision: one that nobody makes must not end it half-way.
    reviews = {waits.path: _review(waits.path, why) for _, waits in cases}
    for case, waits in cases:
        said = reviews[waits.path]
        for group in waits.groups:
            verdict = _verdict(group.name, accept, reject)
            if verdict is None:
                continue
            done = decide(waits.path, group, accept=verdict, review=said)
            told = "accepted" if verdict else "rejected"
            click.echo(f"{shown(case)}: {told} {group.name}, {done} of {len(group.changes) or 1}")


def _verdict(name: str, accept: Sequence[str], reject: Sequence[str]) -> bool | None:
    """A name that is said wins over "all"."""
    for chosen in (name, ALL):
        if chosen in accept:
            return True
        if chosen in reject:
            return False
    return None


def _ask(cases: "Cases", reason: str | None) -> bool:
    """Ask whoever sits there; False after Ctrl-C."""
    from parity.review import told
    from parity.review.sitting import QuitError, Sitting
    from parity.review.who import reason as checked

    show = _shower()
    why = checked(reason) if reason is not None else ""
    accepted = rejected = 0
    whole = True
    for name, waits in cases:
        show(told.title(name, waits.path))
        sitting = Sitting(_review(waits.path, why), streams.answer, show)
        try:
            sitting.go_through(waits.path, waits)
        except QuitError:
            whole = False
        except KeyboardInterrupt:
            click.echo("\nparity: interrupted; what was decided is written", err=True)
            return False
        finally:
            accepted, rejected = accepted + sitting.accepted, rejected + sitting.rejected
        why = sitting.why
        if not whole:
            break
    click.echo(f"accepted {accepted}, rejected {rejected}")
    return True


def _review(path: Path, why: str) -> "Review":
    from parity.golden import Review
    from parity.review.who import now, who

    return Review(who(path.parent), now(), why)


def _shower() -> "Callable[[Line], None]":
    from parity.report.console import print_line

    console = streams.console(highlight=False)
    return lambda line: print_line(console, *line)


def _without(cases: "Cases") -> "Iterator[str]":
    """Of which cases nothing is left to be a golden."""
    from parity import golden

    for name, waits in cases:
        if not waits.path.exists() and not golden.pending(waits.path).exists():
            yield (
                f"{shown(name)}: everything was rejected, so there is no golden, and the gate "
                "stays red: mend what is wrong and record again, or name no golden in case.toml"
            )


def _said(left: "Cases") -> str:
    if not left:
        return "nothing waits for a review"
    changes = sum(len(g.changes) or 1 for _, waits in left for g in waits.groups)
    names = ", ".join(dict.fromkeys(shown(name) for name, _ in left))
    return f"waiting for a decision: {changes} in {names}; the gate fails until they are made"
