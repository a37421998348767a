"""What a worker does: it says what it has, exports a candidate, runs a cell."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from parity.errors import ParityError, UsageError
from parity.exports.derive import Derived
from parity.fleet.once import begin
from parity.fleet.order import Came, Order, cell_of, versions
from parity.fleet.parcel import Parcel, here, unpacked
from parity.gate import models
from parity.gate.matrix import shared
from parity.gate.models import Roots
from parity.gate.run import Settings, run
from parity.verify.progress import nobody
from parity.verify.reference import Reference

IDLE_S = 300.0
"""A reference that nobody asked for so long is ended, though who asked may have died."""


@dataclass(frozen=True)
class Hello:
    """versions: of a worker. has: digests of the parcels that it has. resources: that it offers."""

    versions: Mapping[str, str]
    has: frozenset[str]
    resources: Mapping[str, float]


class _Kept:
    """The reference of the last case, as long as its cells come. One cell runs at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._case = ""
        self._reference: Reference | None = None
        self._timer: threading.Timer | None = None

    def of(self, asked: Order, folder: Path, settings: Settings) -> Reference | None:
        if self._case != asked.parcel.digest:
            self.end()
            cell = cell_of(asked, folder)
            self._case, self._reference = asked.parcel.digest, shared(cell.case, settings)
        return self._reference

    def end(self) -> None:
        kept, self._reference, self._case = self._reference, None, ""
        if kept is not None:
            kept.close()

    def end_later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(IDLE_S, release)
        self._timer.daemon = True
        self._timer.start()


_KEPT = _Kept()


def hello(parcels: tuple[Parcel, ...]) -> Hello:
    """What this worker is, and which of the cases' files it has."""
    from distributed import get_worker

    has = frozenset(p.digest for p in parcels if here(p, _roots()) is not None)
    return Hello(versions(), has, dict(get_worker().state.total_resources))


def export(asked: Order, sent: Mapping[str, bytes], claim: str, topic: str) -> Derived | None:
    """Make the candidate of a cell; None where the case names one, or it can't be made."""
    begin(claim, topic)
    with _KEPT.lock:
        try:
            folder, roots = _place(asked, sent)
            return models.derived(cell_of(asked, folder), roots)
        except ParityError:
            return None  # why it can't is told when the cell is run


def verify(asked: Order, sent: Mapping[str, bytes], claim: str, topic: str) -> Came:
    """Run a cell. What a model, a case or this machine is guilty of is in what it came to."""
    begin(claim, topic)
    with _KEPT.lock:
        try:
            _same(asked)
            folder, roots = _place(asked, sent)
            settings = replace(asked.settings, roots=roots)
            cell, reference = cell_of(asked, folder), _KEPT.of(asked, folder, settings)
            return Came.of(run(cell, settings, nobody, reference=reference))
        except ParityError as error:
            return Came("error", str(error), None, None, 0.0, None)
        finally:
            _KEPT.end_later()


def release() -> None:
    """End the reference that is kept."""
    with _KEPT.lock:
        _KEPT.end()


def _same(asked: Order) -> None:
    own = versions()
    off = difference(asked.versions, own)
    if off:
        raise UsageError(f"this worker has {off}")


def difference(wanted: Mapping[str, str], own: Mapping[str, str]) -> str:
    """What of two machines' versions is another; "" where nothing is."""
    names = [name for name in sorted({*wanted, *own}) if wanted.get(name) != own.get(name)]
    return "; ".join(f"{n} {own.get(n, 'none')}, not {wanted.get(n, 'none')}" for n in names)


def _place(asked: Order, sent: Mapping[str, bytes]) -> tuple[Path, Roots]:
    found = here(asked.parcel, _roots())
    return unpacked(asked.parcel, sent) if found is None else found


def _roots() -> Roots:
    return Roots.of(None)
