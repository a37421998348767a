"""Where it was measured."""

import os
from dataclasses import dataclass

from parity.verify.facts import environment
from parity.verify.reference import cores


@dataclass(frozen=True)
class Machine:
    """cpu: its name. features: of those that decide kernels. usable: cores that may be used.

    load: processes that ran or waited on average over the minute before; None where the system
    doesn't tell. versions: of what decides speed.
    """

    cpu: str
    features: tuple[str, ...]
    cores: int
    usable: int
    load: float | None
    system: str
    python: str
    versions: dict[str, str]


def machine() -> Machine:
    """Facts of the one that this runs on."""
    name, features = environment.cpu()
    try:
        load = round(os.getloadavg()[0], 2)
    except OSError:
        load = None
    return Machine(
        name, features, os.cpu_count() or 1, cores(), load, environment.system(),
        environment.python(), environment.versions(),
    )  # fmt: skip
