"""``parity check MODEL|CASE --sweep``: a model in every way in which it can be deployed here."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parity.cli import check_case, checking, reporting, streams
from parity.errors import ParityError, UsageError
from parity.report import targets
from parity.shown import shown
from parity.target import is_case

if TYPE_CHECKING:
    from parity.deployments.deployment import Deployed
    from parity.verify.request import Request

_NOT_WITH = ("candidate_engine", "candidate_option", "candidate_env", "bundle")


def run(named: Sequence[Path], given: Mapping[str, Any], context: click.Context) -> int:
    """Run all, show the table, and give the exit code: 1 if any that runs here differs.

    2 where none can run.
    """
    checking.keep_out_of_the_way()
    to_stdout = given["json_file"] == targets.STDOUT
    json_file = checking.check_targets(given)
    try:
        if len(named) != 1:
            raise UsageError("--sweep takes one model")
        for name in _NOT_WITH:
            if given[name]:
                option = name.replace("_", "-")
                raise UsageError(f"--{option} doesn't go with --sweep, which tries them all")
        of_case = is_case(named[0])
        said = check_case.refuse(context, also=("sweep",)) if of_case else None
        rows = list(_told(_rows(named[0], given, said)))
    except ParityError as error:
        reporting.failure(str(error), json_file, to_stdout=to_stdout)
        raise
    from parity.deployments.deployment import passed
    from parity.report import deployments, document
    from parity.report.console import print_whole

    text = document.dumps(deployments.documents(rows))
    if to_stdout:
        sys.stdout.write(text)
    elif json_file is not None:
        targets.write(json_file, text, "json")
    given["page"].write(deployments.documents(rows))
    console = streams.console(stderr=to_stdout, highlight=False)
    print_whole(console, deployments.table(rows))
    console.print()
    for line in deployments.reasons(rows):
        console.print(line, markup=False, soft_wrap=True)
    if all(row.status == "not run" for row in rows):
        return 2
    return 0 if passed(rows) else 1


def _rows(
    model: Path, given: Mapping[str, Any], said: Callable[[str], bool] | None
) -> "Iterator[Deployed]":
    """The rows of a model; of a case, with its task and recorded answers, where ``said`` is given.

    said: whether an option was on the command line.
    """
    from parity.deployments.every import every
    from parity.deployments.run import run as run_all

    if said is not None:
        asked = _of_case(model, given, said)
        yield from run_all(asked, every())
        return
    from parity.api.asked import request
    from parity.api.checking import defaults
    from parity.api.running import on_disk

    told = defaults()
    told.update(checking.keywords(given))
    with on_disk(told["feeds"]) as feeds:
        with streams.building() as say:
            asked = request(model, given["reference"], told, feeds=feeds, say=say)
        effort = replace(asked.effort, shrink_s=min(_SHRINK_S, asked.effort.shrink_s))
        yield from run_all(replace(asked, effort=effort), every())


def _of_case(name: Path, given: Mapping[str, Any], said: Callable[[str], bool]) -> "Request":
    from parity.api.measuring.of_case import asked
    from parity.verify.request import Effort

    shrink_s = min(_SHRINK_S, given["shrink_budget"])
    found, _ = asked(
        name, given["models"], Effort(100, given["budget"], shrink_s, given["seed"]),
        precision=given["precision"] if said("precision") else None, opset=given["opset"],
        examples=given["max_examples"] if said("max_examples") else None,
        timeout_s=given["timeout"],
    )  # fmt: skip
    return found


_SHRINK_S = 10.0
"""For each row that differs: the smallest feed is what ``parity check`` of that row is for."""


def _told(rows: "Iterator[Deployed]") -> "Iterator[Deployed]":
    """The rows, with a line on standard error as each comes in."""
    for row in rows:
        yield row
        if sys.stderr.isatty():
            click.echo(f"{shown(row.deployment.name)}: {row.status}", err=True)
