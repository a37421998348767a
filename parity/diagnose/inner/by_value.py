"""Which tensor of the candidate is which of the reference's, where no names say it.

Tensors of equal numbers are one for what is asked here: what stands behind them is judged on this
feed's values. Behind a fault nothing is equal any more. So the candidate is run again with the
reference's values at a tensor behind it, each that it could be in turn, until what follows agrees.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parity.diagnose.inner.align import Alignment, Pair, ordered
from parity.diagnose.inner.taps import Tap, taps
from parity.model.graph import Graph as Program
from parity.model.parts.onnx_cut import Graph
from parity.model.tensors import Array, Feed
from parity.workers.worker import Worker

_EQUAL = 1e-4
"""Of its magnitude, up to which two tensors are one: a thousand roundings, accumulated."""

_SAMPLE = 64  # numbers that are compared before all are

_LEAST = 8  # numbers below which tensors are equal by chance

_TRIED = 10  # tensors of each side behind a fault that are tried

_AGREE, _PLENTY = 2, 6
"""Tensors that must agree behind one that is taken for another; with which no other is tried."""

_LOOKED = 20  # tensors behind it that are looked at


@dataclass(frozen=True)
class Told:
    """sample: some of a tensor's numbers. most: the largest magnitude."""

    sample: NDArray[np.float64]
    most: float


class ByValue:
    """Aligns by what tensors hold. worker: of an engine ``inner``, on the candidate."""

    def __init__(
        self, worker: Worker, graph: Graph, program: Program, found: Sequence[Tap], feed: Feed,
        until: float,
    ) -> None:  # fmt: skip
        self._worker, self._graph, self._program = worker, graph, program
        self._feed, self._until = feed, until
        self._taps = [tap for tap in found if tap.dtype.startswith("float")]
        self._of = len(found)
        self._told: dict[Path, Told | None] = {}
        self._fed: dict[str, Tap] = {}
        self._folder = Path(str(worker.options["folder"]))

    def align(self, outputs: Sequence[Pair]) -> Alignment:
        """All that agrees. outputs: those pairs that are known."""
        pairs: dict[str, Pair] = {}
        while True:
            seen = self._seen(None)
            pairs |= {p.tensor: p for p in self._equal(seen, pairs)}
            if all(pair.tensor in pairs for pair in outputs) or time.monotonic() > self._until:
                break
            step = self._step(pairs, seen)
            if step is None:
                break
            pairs[step.tensor] = step
            self._fed[step.tensor] = step.tap
        return ordered([*pairs.values(), *outputs], self._graph, self._of)

    def _step(self, pairs: Mapping[str, Pair], every: Sequence[Tap]) -> Pair | None:
        """The best guess of a pair behind a fault, by what agrees once it is made."""
        before = self._before(pairs)
        lost = [tap for tap in every if tap.name not in before and tap.name not in pairs]
        names = {pair.tap.name for pair in pairs.values()}
        gone = [tap for tap in self._taps if not self._leads(tap, names)]
        best: tuple[int, Pair] | None = None
        for seen in lost[:_TRIED]:
            for tap in gone[:_TRIED]:
                if time.monotonic() > self._until:
                    return best and best[1]
                if _extents(seen.shape) != _extents(tap.shape) or not self._say(tap.file):
                    continue
                pair = Pair(tap, seen.name, "value")
                agree = self._agreeing(pair, [s.name for s in lost], pairs)
                if agree >= _PLENTY:
                    return pair
                if agree >= _AGREE and (best is None or agree > best[0]):
                    best = agree, pair
        return best and best[1]

    def _agreeing(self, pair: Pair, wanted: Sequence[str], pairs: Mapping[str, Pair]) -> int:
        """How many of the reference's tensors the candidate has behind such a pair."""
        self._fed[pair.tensor] = pair.tap
        behind = [n for n in wanted if n not in self._fed]
        behind = [*behind[:_LOOKED], *(n for n in self._graph.outputs if n in behind[_LOOKED:])]
        try:
            equal = self._equal(self._seen(behind), {**pairs, pair.tensor: pair})
            agree = len({p.tap.name for p in equal} - {pair.tap.name})
            # Behind the last ops there is little else than the answer itself.
            answered = any(p.tensor in self._graph.outputs for p in equal)
            return max(agree, _AGREE) if answered else agree
        finally:
            del self._fed[pair.tensor]

    def _seen(self, wanted: Sequence[str] | None) -> list[Tap]:
        """What the candidate has inside, given what it is fed."""
        fed = {name: str(tap.file.resolve()) for name, tap in self._fed.items()}
        (self._folder / "fed.json").write_text(json.dumps(fed), "utf-8")
        place = self._folder / "wanted.json"
        place.unlink(missing_ok=True)
        if wanted is not None:
            place.write_text(json.dumps(list(wanted)), "utf-8")
        self._worker.run_timeout_s = max(1.0, self._until - time.monotonic())
        result = self._worker.run(self._feed).result
        if not isinstance(result, Mapping):
            return []
        self._told = {f: t for f, t in self._told.items() if f.parent != self._folder}
        found = taps(self._worker.model, self._folder)
        return [tap for tap in found if tap.dtype.startswith("float")]

    def _before(self, pairs: Mapping[str, Pair]) -> set[str]:
        """The candidate's tensors of which something that is aligned is made."""
        before: set[str] = set()
        waiting = list(pairs)
        while waiting:
            at = self._graph.made_by.get(waiting.pop())
            for name in self._graph.reads[at] if at is not None else ():
                if name not in before:
                    before.add(name)
                    waiting.append(name)
        return before

    def _leads(self, tap: Tap, names: set[str]) -> bool:
        """Whether one of the reference's tensors is aligned, or leads to one that is."""
        seen, waiting = {tap.name}, [tap.name]
        while waiting:
            name = waiting.pop()
            if name in names:
                return True
            for node in self._program.readers(name):
                for made in node.outputs:
                    if made not in seen:
                        seen.add(made)
                        waiting.append(made)
        return False

    def _equal(self, seen: Sequence[Tap], pairs: Mapping[str, Pair]) -> list[Pair]:
        """Pairs of equal numbers, of several the next that isn't taken.

        One more that equals what is taken is a copy, or all that is left of an op that is lost.
        """
        taken = {pair.tap.name for pair in pairs.values()}
        found: list[Pair] = []
        for one in seen:
            if one.name in pairs:
                continue
            free = (tap for tap in self._taps if tap.name not in taken)
            chosen = next((tap for tap in free if self._alike(tap, one)), None)
            if chosen is not None:
                taken.add(chosen.name)
                found.append(Pair(chosen, one.name, "value"))
        return found

    def _alike(self, tap: Tap, one: Tap) -> bool:
        if _extents(tap.shape) != _extents(one.shape):
            return False
        a, b = self._say(tap.file), self._say(one.file)
        if a is None or b is None:
            return False
        allowed = _EQUAL * a.most
        if np.abs(a.sample - b.sample).max() > allowed:
            return False
        first, second = np.load(tap.file).reshape(-1), np.load(one.file).reshape(-1)
        return bool(np.abs(first.astype(np.float64) - second).max() <= allowed)

    def _say(self, file: Path) -> Told | None:
        """A tensor's numbers; None where they tell nothing."""
        if file not in self._told:
            self._told[file] = _told(np.load(file, allow_pickle=False))
        return self._told[file]


def _told(array: Array) -> Told | None:
    numbers = array.reshape(-1).astype(np.float64)
    if numbers.size < _LEAST or not np.isfinite(numbers).all():
        return None
    most = float(np.abs(numbers).max())
    if most == 0.0 or np.ptp(numbers) <= _EQUAL * most:
        return None
    places = np.linspace(0, numbers.size - 1, _SAMPLE).astype(np.int64)
    return Told(numbers[places], most)


def _extents(shape: Sequence[int]) -> tuple[int, ...]:
    return tuple(n for n in shape if n != 1)
