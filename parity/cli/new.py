"""``parity new``: begin a case."""

import re
from pathlib import Path

import click


@click.command()
@click.argument("case")
def new(case: str) -> int:
    """Write a commented case.toml for CASE, a new name under golden/ or a folder's path.

    Nothing that is there is replaced.
    """
    from importlib.resources import files as resources

    from parity import files
    from parity.case import FILE
    from parity.errors import UsageError
    from parity.shown import command, shown
    from parity.target import ROOT

    case = case.removesuffix(f"/{FILE}")
    folder = Path(case) if "/" in case or case in (".", "..") else ROOT / case
    name = folder.resolve().name if case else ""
    # Ids of test items hold it, and file names of reports.
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise UsageError(f'case "{name}": take letters, digits, ".", "_" and "-" for its name')
    path = folder / FILE
    if path.exists():
        raise UsageError(f"{path}: is there already; edit it, or take another name")
    text = resources("parity.gate").joinpath("template.toml").read_text("utf-8")
    files.write(path, text.replace("NAME", name))
    click.echo(shown(path))
    click.echo(
        f"next: say in it where the model is, then {command(['parity', 'check', folder])}", err=True
    )
    return 0
