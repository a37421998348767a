"""The reference with kernels that optimise nothing, which define the model."""

from collections.abc import Mapping
from dataclasses import replace

from parity import plugins
from parity.engines import Options
from parity.verify.reference import Reference
from parity.verify.request import Request, Side
from parity.verify.stored import stored_reference_of


def plain_side(request: Request) -> Side | None:
    """The reference's side with plain kernels; None where `plain_options` are none."""
    options = plain_options(request)
    side = request.reference
    return None if options is None else replace(side, options={**side.options, **options})


def stored(side: Side, timeouts: Mapping[str, float]) -> Reference:
    """A source of its answers, the store's where there is one."""
    opening, running = timeouts["open_timeout_s"], timeouts["run_timeout_s"]
    return stored_reference_of(side, open_timeout_s=opening, run_timeout_s=running)


def plain_options(request: Request) -> Options | None:
    """Options with which the reference's engine optimises nothing.

    None if it has no such options, or if one of them was chosen by the user, who
    then means what was chosen.
    """
    side = request.reference
    plain: Options | None = getattr(plugins.load("engines", side.engine), "PLAIN", None)
    if plain is None or set(plain) & set(side.options):
        return None
    return plain
