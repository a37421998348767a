"""Values of options that click has no type for."""

import click

from parity.api.spelled import pairs as pairs
from parity.api.spelled import renamed as renamed
from parity.api.spelled import tolerance as tolerance

_LONGEST_S = 1e7
"""Four months; sockets take no time-out much longer."""


def positive(ctx: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    """A callback for options that take seconds above zero."""
    if value is not None and not 0 < value <= _LONGEST_S:
        raise click.BadParameter(
            f"{value:g} is not a number of seconds above zero and up to {_LONGEST_S:g}"
        )
    return value
