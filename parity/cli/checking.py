"""What ``parity check`` does once its options are parsed."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parity import files
from parity.cli import options, streams
from parity.errors import OutputError, ParityError, UsageError
from parity.model.artifact import Artifact, reference_beside, resolve

if TYPE_CHECKING:
    from rich.console import Console

    from parity.verify.request import Request
    from parity.verify.result import Result

_ZOO = "zoo:"


def run(given: Mapping[str, Any]) -> int:
    """Verify, report, and give the exit code."""
    to_stdout = given["json_file"] == Path("-")
    json_file = None if to_stdout else given["json_file"]
    try:
        _writable(json_file, given["bundle"])
        request = _request(given)
        result = _verify(request, streams.console(stderr=True))
    except ParityError as error:
        _report_failure(str(error), json_file, to_stdout=to_stdout)
        raise
    console = streams.console(stderr=to_stdout)
    _report(result, console, json_file, given["bundle"], to_stdout=to_stdout)
    return 0 if result.verdict.passed else 1


def _request(given: Mapping[str, Any]) -> "Request":
    from parity.verify.request import Effort, Request, Side

    candidate = _candidate(given["model"])
    reference = (
        resolve(given["reference"]) if given["reference"] else reference_beside(candidate.program)
    )
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
        renamed=options.renamed(given["map_output"]),
        database=given["database"] or files.cache() / "examples",
        open_timeout_s=given["open_timeout"],
        run_timeout_s=given["timeout"],
    )


def _candidate(path: Path) -> Artifact:
    if str(path).startswith(_ZOO):
        from parity.zoo import build

        path = build(str(path).removeprefix(_ZOO)) / "model.onnx"
    if path.suffix == ".onnx" or path.is_dir():
        return resolve(path, want="onnx")
    return resolve(path)


def _verify(request: "Request", console: "Console") -> "Result":
    # The engines start to load in here; what is imported before delays them.
    from parity.report.live import LiveLine
    from parity.verify.run import verify

    with LiveLine(console) as live:
        return verify(request, live)


def _report(
    result: "Result", console: "Console", json_file: Path | None, bundle: Path | None,
    *, to_stdout: bool,
) -> None:  # fmt: skip
    from parity.report import bundle as bundles
    from parity.report import document, terminal

    written = bundle if bundle is not None and not result.verdict.passed else None
    # Files first: a closed terminal must not cost the evidence.
    if json_file is not None:
        files.write(json_file, document.dumps(document.document(result)))
    if written is not None:
        bundles.write(written, result)
    if to_stdout:
        sys.stdout.write(document.dumps(document.document(result)))
    terminal.show(result, console, bundle=written)


def _report_failure(message: str, json_file: Path | None, *, to_stdout: bool) -> None:
    """Tell a program that waits for the JSON, as far as that can be written."""
    import contextlib

    from parity.report import document

    text = document.dumps(document.failure(" ".join(message.split())))
    if to_stdout:
        sys.stdout.write(text)
    elif json_file is not None:
        with contextlib.suppress(OutputError):
            files.write(json_file, text)


def _writable(json_file: Path | None, bundle: Path | None) -> None:
    """Find out before the work, not after it."""
    if json_file is not None:
        if json_file.is_dir():
            raise UsageError(f"{json_file}: is a folder; --json takes a file")
        files.check_writable(json_file.parent)
    if bundle is not None:
        if bundle.exists() and not bundle.is_dir():
            raise UsageError(f"{bundle}: is a file; --bundle takes a folder")
        if bundle.is_dir() and any(bundle.iterdir()) and not (bundle / "report.json").exists():
            raise UsageError(f"{bundle}: holds other things; --bundle would replace them")
        files.check_writable(bundle.parent)
