"""An export and its siblings: made of a Hugging Face folder, or checked where they lie."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parity.cli import checking, reporting, streams
from parity.errors import ParityError, UsageError
from parity.report import targets
from parity.report.targets import STDOUT
from parity.shown import command, shown

if TYPE_CHECKING:
    from parity.api.family.checking import FamilyChecked
    from parity.api.family.exporting import FamilyExported
    from parity.family.run import Stepped


def run(named: Sequence[Path], given: Mapping[str, Any]) -> int:
    """``parity check MODEL --family``: check all, show the table, and give the exit code."""
    checking.keep_out_of_the_way()
    to_stdout = given["json_file"] == STDOUT
    json_file = checking.check_targets(given)
    try:
        if len(named) != 1:
            raise UsageError("--family takes one model, the first of its siblings")
        if given["bundle"]:
            raise UsageError("--bundle doesn't go with --family; check the one file that differs")
        from parity.api.family.checking import check_family

        asked = checking.keywords(given)
        asked["progress"] = False
        found = check_family(named[0], given["reference"], each=_told, **asked)
    except ParityError as error:
        reporting.failure(str(error), json_file, to_stdout=to_stdout)
        raise
    given["page"].write(found.to_dict())
    _write(found.to_json(), json_file, to_stdout=to_stdout)
    _show(found, to_stdout=to_stdout)
    return 0 if found.passed else 1


def export(model: Path, given: Mapping[str, Any]) -> int:
    """``parity export FOLDER --exporter torch``: make all, check them, and give the exit code."""
    json_file = given["json_file"]
    for name in ("variant", "optimize_tool", "feeds", "texts"):
        if given[name]:
            raise UsageError(f"--{name.replace('_', '-')} doesn't go with --exporter torch")
    if given["precision"] != "fp32":
        raise UsageError("--precision doesn't go with --exporter torch, which makes all three")
    from parity.api.family.exporting import export_family

    made = export_family(
        model, env=given["env"], opset=given["opset"], out=given["out"], force=given["force"],
        options=given["options"], quantized_rtol=given["quantized_rtol"],
        say=_say(quiet=given["quiet"]), each=_told,
    )  # fmt: skip
    to_stdout = json_file == STDOUT
    _write(made.to_json(), None if to_stdout else json_file, to_stdout=to_stdout)
    _show_made(made, given, err=to_stdout)
    return 0 if made.checked.passed and not (given["strict_opset"] and made.opset_changed) else 1


def _show_made(made: "FamilyExported", given: Mapping[str, Any], *, err: bool) -> None:
    if given["quiet"]:
        for member in made.family.members:
            click.echo(shown(member.path), err=err)
    else:
        for member in made.family.members:
            click.echo(f"file      {shown(member.path)}", err=err)
            click.echo(f"          {shown(member.said)}", err=err)
        asked, got = made.family.requested_opset, made.family.effective_opset
        note = f"{got}, NOT {asked} as asked" if made.opset_changed else f"{got}"
        click.echo(f"opset     {note}", err=err)
        told = ", ".join(f"{name} {v}" for name, v in made.family.versions.items())
        click.echo(f"made by   {shown(told)}", err=err)
    _show(made.checked, to_stdout=err)
    check = ["parity", "check", str(made.path), "--family", "--reference", str(made.folder)]
    if given["env"]:
        check += ["--reference-env", str(given["env"])]
    if given["quantized_rtol"]:
        check += ["--precision", "int8", "--rtol", f"{given['quantized_rtol']:g}", "--atol", "0.1"]
    for line in made.family.inputs:
        check += ["--input", line]
    click.echo(f"next: {command(check)}", err=True)


def _show(found: "FamilyChecked", *, to_stdout: bool) -> None:
    from parity.report import family
    from parity.report.console import print_whole

    console = streams.console(stderr=to_stdout, highlight=False)
    console.print()
    print_whole(console, family.table(found.rows))
    console.print()
    for line in family.reasons(found.rows):
        console.print(line, markup=False, soft_wrap=True)


def _write(text: str, json_file: Path | None, *, to_stdout: bool) -> None:
    if to_stdout:
        sys.stdout.write(text)
    elif json_file is not None:
        targets.write(json_file, text, "json")


def _told(row: "Stepped") -> None:
    if sys.stderr.isatty():
        word = "parity" if row.passed else "differs"
        click.echo(f"{shown(row.step.name)}: {word}", err=True)


def _say(*, quiet: bool) -> Any:
    def say(line: str) -> None:
        if not quiet and sys.stderr.isatty():
            click.echo(shown(line), err=True)

    return say
