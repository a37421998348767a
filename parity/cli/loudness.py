"""How much a command prints: ``-q`` and ``-v``."""

from collections.abc import Callable
from typing import Any

import click

from parity.errors import UsageError

Command = Callable[..., Any]


def loudness(quiet: str, verbose: str | None = None) -> Callable[[Command], Command]:
    """The two options, with what they do to the command that has them; without ``verbose``, one."""

    def added(command: Command) -> Command:
        if verbose is not None:
            more = click.option("-v", "--verbose", is_flag=True, callback=_apart, help=verbose)
            command = more(command)
        return click.option("-q", "--quiet", is_flag=True, callback=_apart, help=quiet)(command)

    return added


def _apart(context: click.Context, parameter: click.Parameter, value: bool) -> bool:
    told = {"quiet", "verbose"} - {parameter.name}
    if value and any(context.params.get(other) for other in told):
        raise UsageError("-q and -v: which of them?")
    return value
