"""What ``parity check`` does once its options are parsed."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parity import files
from parity.api.checking import check
from parity.api.options import Options
from parity.api.watching import Reported, Watching
from parity.cli import annotations, options, reporting, streams
from parity.errors import OutputError, ParityError
from parity.interrupts import Terminated
from parity.report import targets
from parity.report.targets import STDOUT


def run(given: Mapping[str, Any]) -> int:
    """Verify, report, and give the exit code."""
    keep_out_of_the_way()
    to_stdout = given["json_file"] == STDOUT
    json_file = check_targets(given)
    console = streams.console(stderr=to_stdout)
    watching = Watching() if given["quiet"] else Reported(console)
    try:
        asked = keywords(given)
        asked["progress"] = watching
        result = check(given["model"], given["reference"], **asked)
    except ParityError as error:
        reporting.failure(str(error), json_file, to_stdout=to_stdout)
        raise
    except (KeyboardInterrupt, Terminated):
        reporting.failure(reporting.NO_RESULT, json_file, to_stdout=to_stdout, partial=True)
        raise
    told = watching.told if isinstance(watching, Reported) else None
    reporting.write(reporting.Report(result, told), console, json_file, given)
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
        "exporter": given["exporter"],
        "exporter_options": options.pairs(given["exporter_option"], option="--exporter-option"),
        "oracle": given["oracle"],
        "strict": given["strict"],
        "database": given["database"],
        "progress": not given["quiet"],
    }


def check_targets(given: Mapping[str, Any]) -> Path | None:
    """Where the JSON goes, if to a file. Raises if what is asked for would destroy something."""
    json_file = None if given["json_file"] == STDOUT else given["json_file"]
    try:
        targets.check(
            json=json_file, html=given["html"], bundle=given["bundle"],
            also={"--database": given["database"]},
        )  # fmt: skip
    except ParityError as error:
        reporting.failure(str(error), json_file, to_stdout=given["json_file"] == STDOUT)
        raise
    return json_file


def keep_out_of_the_way() -> None:
    # Hypothesis would keep its tables in a folder where the user happens to stand.
    try:
        tables = files.cache() / "hypothesis"
    except OutputError:
        tables = Path(os.devnull, "hypothesis")  # and without them takes a second longer
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(tables))
