"""``parity check answers:URL --reference CASE``: what a server answers."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from parity.cli import checking, reporting
from parity.errors import ParityError, UsageError
from parity.report import targets
from parity.report.targets import STDOUT

_OURS = {"named", "reference", "precision", "max_examples", "seed", "timeout", "models",
         "json_file", "quiet", "verbose", "html", "baseline"}  # fmt: skip
"""Options that go with a server of answers. What the others say is in its case.toml."""


def run(name: Path, given: Mapping[str, Any], context: click.Context) -> int:
    """Ask, report, and give the exit code."""
    to_stdout = given["json_file"] == STDOUT
    json_file = checking.check_targets(given)
    try:
        found = _checked(name, given, context)
    except ParityError as error:
        reporting.failure(str(error), json_file, to_stdout=to_stdout)
        raise
    from parity.report import answering, document

    told = answering.document(found)
    given["page"].write(told)
    text = document.dumps(told)
    if to_stdout:
        sys.stdout.write(text)
    elif json_file is not None:
        targets.write(json_file, text, "json")
    lines = answering.lines(found)
    for line in lines[:1] if given["quiet"] else lines:
        click.echo(line, err=to_stdout)
    return 0 if found.passed else 1


def _checked(name: Path, given: Mapping[str, Any], context: click.Context) -> Any:
    said = [n for n in given if context.get_parameter_source(n) is ParameterSource.COMMANDLINE]
    for option in said:
        if option not in _OURS:
            raise UsageError(
                f"--{option.replace('_', '-')} doesn't go with a server of answers: its case "
                "says it"
            )
    if given["reference"] is None:
        raise UsageError(f"{name}: name the case that says what is right: --reference CASE")
    from parity.api.served.answers import check_answers

    optional = {"max_examples": "max_examples", "timeout": "timeout_s", "precision": "precision"}
    chosen = {keyword: given[key] for key, keyword in optional.items() if key in said}
    return check_answers(
        name, given["reference"], seed=given["seed"], models=given["models"], **chosen
    )
