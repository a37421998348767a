"""``parity check``: one candidate against its reference."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from parity.cli import annotations, options
from parity.cli.loudness import loudness
from parity.cli.settled import Settled
from parity.model.precisions import PRECISIONS

_PATH = click.Path(path_type=Path)


@click.command(cls=Settled)
@click.argument("named", type=_PATH, nargs=-1, metavar="MODEL...")
@click.option("--reference", type=_PATH, help="Paddle or ONNX model; default: beside MODEL.")
@click.option("--tokenizer", type=_PATH, help="File or folder; default: the one beside MODEL.")
@click.option(
    "--precision",
    type=click.Choice(PRECISIONS),
    default="fp32",
    show_default=True,
    help="Precision of MODEL, or to give to a Paddle MODEL's export; decides the tolerance.",
)
@click.option("--opset", type=click.IntRange(1), help="To export a Paddle MODEL at; default 13.")
@click.option("--rtol", type=float, help="Relative tolerance, over the largest magnitude.")
@click.option("--atol", type=float, help="Absolute tolerance; an output passes by either.")
@click.option(
    "--rule",
    type=click.Choice(["max", "elementwise"]),
    default="max",
    show_default=True,
    help="How the two tolerances apply: an output's largest difference, or every element.",
)
@click.option(
    "--max-examples",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Generated examples, on top of the boundary feeds.",
)
@click.option(
    "--budget",
    type=float,
    callback=options.positive,
    metavar="SECONDS",
    help="No new generated example after so long; boundary feeds all run.",
)
@click.option(
    "--shrink-budget",
    type=float,
    callback=options.positive,
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Time to make a failing feed small.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Of everything drawn."
)
@click.option(
    "--inputs", "kind", metavar="KIND", help="Input plan: ids, text, pairs, mixed or tensors."
)
@click.option(
    "--input",
    "said",
    multiple=True,
    metavar="TEXT",
    help="What an input takes: 'x: float32[n,3,32k,32k] in [-1,1]'; parity inspect prints it.",
)
@click.option(
    "--feeds",
    type=_PATH,
    multiple=True,
    help="Your own: .npz, .npy, a picture, or a folder of them. They run first.",
)
@click.option(
    "--picture",
    metavar="TEXT",
    help="How one becomes a feed: 'size=224x224, mean=0.5, std=0.5, order=BGR'.",
)
@click.option("--max-batch", type=click.IntRange(1), help="Most rows of a feed.")
@click.option("--max-length", type=click.IntRange(1), help="Longest row of a feed.")
@click.option("--map-output", multiple=True, metavar="REF=CAND", help="Pair outputs named apart.")
@click.option("--reference-engine", metavar="NAME", help="Default: by the model's format.")
@click.option("--candidate-engine", metavar="NAME", help="Default: by the model's format.")
@click.option(
    "--reference-env", type=options.ENV, help="Run it in that venv, or under that python."
)
@click.option(
    "--candidate-env", type=options.ENV, help="Run it in that venv, or under that python."
)
@click.option("--exporter", metavar="NAME", help="Of a Paddle MODEL: paddle2onnx, p2o, or yours.")
@click.option("--exporter-option", multiple=True, metavar="K=V", help="Option of the exporter.")
@click.option("--reference-option", multiple=True, metavar="K=V", help="Option of that engine.")
@click.option("--candidate-option", multiple=True, metavar="K=V", help="Option of that engine.")
@click.option(
    "--timeout",
    type=float,
    callback=options.positive,
    default=120.0,
    show_default=True,
    metavar="SECONDS",
    help="For one feed in one engine.",
)
@click.option(
    "--open-timeout",
    type=float,
    callback=options.positive,
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="For loading a model.",
)
@click.option(
    "--explain-budget",
    type=click.FloatRange(0),
    default=20.0,
    show_default=True,
    metavar="SECONDS",
    help="Time to say which op is to blame for a finding; 0 turns that off.",
)
@loudness("The verdict alone.", "Also engine options, machine, effort, seconds by stage.")
@annotations.option
@click.option("--oracle", is_flag=True, help="Say how far each side is from float64.")
@click.option("--sweep", is_flag=True, help="Every engine and option that runs here, in a table.")
@click.option("--family", is_flag=True, help="MODEL and its siblings, -optimized and -quantized.")
@click.option("--self", "alone", is_flag=True, help="MODEL against itself: it needs no reference.")
@click.option("--strict", is_flag=True, help="A run with a warning doesn't pass.")
@click.option("--database", type=_PATH, help="Folder of failing examples to try first.")
@click.option("--models", type=_PATH, help="Folder of models that users bring, for cases.")
@click.option("--json", "json_file", type=_PATH, help="Write the result as JSON; - for stdout.")
@click.option("--bundle", type=_PATH, help="Folder for the evidence, if there is a finding.")
@options.paged
def check(**given: Any) -> int:
    """Compare MODEL with its reference on boundary feeds and generated ones.

    MODEL is an ONNX file, a folder with one, zoo:NAME or kserve:URL/MODEL; or a Paddle
    model, which is exported and compared with its export; or a case: a folder with
    case.toml, or a name under golden/; or answers:URL, whose --reference is a case.
    Several models, a folder of models or a pattern in quotes are checked one by one. Exit
    codes: 0 parity, 1 at least one finding, 2 could not run; of several models the worst.
    """
    from parity.api.running import paddle_ahead
    from parity.page.output import Output

    named, alone = given.pop("named"), given.pop("alone")
    if not named:
        raise click.MissingParameter(param_hint="'MODEL'", param_type="argument")
    ahead = paddle_ahead(named, given, alone=alone)
    with Output(given["html"], given["baseline"]) as page, ahead:
        return _run(named, {**given, "page": page}, alone=alone)


def _run(named: Sequence[Path], given: dict[str, Any], *, alone: bool) -> int:
    from parity.target import is_case, is_served

    if len(named) == 1 and is_served(named[0]) and str(named[0]).startswith("answers:"):
        from parity.cli.deployed import answers

        return answers.run(named[0], given, click.get_current_context())
    if alone:
        from parity.cli.costs import check_self

        return check_self.run(named, given)
    if given["sweep"]:
        from parity.cli.deployed import sweep

        return sweep.run(named, given, click.get_current_context())
    if len(named) == 1 and is_case(named[0]):
        from parity.cli import check_case

        return check_case.run({**given, "model": named[0]}, click.get_current_context())
    if given["family"]:
        from parity.cli.deployed import family

        return family.run(named, given)
    from parity.cli import check_many

    return check_many.run(named, given)
