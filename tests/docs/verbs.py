"""What the command line and the gate take, by asking them."""

import re
import subprocess
import sys

import click

from parity.cli.main import parity as root

ANYWHERE = {"--debug", "--no-settings", "-h", "--help"}


def verbs() -> dict[str, click.Command]:
    """Every command by its words: "check", "zoo build"."""
    context = click.Context(root)
    return dict(_inside(root, context, ()))


def options(command: click.Command) -> set[str]:
    """All spellings of its options."""
    return {
        name
        for p in command.params
        if isinstance(p, click.Option)
        for name in (*p.opts, *p.secondary_opts)
    }


def of_pytest() -> set[str]:
    """The options of pytest with parity's plugin; parity's own are there in full."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--help"], capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", done.stdout))


def _inside(
    group: click.Group, context: click.Context, words: tuple[str, ...]
) -> list[tuple[str, click.Command]]:
    found = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append((" ".join((*words, name)), command))
        if isinstance(command, click.Group):
            found += _inside(command, context, (*words, name))
    return found
