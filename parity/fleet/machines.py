"""The workers of a fleet: who is there, of what versions, with which files and cards."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from parity.errors import UsageError
from parity.fleet import work
from parity.fleet.order import versions
from parity.fleet.parcel import Parcel
from parity.shown import shown

if TYPE_CHECKING:
    from distributed import Client

CARD = "GPU"
"""The resource that a worker with a graphics card offers: ``dask worker --resources GPU=1``."""

_ANSWER_S = 60.0
"""For a worker's first answer: it imports parity, and hashes the files of the cases."""


class Machines:
    """The workers that are there at the start; one that comes later takes no part.

    addresses: of all. cards: of those that offer a card.
    """

    def __init__(self, client: "Client", parcels: Sequence[Parcel]) -> None:
        self._client = client
        self._has: dict[str, frozenset[str]] = {}
        self.cards: tuple[str, ...] = ()
        for worker, told in self._asked(tuple(parcels)).items():
            off = work.difference(versions(), told.versions)
            if off:
                raise UsageError(f"worker {worker} has {off}; a fleet is of one version")
            self._has[worker] = told.has
            if told.resources.get(CARD, 0) >= 1:
                self.cards = (*self.cards, worker)
        self.addresses = tuple(self._has)

    def lacking(self, parcel: Parcel) -> bool:
        """Whether one of them hasn't got a case's files."""
        return any(parcel.digest not in has for has in self._has.values())

    def alive(self) -> frozenset[str]:
        """Those that are still there."""
        return frozenset(self._client.nthreads()) & self._has.keys()

    def _asked(self, parcels: tuple[Parcel, ...]) -> dict[str, work.Hello]:
        there = sorted(self._client.nthreads())
        if not there:
            raise UsageError("the scheduler has no worker; start some: `dask worker HOST:PORT`")
        asked = {
            worker: self._client.submit(
                work.hello, parcels, workers=[worker], allow_other_workers=False, pure=False,
                retries=0,
            )
            for worker in there
        }  # fmt: skip
        return {worker: _answer(worker, future) for worker, future in asked.items()}


def _answer(worker: str, future: Any) -> work.Hello:
    try:
        told = future.result(timeout=_ANSWER_S)
    except TimeoutError as error:
        raise UsageError(f"worker {worker} doesn't answer within {_ANSWER_S:g} s") from error
    except Exception as error:
        # It has no parity, or an older one; or it was lost: Dask raises what it will.
        why = shown(" ".join(f"{type(error).__name__}: {error}".split()))
        raise UsageError(f"worker {worker} can't run parity: {why}") from error
    if not isinstance(told, work.Hello):
        raise UsageError(f"worker {worker} answers something else than parity does")
    return told
