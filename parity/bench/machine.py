"""Where it was measured."""

from dataclasses import dataclass

from parity.doctor.processor import processor
from parity.verify.facts import environment


@dataclass(frozen=True)
class Machine:
    """cpu: its name. features: of those that decide kernels. usable: cores that may be used.

    quota: of cores, where a container grants a share. versions: of what decides speed.
    """

    cpu: str
    features: tuple[str, ...]
    cores: int
    usable: int
    quota: float | None
    system: str
    python: str
    versions: dict[str, str]


def machine() -> Machine:
    """Facts of the one that this runs on."""
    here = processor()
    return Machine(
        here.name, here.has, here.cores, here.usable, here.quota, environment.system(),
        environment.python(), environment.versions(),
    )  # fmt: skip
