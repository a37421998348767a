"""``parity plan``: which nodes must stay in FP32 for a lowered model's check to hold."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parity.cli import options, streams
from parity.report import targets
from parity.report.targets import STDOUT
from parity.shown import shown

if TYPE_CHECKING:
    from parity.api.planning import Planned

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("model", type=_PATH)
@click.option(
    "--precision", type=click.Choice(["fp16", "int8"]), required=True, help="To lower MODEL to."
)
@click.option("--reference", type=_PATH, help="Paddle model of an ONNX MODEL, if not beside it.")
@click.option("--opset", type=click.IntRange(1), help="To export a Paddle MODEL at; default 13.")
@click.option("--rtol", type=float, help="The tolerance to hold, together with --atol.")
@click.option("--atol", type=float, help="Both default to those of the precision.")
@click.option("--max-examples", type=click.IntRange(1), default=40, show_default=True)
@click.option("--max-batch", type=click.IntRange(1), help="Most rows of a feed.")
@click.option("--max-length", type=click.IntRange(1), help="Longest row of a feed.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--inputs", help="Of a case with several ways of feeding: which.")
@click.option("--models", type=_PATH, help="Folder of models that users bring, for a case.")
@click.option(
    "--budget", type=float, callback=options.positive, default=600.0, show_default=True,
    metavar="SECONDS", help="Time for finding fewer nodes, checks apart.",
)  # fmt: skip
@click.option("--out", type=_PATH, help="Write the model there, too; it is kept in the cache.")
@click.option("--json", "json_file", type=_PATH, help="Write plan and check as JSON; - for stdout.")
def plan(**given: Any) -> int:
    """Find the fewest nodes of MODEL to keep in FP32 so that its FP16 or INT8 model holds.

    MODEL is a Paddle model or zoo:NAME, which is exported; an FP32 .onnx file; or a case, whose
    answers must hold, too. Models with some nodes kept are made and run until the fewest are
    found, and that model is checked as `parity check` does. Exit codes: 0 if there is one, 2 if
    not, or it could not run.
    """
    from parity.api import planning
    from parity.cli import checking

    checking.keep_out_of_the_way()
    json_file, rtol, atol = given.pop("json_file"), given.pop("rtol"), given.pop("atol")
    targets.check(json=None if json_file == STDOUT else json_file)
    chosen = options.tolerance(given["precision"], "max", rtol, atol)
    found = planning.planned(
        given.pop("model"),
        tolerance=None if rtol is None else chosen,
        budget_s=given.pop("budget"),
        progress=True,
        **given,
    )
    _report(found, json_file)
    return 0


def _report(found: "Planned", json_file: Path | None) -> None:
    from parity.report import terminal

    to_stdout = json_file == STDOUT
    if to_stdout:
        click.echo(found.to_json(), nl=False)
    elif json_file is not None:
        targets.write(json_file, found.to_json(), "json")
    console = streams.console(stderr=to_stdout)
    terminal.show(found.plan.result, console)
    for line in _lines(found):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _lines(found: "Planned") -> list[str]:
    plan = found.plan
    model = f"model     {shown(found.path)}"
    if not plan.keep:
        return [f"plan      nothing has to stay in FP32: {shown(plan.made.coverage)}", model]
    few = "" if plan.minimal else ", though fewer may do: time was up"
    return [
        f"plan      {len(plan.keep)} of {plan.of} nodes in FP32{few}; {plan.trials} models "
        f"tried, {plan.seconds:.0f} s; {shown(plan.made.coverage)}",
        model,
        "case      as follows, in its case.toml:",
        f"[candidate.{found.precision}]",
        f"keep = {json.dumps(list(plan.keep), ensure_ascii=False)}",
    ]
