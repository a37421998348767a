"""``parity lint``: what can be said of an ONNX file without running it."""

from collections import Counter
from pathlib import Path

import click

from parity.cli import streams
from parity.cli.loudness import loudness
from parity.shown import shown

_NAMED = 3  # nodes of which the same is said
_EACH = 3  # lines of a kind; the others are counted, and all are in the JSON


@click.command()
@click.argument("model")
@click.option(
    "--onnxruntime", metavar="VERSION", help="That is to read it, as 1.17; default: the one here."
)
@click.option("--strict", is_flag=True, help="A warning is a failure: exit code 1.")
@loudness("The totals alone.")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write JSON; - for stdout."
)
def lint(
    model: str, onnxruntime: str | None, strict: bool, quiet: bool, json_file: Path | None
) -> int:
    """Look for what may go wrong with MODEL elsewhere; no engine is started.

    MODEL is an ONNX file, a folder with one, or zoo:NAME. A warning is about this file as it is; a
    note about what it would become in FP16, in a batch, or in TensorRT. Exit codes: 0, 1 for a
    warning with --strict, 2 if it can't be read.
    """
    from parity.api import linting
    from parity.report import targets
    from parity.report.console import print_line

    targets.check(json=json_file)
    found = linting.lint(model, onnxruntime=onnxruntime)
    to_stdout = json_file == targets.STDOUT
    streams.give(found.to_json(), json_file)
    console = streams.console(stderr=to_stdout, highlight=False)
    told: Counter[str] = Counter()
    for said, nodes in () if quiet else found.together():
        told[said.kind] += 1
        if told[said.kind] > _EACH:
            continue
        more = f" and {len(nodes) - _NAMED} more" if len(nodes) > _NAMED else ""
        at = f"{shown(', '.join(nodes[:_NAMED]))}{more}: " if any(nodes) else ""
        print_line(console, f"{said.level:<10}", f"{at}{shown(said.message)}")
        print_line(console, " " * 10, f"way out: {shown(said.way_out)}")
    for kind, count in told.items():
        if count > _EACH:
            print_line(
                console, " " * 10, f"… and {count - _EACH} more of {kind} (all are in --json)"
            )
    warnings = len(found.warnings)
    notes = len(found.lints) - warnings
    console.print(
        f"{shown(str(found.model.program))}: {_of(warnings, 'warning')}, {_of(notes, 'note')} from "
        f"{_of(found.looked, 'lint')}",
        markup=False, soft_wrap=True,
    )  # fmt: skip
    return 1 if strict and warnings else 0


def _of(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
