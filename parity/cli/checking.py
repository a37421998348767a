"""What ``parity check`` does once its options are parsed."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parity import files
from parity.api.checking import check
from parity.api.options import Options
from parity.api.result import Result
from parity.cli import annotations, options, streams
from parity.errors import OutputError, ParityError
from parity.report import targets
from parity.report.targets import STDOUT

if TYPE_CHECKING:
    from rich.console import Console


def run(given: Mapping[str, Any]) -> int:
    """Verify, report, and give the exit code."""
    keep_out_of_the_way()
    to_stdout = given["json_file"] == STDOUT
    json_file = check_targets(given)
    try:
        result = check(given["model"], given["reference"], **keywords(given))
    except ParityError as error:
        report_failure(str(error), json_file, to_stdout=to_stdout)
        raise
    console = streams.console(stderr=to_stdout)
    _report(result, console, json_file, given, to_stdout=to_stdout)
    annotations.of_result(given, result)
    ended_by = result.verified.ended_by
    if ended_by is not None:
        return streams.ended(ended_by, f"after {result.examples} examples")
    return 0 if result.passed else 1


def keywords(given: Mapping[str, Any]) -> Options:
    """The options of a command line as keywords. Raises UsageError for one that makes no sense."""
    tolerance = options.tolerance(given["precision"], given["rule"], given["rtol"], given["atol"])
    return {
        "precision": given["precision"],
        "opset": given["opset"],
        "tolerance": tolerance,
        "tokenizer": given["tokenizer"],
        "feeds": given["feeds"],
        "picture": given["picture"],
        "inputs": given["said"],
        "plan": given["kind"],
        "map_output": options.renamed(given["map_output"]),
        "max_examples": given["max_examples"],
        "max_batch": given["max_batch"],
        "max_length": given["max_length"],
        "seed": given["seed"],
        "budget_s": given["budget"],
        "shrink_budget_s": given["shrink_budget"],
        "explain_budget_s": given["explain_budget"],
        "timeout_s": given["timeout"],
        "open_timeout_s": given["open_timeout"],
        "reference_engine": given["reference_engine"],
        "candidate_engine": given["candidate_engine"],
        "reference_options": options.pairs(given["reference_option"], option="--reference-option"),
        "candidate_options": options.pairs(given["candidate_option"], option="--candidate-option"),
        "reference_env": given["reference_env"],
        "candidate_env": given["candidate_env"],
        "oracle": given["oracle"],
        "strict": given["strict"],
        "database": given["database"],
        "progress": True,
    }


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


def _report(
    result: Result, console: "Console", json_file: Path | None, given: Mapping[str, Any], *,
    to_stdout: bool,
) -> None:  # fmt: skip
    """Write the files, then print as much as was asked for."""
    from parity.report import bundle as bundles
    from parity.report import details, terminal

    bundle = given["bundle"]
    vain = result.passed or (result.partial and not result.findings)
    written = None if vain else bundle
    aside = bundles.retire(bundle) if bundle is not None and result.passed else None
    try:
        # Files first: a closed terminal must not cost the evidence.
        if json_file is not None:
            targets.write(json_file, result.to_json(), "json")
        if written is not None:
            result.save_bundle(written)
    except OutputError:
        # Nor a full disk the report.
        terminal.show(result.verified, console, explanation=result.explanation)
        raise
    if to_stdout:
        sys.stdout.write(result.to_json())
    if given["quiet"]:
        terminal.closing(result.verified, console)
        return
    terminal.show(result.verified, console, bundle=written, explanation=result.explanation)
    if given["verbose"]:
        details.show(result.verified, console)
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
