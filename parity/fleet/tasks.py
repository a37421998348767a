"""Tasks under way in a fleet: each ends with what it returned, or with why it didn't."""

import contextlib
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from parity.fleet import work
from parity.fleet.machines import CARD, Machines
from parity.fleet.once import LostError
from parity.fleet.order import Order
from parity.shown import shown

if TYPE_CHECKING:
    from distributed import Client

_LOOK_S = 1.0  # between two looks at who is still there

_GATHER_S = 120.0
"""For fetching what a cell came to, which is kilobytes, from the worker that has it."""


@dataclass(frozen=True)
class Ended:
    """about: as it was given. value: what came; or why nothing did, in one line."""

    about: Any
    value: Any = None
    error: str = ""


class Tasks:
    """Use as a context manager: leaving it takes back what is under way, and ends references."""

    def __init__(self, client: "Client", machines: Machines, run: str) -> None:
        self._client, self._machines, self._run = client, machines, run
        self._waiting: dict[Any, tuple[object, frozenset[str]]] = {}
        self._claims: list[str] = []
        self._refused: list[Ended] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # The scheduler may be gone, or hang: what it still holds then is its own affair.
        with contextlib.suppress(Exception):
            if self._waiting:
                self._client.cancel(list(self._waiting), force=True)
            self._forget()
            self._release()

    def begin(
        self, what: Callable[..., object], asked: Order, sent: Mapping[str, object], about: object,
        *, card: bool,
    ) -> None:  # fmt: skip
        """Have it run by one of the workers, once. card: by one that offers a graphics card."""
        able = self._machines.cards if card else self._machines.addresses
        if not able:
            told = f"no worker offers {CARD}; start one with `dask worker --resources {CARD}=1`"
            self._refused.append(Ended(about, error=told))
            return
        claim = f"parity-{what.__name__}-{asked.key[:24]}-{self._run[:12]}"
        self._claims.append(claim)
        future = self._client.submit(
            what, asked, sent, claim, self._run, key=claim, workers=list(able), retries=0,
            allow_other_workers=False, **({"resources": {CARD: 1}} if card else {}),
        )  # fmt: skip
        self._waiting[future] = (about, frozenset(able))

    def ended(self) -> list[Ended]:
        """What has ended by now, at least one; none where nothing is under way."""
        from distributed import wait

        while self._waiting and not self._refused:
            done = [future for future in self._waiting if future.status != "pending"]
            if done:
                return [self._outcome(future) for future in done]
            with contextlib.suppress(TimeoutError, CancelledError):
                wait(list(self._waiting), timeout=_LOOK_S, return_when="FIRST_COMPLETED")
                continue
            self._look()
        refused, self._refused = self._refused, []
        return refused

    def _look(self) -> None:
        """Give up what nobody is left to run."""
        try:
            alive = self._machines.alive()
        except Exception:  # Dask raises what it will
            for future in list(self._waiting):
                about, _ = self._waiting.pop(future)
                self._refused.append(Ended(about, error="the scheduler of the fleet was lost"))
            return
        for future, (about, able) in list(self._waiting.items()):
            if able & alive or future.status != "pending":
                continue
            del self._waiting[future]
            with contextlib.suppress(Exception):
                self._client.cancel([future], force=True)
            told = self._lost(future.key, "and no other that may run it is left")
            self._refused.append(Ended(about, error=told))

    def _outcome(self, future: Any) -> Ended:
        from distributed.scheduler import KilledWorker

        about, _ = self._waiting.pop(future)
        try:
            return Ended(about, future.result(timeout=_GATHER_S))
        except (LostError, KilledWorker):
            return Ended(about, error=self._lost(future.key, "and a cell is never run twice"))
        except (Exception, CancelledError) as error:
            why = " ".join(f"{type(error).__name__}: {error}".split())
            return Ended(about, error=shown(f"its worker came to no result: {why}"))

    def _lost(self, claim: str, more: str) -> str:
        where = ""
        with contextlib.suppress(Exception):
            events = self._client.get_events(self._run)
            told = {e["claim"]: e["worker"] for _, e in events}
            where = f" {told[claim]}" if claim in told else ""
        return f"its worker{where} was lost, {more}" if where else f"its workers were lost, {more}"

    def _release(self) -> None:
        """Have each worker end its reference, behind what it still runs; nobody waits for that."""
        from distributed import fire_and_forget

        for worker in self._machines.alive():
            fire_and_forget(
                self._client.submit(
                    work.release, workers=[worker], allow_other_workers=False, pure=False, retries=0
                )
            )

    def _forget(self) -> None:
        from distributed import Event

        for claim in self._claims:
            Event(claim, client=self._client).clear()
