"""What ``parity check`` does once its options are parsed."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parity import files
from parity.cli import options, streams
from parity.errors import OutputError, ParityError, UsageError
from parity.model.artifact import Artifact, Want, reference_beside, resolve
from parity.report import targets
from parity.report.targets import STDOUT
from parity.shown import shown

if TYPE_CHECKING:
    from rich.console import Console

    from parity.diagnose.explain import Explanation
    from parity.verify.request import Request
    from parity.verify.result import Result

_ZOO = "zoo:"
_OPSET = 13  # ERNIE 3.0 deployment guide


def run(given: Mapping[str, Any]) -> int:
    """Verify, report, and give the exit code."""
    keep_out_of_the_way()
    to_stdout = given["json_file"] == STDOUT
    json_file = check_targets(given)
    try:
        request = _request(given)
        result = verified(request)
    except ParityError as error:
        report_failure(str(error), json_file, to_stdout=to_stdout)
        raise
    from parity.diagnose.explain import explain

    console = streams.console(stderr=to_stdout)
    explanation = explain(result, budget_s=given["explain_budget"])
    _report(result, explanation, console, json_file, given["bundle"], to_stdout=to_stdout)
    if result.ended_by is not None:
        return streams.ended(result.ended_by, f"after {result.verdict.examples} examples")
    return 0 if result.passed else 1


def check_targets(given: Mapping[str, Any]) -> Path | None:
    """Where the JSON goes, if to a file. Raises if what is asked for would destroy something."""
    json_file = None if given["json_file"] == STDOUT else given["json_file"]
    try:
        targets.check(
            json=json_file, bundle=given["bundle"], also={"--database": given["database"]}
        )
    except ParityError as error:
        report_failure(str(error), json_file, to_stdout=given["json_file"] == STDOUT)
        raise
    return json_file


def keep_out_of_the_way() -> None:
    # Hypothesis would keep its tables in a folder where the user happens to stand.
    try:
        tables = files.cache() / "hypothesis"
    except OutputError:
        tables = Path(os.devnull, "hypothesis")  # and without them takes a second longer
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(tables))


def _request(given: Mapping[str, Any]) -> "Request":
    from parity.verify.request import Effort, Request, Side

    reference, candidate = _models(given)
    sides = {}
    for role, model in (("reference", reference), ("candidate", candidate)):
        engine = given[f"{role}_engine"] or model.engine
        chosen = options.engine_options(engine, given[f"{role}_option"], option=f"--{role}-option")
        sides[role] = Side(model, engine, chosen)
    return Request(
        reference=sides["reference"],
        candidate=sides["candidate"],
        precision=given["precision"],
        tolerance=options.tolerance(
            given["precision"], given["rule"], given["rtol"], given["atol"]
        ),
        effort=Effort(
            given["max_examples"], given["budget"], given["shrink_budget"], given["seed"]
        ),
        tokenizer=given["tokenizer"],
        kind=given["kind"],
        max_batch=given["max_batch"],
        max_length=given["max_length"],
        said=given["said"],
        feeds=_feeds(given),
        picture=given["picture"],
        renamed=options.renamed(given["map_output"]),
        database=database(given),
        strict=given["strict"],
        open_timeout_s=given["open_timeout"],
        run_timeout_s=given["timeout"],
    )


_PLAIN: dict[str, Any] = {
    "reference": None, "reference_engine": None, "candidate_engine": None, "reference_option": (),
    "candidate_option": (), "rule": "max", "rtol": None, "atol": None, "budget": None,
    "shrink_budget": 20.0, "tokenizer": None, "kind": None, "said": (), "feeds": (),
    "picture": None, "map_output": (), "database": None, "strict": False, "open_timeout": 300.0,
    "timeout": 120.0,
}  # fmt: skip


def plain_request(given: Mapping[str, Any]) -> "Request":
    """A request by a few of the options of a check, the others as where they aren't given."""
    return _request({**_PLAIN, **given})


def verified(request: "Request") -> "Result":
    """The result of a request, with a live line while it is made."""
    return _verify(request, streams.console(stderr=True))


def _feeds(given: Mapping[str, Any]) -> tuple[Path, ...]:
    if given["picture"] is not None and not given["feeds"]:
        raise UsageError("--picture without --feeds: there is no picture to read")
    return tuple(given["feeds"])


def database(given: Mapping[str, Any]) -> Path | None:
    """Where failing examples are kept. Raises OutputError for a chosen place that can't be used.

    Hypothesis would only forget them. That is well for the cache, which nobody asked for.
    """
    if given["database"] is not None:
        files.check_writable(given["database"])
        return Path(given["database"])
    return files.examples()


def _models(given: Mapping[str, Any]) -> tuple[Artifact, Artifact]:
    """Reference and candidate. A Paddle model alone is the reference of what is made from it."""
    path, named = given["model"], given["reference"]
    lowered = given["precision"] != "fp32" or given["opset"] is not None
    from_zoo = str(path).startswith(_ZOO)
    if from_zoo and not (lowered and named is None):
        path = _zoo(path) / "model.onnx"
        from_zoo = False
    model = paddle_or_onnx(path) if from_zoo or named is None else _given(path)
    if model.format != "onnx" and named is None:
        from parity.exports.derive import derive

        opset = _OPSET if given["opset"] is None else given["opset"]
        made = derive(model, opset=opset, precision=given["precision"])
        return model, resolve(made.path)
    if given["opset"] is not None:
        raise UsageError(f"--opset: {model.program.name} is taken as it is, not exported")
    return (_reference(named) if named else reference_beside(model.program)), model


def paddle_or_onnx(path: Path) -> Artifact:
    """The Paddle model of zoo:NAME; else what is at a path, ONNX first where both lie there."""
    if str(path).startswith(_ZOO):
        return resolve(_zoo(path), want="paddle")
    if path.is_dir() and not any(path.glob("*.onnx")):
        return resolve(path)
    return _given(path)


def either(path: Path, prefer: Want) -> Artifact:
    """What is at a path, or zoo:NAME; of a model and its export that lie together, one."""
    return resolve(_zoo(path) if str(path).startswith(_ZOO) else path, prefer=prefer)


def to_export(path: Path) -> Artifact:
    """The Paddle model at a path, whatever was made of it and lies beside it; else the ONNX file.

    Where only a Paddle model's weights lie, the ONNX file beside them isn't taken for the model.
    """
    if str(path).startswith(_ZOO):
        return resolve(_zoo(path), want="paddle")
    beside = path.with_name(f"{path.name}.pdiparams")
    weights = any(path.glob("*.pdiparams")) if path.is_dir() else beside.is_file()
    return resolve(path, want="paddle" if weights else None, prefer="paddle")


def _reference(path: Path) -> Artifact:
    """What is at a path; Paddle first where both lie there, since exports come from it."""
    paddle = path.is_dir() and any(p for end in ("json", "pdmodel") for p in path.glob(f"*.{end}"))
    return resolve(path, want="paddle" if paddle else None)


def _given(path: Path) -> Artifact:
    return resolve(path, want="onnx" if path.suffix == ".onnx" or path.is_dir() else None)


def _zoo(path: Path) -> Path:
    from parity.zoo import build

    def say(line: str) -> None:
        click.echo(shown(line), err=True)

    # A first build takes seconds to minutes: someone who watches wants to know.
    return build(str(path).removeprefix(_ZOO), progress=say if sys.stderr.isatty() else None)


def _verify(request: "Request", console: "Console") -> "Result":
    # The reference is what takes longest to load: it begins before the rest is imported.
    from parity.verify.reference import reference_of

    with reference_of(
        request.reference,
        open_timeout_s=request.open_timeout_s,
        run_timeout_s=request.run_timeout_s,
    ) as reference:
        reference.start()
        from parity.report.live import LiveLine
        from parity.verify.run import verify

        with LiveLine(console) as live:
            return verify(request, live, reference=reference)


def _report(
    result: "Result", explanation: "Explanation | None", console: "Console",
    json_file: Path | None, bundle: Path | None, *, to_stdout: bool,
) -> None:  # fmt: skip
    from parity.report import bundle as bundles
    from parity.report import document, terminal

    vain = result.passed or (result.partial and not result.verdict.findings)
    written = None if vain else bundle
    aside = bundles.retire(bundle) if bundle is not None and result.passed else None
    try:
        # Files first: a closed terminal must not cost the evidence.
        if json_file is not None:
            text = document.dumps(document.document(result, explanation))
            targets.write(json_file, text, "json")
        if written is not None:
            bundles.write(written, result, explanation)
    except OutputError:
        # Nor a full disk the report.
        terminal.show(result, console, explanation=explanation)
        raise
    if to_stdout:
        sys.stdout.write(document.dumps(document.document(result, explanation)))
    terminal.show(result, console, bundle=written, explanation=explanation)
    if aside is not None:
        terminal.aside(aside, console)


def report_failure(message: str, json_file: Path | None, *, to_stdout: bool) -> None:
    """Tell a program that waits for the JSON, as far as that can be written."""
    import contextlib

    from parity.report import document

    text = document.dumps(document.failure(" ".join(message.split())))
    if to_stdout:
        sys.stdout.write(text)
    elif json_file is not None:
        with contextlib.suppress(OutputError):
            targets.write(json_file, text, "json")
