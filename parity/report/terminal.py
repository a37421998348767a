"""A result for a person at a terminal."""

import io
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from parity.compare.values import COUNTED, Measured
from parity.diagnose.advice import advice, unlike
from parity.diagnose.explain import Explanation
from parity.diagnose.strip import drawn
from parity.model.spec import Image
from parity.model.tensors import Feed
from parity.report import engine as engines
from parity.report.console import Plain, print_line, print_whole
from parity.report.values import arrays
from parity.report.values.ratios import share, times
from parity.shown import apart, command, quoted, shown
from parity.verify.request import Request
from parity.verify.result import Minimal, Result

_FINDINGS_SHOWN = 8
_NAME = 20  # columns of a name, at least; on a terminal it is cut in the middle
_FIGURES = 84  # columns that the rest of the table takes
_LONGEST = 200  # where no terminal sets an end

_COLUMNS = (
    *("output", "positions", "compared", "max abs", "max rel", "allowed", "used"),
    "of rounding",
)


_ORACLE = ("reference to float64", "candidate to float64")

_OPS = ("op", "node", "made of", "own", "inherited", "rounding", "of rounding")


def header(request: Request, console: Console) -> None:
    """Print what is compared with what: known before any engine is up."""
    for role, side in (("reference", request.reference), ("candidate", request.candidate)):
        name = f"[dim]({_told(side.engine)})[/dim]"
        print_line(console, role, f"{_told(engines.place(side))} {name}")


def notes(lines: Iterable[str], console: Console) -> None:
    """Print what was inferred, learned or noticed, a line each."""
    for line in lines:
        print_line(console, "", f"[dim]{_told(line)}[/dim]")


def show(
    result: Result, console: Console, *, bundle: Path | None = None,
    explanation: Explanation | None = None, told: Collection[str] | None = None,
    feed: Path | None = None,
) -> None:  # fmt: skip
    """Print the verdict, then what it is made of, and what was noticed at the end.

    told: the notes that are printed already, below a header; None where nothing is. feed: the file
    with the smallest failing feed, where it is too large to be printed.
    """
    console.print()
    closing(result, console)
    for warning in result.warnings:
        print_line(console, "[yellow]warning[/yellow]", _told(warning))
    _findings(console, result)
    if explanation is not None:
        replays = bundle is not None and (bundle / "repro.json").exists()
        cause(result.request, explanation, console, bundle=replays)
    elif said := unlike(result):
        print_line(console, "next", _told(said))
    if result.minimal is not None:
        _minimal(console, result, result.minimal, feed)
    if result.verdict.worst:
        console.print()
        print_whole(console, _table(result, console))
    console.print()
    _at_the_end(console, result, told)
    if bundle is not None:
        # Not broken into lines: they are to be copied.
        _whole(console, "bundle", shown(bundle))
        if (bundle / "repro.py").exists():
            _whole(console, "replay", command(["python", bundle / "repro.py"]))


def _at_the_end(console: Console, result: Result, told: Collection[str] | None) -> None:
    """What the verdict rests on, as far as it isn't told yet."""
    request = result.request
    if told is None:
        header(request, console)
    sides = (("reference", request.reference), ("candidate", request.candidate))
    ran = [
        engines.told(side, result.engines[role]) for role, side in sides if role in result.engines
    ]
    if versions := ", ".join(dict.fromkeys(ran)):
        print_line(console, "engines", _told(versions))
    environment = result.environment
    if environment.effective_opset is not None:
        opset = _opset(environment.requested_opset, environment.effective_opset)
        print_line(console, "opset", opset)
    if result.from_store is not None:
        print_line(console, "", _told(result.from_store))
    odd = [n for role in result.engines for n in engines.caveats(role, result.engines[role])]
    notes((note for note in (*result.notes, *odd) if note not in (told or ())), console)


def text(
    result: Result, explanation: Explanation | None = None, *, bundle: Path | None = None,
    colour: bool = False,
) -> str:  # fmt: skip
    """The same as a text of 100 columns. colour: with the escapes of a terminal."""

    def told(console: Console) -> None:
        show(result, console, bundle=bundle, explanation=explanation)

    return _told_of(told, colour=colour)


def explained_text(
    request: Request, found: Explanation, feed: Feed, *, bundle: bool = False, colour: bool = False
) -> str:
    """An explanation as a text of 100 columns. colour: with the escapes of a terminal."""
    return _told_of(lambda c: explained(request, found, feed, c, bundle=bundle), colour=colour)


def _told_of(show: Callable[[Console], None], *, colour: bool) -> str:
    console = Plain(
        file=io.StringIO(), width=100, force_terminal=colour, no_color=not colour,
        color_system="standard" if colour else None,
    )  # fmt: skip
    with console.capture() as told:
        show(console)
    return told.get().strip("\n").rstrip()


def explained(
    request: Request, found: Explanation, feed: Feed, console: Console, *, bundle: bool = False
) -> None:
    """Print an explanation on its own. feed: what the models were run on. bundle: of a bundle's."""
    for role, side in (("reference", request.reference), ("candidate", request.candidate)):
        print_line(console, role, _told(side.model.program))
    told = ", ".join(f"{name} {list(array.shape)}" for name, array in feed.items())
    print_line(console, "feed", _told(told))
    cause(request, found, console, bundle=bundle)
    console.print(f"[dim]{found.seconds:.1f} s[/dim]", highlight=False)


def cause(
    request: Request, explanation: Explanation, console: Console, *, bundle: bool = False
) -> None:
    """Print who is to blame, what to do next, and the ops furthest off for their rounding."""
    print_line(console, "[red]cause[/red]", _told(explanation.summary))
    if said := advice(explanation.stage, request, weights=explanation.weights, bundle=bundle):
        print_line(console, "next", said)
    if explanation.strip:
        print_line(console, "graph", _told(drawn(explanation.strip)))
    if not explanation.worst:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in _OPS:
        table.add_column(title, justify="left" if title in _OPS[:3] else "right")
    guilty = {c.outputs for c in explanation.culprits}
    for op in explanation.worst:
        told = [_told(t) for t in (op.op_type, op.node, op.reference_op)]
        inherited = "" if op.inherited is None else f"{op.inherited:.2g}"
        style = "red" if op.outputs in guilty else ""
        figures = (f"{op.own or 0:.2g}", inherited, f"{op.rounding or 0:.2g}", times(op.ratio))
        table.add_row(*told, *figures, style=style)
    print_whole(console, table)


def aside(bundle: Path, console: Console) -> None:
    """Say where the evidence of an earlier run is, since this one has none."""
    print_line(console, "bundle", f"none; that of an earlier run is now {_told(bundle)}")


def _opset(requested: int | None, effective: int) -> str:
    if requested is None or requested == effective:
        return str(effective)
    return f"[yellow]{effective}, though {requested} was asked for[/yellow]"


def _table(result: Result, console: Console) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    columns = (*_COLUMNS, *(_ORACLE if result.oracle else ()))
    for title in columns:
        table.add_column(title, justify="left" if title in ("output", "positions") else "right")
    most = max(_NAME, console.width - _FIGURES) if console.is_terminal else _LONGEST
    names = apart((m.output for m in result.verdict.worst), most)
    for m in result.verdict.worst:
        style = "red" if m.ratio >= 1 else ""
        table.add_row(
            escape(names[m.output]), m.region, f"{result.verdict.compared[m.output, m.region]:,}",
            f"{m.max_abs:.2g}", f"{m.max_rel:.2g}", f"{m.allowed:.2g}", share(m.ratio),
            _rounding(result, m), *_oracle(result, m), style=style,
        )  # fmt: skip
    small = ", findings being of the smallest feed" if result.minimal is not None else ""
    table.title = f"worst example of each output{small}"
    table.title_justify = "left"
    table.title_style = "dim"
    return table


def _rounding(result: Result, m: Measured) -> str:
    """How many times its noise an output was off, where that was measured."""
    measured = result.noise.get(m.output, m)
    if not measured.rounding or m.region not in COUNTED:
        return ""
    return times(measured.max_abs / measured.rounding)


def _oracle(result: Result, m: Measured) -> tuple[str, ...]:
    """How far both sides are from float64, over the whole output."""
    off = result.oracle.get(m.output)
    if off is None or m.region != "all":
        return ("", "") if result.oracle else ()
    return f"{off.reference:.2g}", f"{off.candidate:.2g}"


def _minimal(console: Console, result: Result, minimal: Minimal, feed: Path | None) -> None:
    example = minimal.example
    pictures = {s.name for s in result.signature.inputs if isinstance(s.domain, Image)}
    print_line(console, "smallest", f"failing feed ({_told(example.label)})")
    if example.texts is not None:
        for row, text in enumerate(example.texts):
            print_line(console, "", f"text {row}: {escape(quoted(text))}")
    for name, array in example.feed.items():
        values = arrays.line(array, picture=name in pictures)
        print_line(console, "", f"{_told(name)} {list(array.shape)}: {escape(values)}")
    if feed is not None and any(map(arrays.is_large, example.feed.values())):
        print_line(console, "", f"all of it: {_told(feed)}")
    if not minimal.reproduced and not result.partial:
        print_line(
            console, "", "[yellow]it did not fail again when run alone: intermittent[/yellow]"
        )


def _findings(console: Console, result: Result) -> None:
    found = result.verdict.findings
    for finding in found[:_FINDINGS_SHOWN]:
        print_line(console, "[red]finding[/red]", _told(finding))
    if len(found) > _FINDINGS_SHOWN:
        print_line(console, "", f"and {len(found) - _FINDINGS_SHOWN} more, in the JSON")


def quietly(result: Result, console: Console) -> None:
    """Print the verdict, and what is wrong with a run that passed."""
    for warning in result.warnings:
        print_line(console, "[yellow]warning[/yellow]", _told(warning))
    closing(result, console)


def closing(result: Result, console: Console) -> None:
    """Print the verdict alone: one line."""
    verdict = result.verdict
    non_finite = f" and {verdict.matched:,} equal NaN or infinities" if verdict.matched else ""
    counted = (
        f"{verdict.examples} examples ({_fixed(result)}), "
        f"{verdict.elements:,} elements compared{non_finite}, "
        f"{result.seconds.get('total', 0):.1f} s"
    )
    if result.partial:
        found = f", {len(verdict.findings)} findings" if verdict.findings else ""
        head, said = "[bold yellow]partial[/bold yellow]", f"ended before a verdict{found}; "
    elif result.passed:
        head, said = "[bold green]parity[/bold green]", ""
    else:
        count = len(verdict.findings)
        kinds = "1 finding" if count == 1 else f"{count} findings"
        if verdict.passed:
            kinds = "--strict, and there is a warning"
        head, said = "[bold red]differs[/bold red]", f"{kinds} in "
    print_line(console, "", f"{head}: {said}{counted}", indent=0)


def _fixed(result: Result) -> str:
    own = f"{result.feeds} of them your own, " if result.feeds else ""
    return f"{own}{result.boundary} of them boundary feeds"


def _whole(console: Console, head: str, text: str) -> None:
    console.print(f"{head:<10}{escape(text)}", highlight=False, soft_wrap=True)


def _told(text: object) -> str:
    """Foreign text, in Rich's markup."""
    return escape(shown(text))
