"""``parity check`` of several models: each in turn, one table at the end."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parity import files
from parity.cli import annotations, checking, reporting, streams
from parity.errors import ParityError, UsageError
from parity.interrupts import Terminated
from parity.report import targets
from parity.report.targets import STDOUT
from parity.target import holds, several

if TYPE_CHECKING:
    from rich.console import Console

    from parity.api.many import Checked, Results


def run(named: Sequence[Path], given: Mapping[str, Any]) -> int:
    """Check what is named, be it one model, and give the exit code."""
    to_stdout = given["json_file"] == STDOUT
    json_file = None if to_stdout else given["json_file"]
    try:
        meant = several(named, referenced=given["reference"] is not None)
        if meant.plural:
            _check_targets(given, json_file)
            keywords = checking.keywords(given)
    except ParityError as error:
        reporting.failure(str(error), json_file, to_stdout=to_stdout)
        raise
    if not meant.plural:
        return checking.run({**given, "model": Path(meant.names[0])})
    from parity.api.many import check_all

    checking.keep_out_of_the_way()
    console = streams.console(stderr=to_stdout)

    bundles: list[Path | None] = []

    def each(one: "Checked") -> None:
        bundles.append(_show(one, given, console))
        if one.result is not None:
            annotations.of_result(given, one.result)

    try:
        found = check_all(named, given["reference"], each=each, **keywords)
    except (KeyboardInterrupt, Terminated):
        reporting.failure(reporting.NO_RESULT, json_file, to_stdout=to_stdout, partial=True)
        raise
    _write(found, bundles, json_file, to_stdout=to_stdout)
    given["page"].write(found.to_dict(), feeds_of(found))
    _summary(found, console)
    if found.ended_by is not None:
        return streams.ended(found.ended_by, f"in model {len(found.checked)} of {found.of}")
    return found.code


def feeds_of(found: "Results") -> dict[str, Any]:
    """The smallest failing feeds, by where in the document each model's run stands."""
    runs = [one.result and one.result.verified for one in found.checked]
    return {f"/models/{i}": r.minimal.feed for i, r in enumerate(runs) if r and r.minimal}


def _check_targets(given: Mapping[str, Any], json_file: Path | None) -> None:
    """Find out before the work that all can be written. A bundle is a folder of bundles here."""
    bundle = given["bundle"]
    if bundle is not None:
        if bundle.exists() and not bundle.is_dir():
            raise UsageError(f"{bundle}: is a file; --bundle takes a folder")
        files.check_writable(bundle)
    targets.check(
        json=json_file, html=given["html"],
        also={"--bundle": bundle, "--database": given["database"]},
    )  # fmt: skip


def _write(
    found: "Results", bundles: Sequence[Path | None], json_file: Path | None, *, to_stdout: bool
) -> None:
    """The JSON. bundles: of each model, as far as they came before an end."""
    from parity.report import evidence

    if json_file is None and not to_stdout:
        return
    runs = [None if one.result is None else one.result.verified for one in found.checked]
    kept = [*bundles, *[None] * (len(runs) - len(bundles))]
    feeds = evidence.feeds(json_file, runs, kept)
    text = found.to_json(feeds=[evidence.named(feed, json_file) for feed in feeds])
    if json_file is not None:
        targets.write(json_file, text, "json")
    if to_stdout:
        sys.stdout.write(text)


def _show(one: "Checked", given: Mapping[str, Any], console: "Console") -> Path | None:
    """One model's report, and its evidence first: a closed terminal must not cost that.

    Gives where the evidence is.
    """
    from rich.markup import escape

    from parity.report import details, terminal
    from parity.report import several as report
    from parity.shown import shown

    written, aside = _evidence(one, given["bundle"])
    if given["quiet"]:
        return written
    colour = report.STYLES[one.verdict]
    head = f"[bold]{escape(shown(one.name))}[/bold] [{colour}]{one.verdict}[/{colour}]"
    console.print(head, highlight=False, soft_wrap=True)
    if one.result is None:
        console.print(escape(shown(one.error)), highlight=False, soft_wrap=True)
    elif not one.passed:
        terminal.show(one.result.verified, console, bundle=written,
                      explanation=one.result.explanation)  # fmt: skip
    if given["verbose"] and one.result is not None:
        details.show(one.result.verified, console)
    if aside is not None:
        terminal.aside(aside, console)
    console.print()
    return written


def _evidence(one: "Checked", bundles: Path | None) -> tuple[Path | None, Path | None]:
    """Where the evidence of one is, and where that of an earlier run went, if it had to."""
    from parity.report import bundle

    if bundles is None or one.result is None:
        return None, None
    of = str(Path(one.name).resolve())
    folder = bundle.place(bundles, one.name, of=of)
    if one.passed:
        return None, bundle.retire(folder)
    vain = one.result.partial and not one.result.findings
    return None if vain else one.result.save_bundle(folder, of=of), None


def _summary(found: "Results", console: "Console") -> None:
    from parity.report import several as report
    from parity.report.console import print_whole
    from parity.shown import shown

    print_whole(console, found.table())
    for name in found.passed_over:
        inside = Path(name).is_dir() and holds(Path(name))
        told = f"{shown(name)}: {'not looked into' if inside else 'no model'}"
        console.print(told, markup=False, highlight=False, soft_wrap=True)
    for line in found.reasons:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    console.print(report.totals(found.rows, found.of), markup=False, highlight=False)
