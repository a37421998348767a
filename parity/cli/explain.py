"""``parity explain``: which weight or op is to blame, or where the largest error is born."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parity.cli import checking, options, streams
from parity.errors import InputError, UsageError
from parity.report import targets
from parity.report.targets import STDOUT

if TYPE_CHECKING:
    from parity.diagnose.explain import Explanation
    from parity.diagnose.ladder.failing import Failing
    from parity.model.tensors import Feed
    from parity.verify.request import Request

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("model", type=_PATH)
@click.argument("reference", type=_PATH, required=False)
@click.option("--feed", type=_PATH, help="An .npz by input name, to be used in place of a search.")
@click.option(
    "--precision", type=click.Choice(["fp32", "fp16", "int8"]), default="fp32", show_default=True,
    help="Precision of MODEL, or to give to a Paddle MODEL's export.",
)  # fmt: skip
@click.option("--opset", type=click.IntRange(1), help="To export a Paddle MODEL at; default 13.")
@click.option(
    "--max-examples", type=click.IntRange(1), default=20, show_default=True,
    help="Generated examples in the search for a feed, on top of the boundary feeds.",
)  # fmt: skip
@click.option("--max-batch", type=click.IntRange(1), help="Most rows of a feed.")
@click.option("--max-length", type=click.IntRange(1), help="Longest row of a feed.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the search.")
@click.option(
    "--explain-budget", type=float, callback=options.positive, default=120.0, show_default=True,
    metavar="SECONDS", help="Time for the explanation itself.",
)  # fmt: skip
@click.option("--json", "json_file", type=_PATH, help="Write it as JSON; - for stdout.")
def explain(**given: Any) -> int:
    """Say which weight or op of MODEL is to blame for a difference, given its reference.

    MODEL is what `parity check` takes, or the bundle of a failing run. Without --feed, MODEL is
    checked for its smallest failing feed; of one that passes, the feed on which it is furthest off
    is looked at, for where that error is born. Exit codes: 0 if nothing is to blame, 1 if something
    is, 2 if it could not run.
    """
    from parity.diagnose.explain import climb

    checking.keep_out_of_the_way()
    targets.check(json=None if given["json_file"] == STDOUT else given["json_file"])
    request, feed, pairs, failing, failed = _asked(given)
    found = climb(
        request, feed, pairs, budget_s=given["explain_budget"], failing=failing, failed=failed
    )
    if found is None:
        raise UsageError("nothing here can be explained: only an ONNX file against a Paddle model")
    _show(request, feed, found, given["json_file"])
    return 1 if found.weights or found.culprits else 0


def _asked(
    given: Mapping[str, Any],
) -> "tuple[Request, Feed, Mapping[str, str], bool, Failing | None]":
    from parity.diagnose.ladder.failing import failing
    from parity.report import bundled
    from parity.verify.request import Request, Side

    if bundled.is_bundle(given["model"]):
        if given["reference"] is not None or given["feed"] is not None:
            raise UsageError(f"{given['model']} is a bundle: it has its reference and its feed")
        kept = bundled.read(given["model"])
        reference, candidate = (Side(m, m.engine) for m in (kept.reference, kept.candidate))
        request = Request(reference, candidate, precision=given["precision"])
        return request, kept.feed, kept.pairs, True, None
    request = checking.plain_request(given)
    if given["feed"] is not None:
        return request, _own(request, given["feed"]), {}, True, None
    result = checking.verified(request)
    if result.minimal is not None:
        return request, result.minimal.example.feed, result.pairs, True, failing(result)
    if result.furthest is None:
        raise InputError("no feed was compared; name one with --feed")
    return request, result.furthest.feed, result.pairs, False, None


def _own(request: "Request", path: Path) -> "Feed":
    from parity.inputs.feeds import load
    from parity.model.domains import signature

    found, _ = load((path,), signature(request.reference.model).inputs)
    if len(found) != 1:
        raise InputError(f"{path}: {len(found)} feeds; --feed takes one")
    return found[0].feed


def _show(
    request: "Request", feed: "Feed", found: "Explanation", json_file: Path | None
) -> None:  # fmt: skip
    from parity.report import document, terminal

    shapes = {name: list(array.shape) for name, array in feed.items()}
    text = document.dumps(
        {
            **document.head(),
            "reference": str(request.reference.model.program),
            "candidate": str(request.candidate.model.program),
            "feed": shapes,
            "explanation": document.explanation_of(found),
        }
    )
    if json_file == STDOUT:
        click.echo(text, nl=False)
    elif json_file is not None:
        targets.write(json_file, text, "json")
    console = streams.console(stderr=json_file == STDOUT)
    told = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
    terminal.explained(request, found, told, console)
