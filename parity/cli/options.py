"""Values of options that click has no type for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from parity.api.spelled import pairs as pairs
from parity.api.spelled import renamed as renamed
from parity.api.spelled import tolerance as tolerance

_LONGEST_S = 1e7
"""Four months; sockets take no time-out much longer."""


class _Environment(click.Path):
    """The path of an environment; "" is none, and not the working folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("names no environment: give the folder of a venv, or a python", param, ctx)
        return super().convert(value, param, ctx)


ENV = _Environment(path_type=Path)


def paged(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of the page, for a command that writes a report."""
    path = click.Path(path_type=Path)
    baseline = click.option(
        "--baseline", type=path, metavar="FILE",
        help="An older report in JSON: the page says what is new, fixed and the same since.",
    )  # fmt: skip
    html = click.option("--html", type=path, help="Write the report as a page, one file.")
    return html(baseline(command))


def positive(ctx: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    """A callback for options that take seconds above zero."""
    if value is not None and not 0 < value <= _LONGEST_S:
        raise click.BadParameter(
            f"{value:g} is not a number of seconds above zero and up to {_LONGEST_S:g}"
        )
    return value
