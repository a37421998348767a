"""One mutant before the case's feeds, then before a stronger search."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from parity.compare.findings import Finding
from parity.compare.outputs import Comparison
from parity.compare.rounding import beyond, excuse
from parity.model.tensors import Outputs
from parity.mutate.recorded import Fed, Recorded
from parity.mutate.score import Mutant
from parity.verify.doubt.rounding import Noise, judges_rounding

Answer = Callable[[Fed], Outputs | str | None]
"""What the mutant answers to a feed, or how it fails; None where it is as the original."""

Weigh = Callable[..., Comparison]
"""``compare.rounding.excuse`` or ``beyond``."""


GROSS = 1000.0
"""Times the tolerance beyond which nobody asks whether it is rounding. Source: ``verify.doubt``."""


@dataclass
class Jury:
    """The feeds, those first that told most mutants so far.

    own, stronger: as recorded, without those on which the original itself is off. noise: what
    rounding does to the original on a feed. told: how many mutants each of own has told. harder_s:
    spent on what own doesn't tell.
    """

    recorded: Recorded
    noise: Noise
    own: list[Fed] = field(default_factory=list)
    stronger: list[Fed] = field(default_factory=list)
    told: dict[int, int] = field(default_factory=dict)
    harder_s: float = 0.0
    _noises: dict[int, Outputs | None] = field(default_factory=dict)
    _usual: dict[str, float] = field(default_factory=dict)
    _well: dict[int, bool] = field(default_factory=dict)
    _tight: dict[int, bool] = field(default_factory=dict)
    _original: Answer = field(default=lambda fed: "not asked")

    def seat(self, original: Answer) -> None:
        """Try the original on the case's own feeds first; on the others where one tells."""
        self._original = original
        for fed in self.recorded.own:
            for name, array in fed.expected.items():
                finite = np.abs(array[np.isfinite(array)]) if array.dtype.kind == "f" else array[:0]
                largest = float(finite.max(initial=0.0))
                self._usual[name] = max(self._usual.get(name, 0.0), largest)
        self.own = [fed for fed in self.recorded.own if self._healthy(fed, original)]
        self.stronger = sorted(self.recorded.stronger, key=lambda fed: fed.size)
        # A feed of several rows and positions tells most; the largest cost most.
        self.own.sort(key=lambda fed: abs(fed.size - _USUAL))

    def _healthy(self, fed: Fed, original: Answer) -> bool:
        """Whether nothing is found of the original: a feed on which it is off tells nobody."""
        if id(fed) not in self._well:
            answer = original(fed)
            well = isinstance(answer, Mapping) and self.finding(fed, answer)[0] is None
            self._well[id(fed)] = well
        return self._well[id(fed)]

    def finding(self, fed: Fed, actual: Outputs) -> tuple[Finding | None, float]:
        """What the gate finds on a feed, and the share of what is allowed that was used: numbers
        first, unless they are rounding, then what a user sees.
        """
        compare = self.recorded.comparer
        numbers = compare.numbers(fed.example, fed.expected, actual)
        if numbers.findings and numbers.ratio < GROSS:
            numbers = self._weighed(excuse, fed, numbers)
        if not numbers.findings:
            numbers = compare.judged(fed.example, fed.expected, actual, numbers)
        return next(iter(numbers.findings), None), numbers.ratio

    def tiny(self, fed: Fed, actual: Outputs) -> Finding | None:
        """What no rounding explains, though the tolerance passes it."""
        if not judges_rounding(self.recorded.request):
            return None
        numbers = self.recorded.comparer.numbers(fed.example, fed.expected, actual)
        return next(iter(self._weighed(beyond, fed, numbers).findings), None)

    def _is_tight(self, fed: Fed) -> bool:
        """Whether rounding explains the original there: what it doesn't is no mutant's doing."""
        if id(fed) not in self._tight:
            answer = self._original(fed)
            tight = isinstance(answer, Mapping) and self.tiny(fed, answer) is None
            self._tight[id(fed)] = tight
        return self._tight[id(fed)]

    def _weighed(self, by: Weigh, fed: Fed, numbers: Comparison) -> Comparison:
        changes = self._noise(fed)
        if changes is None:
            return numbers
        compare = self.recorded.comparer
        valid = compare.valid(fed.example, fed.expected)
        return by(numbers, compare.named(changes), fed.expected, valid=valid, usual=self._usual)

    def _noise(self, fed: Fed) -> Outputs | None:
        if id(fed) not in self._noises:
            found = self.noise.of(fed.example.feed)
            self._noises[id(fed)] = None if found is None else {
                name: np.array(array) for name, array in found.items()
            }  # fmt: skip
        return self._noises[id(fed)]

    def verdict(
        self, kind: str, what: str, answer: Answer, advice: str = "", *, every: bool = False,
        certain: bool = False,
    ) -> Mutant:  # fmt: skip
        """Run the mutant until something is found. every: of the stronger search all feeds.
        certain: whether it is a fault, though no feed should show it.
        """
        order = sorted(range(len(self.own)), key=lambda at: -self.told.get(at, 0))
        furthest: tuple[float, Fed] | None = None
        for count, at in enumerate(order, 1):
            fed = self.own[at]
            actual = answer(fed)
            if actual is None:
                continue
            if isinstance(actual, str):
                return Mutant(kind, what, "broken", by=actual, feeds=count)
            found, ratio = self.finding(fed, actual)
            if found is not None:
                self.told[at] = self.told.get(at, 0) + 1
                return _told(Mutant(kind, what, "killed", str(found), feeds=count), fed)
            if furthest is None or ratio > furthest[0]:
                furthest = ratio, fed
        if furthest is not None:
            actual = answer(furthest[1])
            found = self.tiny(furthest[1], actual) if isinstance(actual, Mapping) else None
            if found is not None and self._is_tight(furthest[1]):
                made = Mutant(kind, what, "killed", str(found), feeds=len(order) + 1)
                return _told(made, furthest[1])
        began = time.monotonic()
        try:
            mutant = self._harder(kind, what, answer, advice, 0 if every else HARDER)
        finally:
            self.harder_s += time.monotonic() - began
        if certain and mutant.fate == "equivalent" and furthest is None:
            return replace(mutant, fate="survived", by=_UNMET, advice=advice)
        return mutant

    def _harder(self, kind: str, what: str, answer: Answer, advice: str, most: int) -> Mutant:
        """Smallest feed first: what it finds is the smallest that would have told.

        To fail there is to be told, too: the case's own feeds had it answer.
        """
        count = len(self.own)
        step = max(1, len(self.stronger) // most) if most else 1
        for fed in self.stronger[::step]:
            count += 1
            actual = answer(fed)
            if actual is None:
                continue
            by = actual if isinstance(actual, str) else self.finding(fed, actual)[0]
            if by is not None and self._healthy(fed, self._original):
                said = advice or _advice(fed, self.own)
                return _told(Mutant(kind, what, "survived", str(by), feeds=count, advice=said), fed)
        if not self.stronger:
            return Mutant(kind, what, "survived", _UNSOUGHT, feeds=count, advice=_SEEK)
        return Mutant(kind, what, "equivalent", feeds=count)


HARDER = 300
"""Feeds of the stronger search, of all sizes, that a mutant in the file runs on: it is wrong at
more than one length. Those of rare inputs meet them all."""

_UNMET = "no feed of the stronger search shows it, either"
_UNSOUGHT = "no other search had a feed that the case hasn't"
_SEEK = "max_examples, so that there is more than the case's own feeds to look with"

_USUAL = 64
"""Numbers in a feed that is tried early: a few rows of some length."""


def killed(kind: str, what: str, by: str, fed: Fed | None, feeds: int) -> Mutant:
    """One that something told, on a feed or on none."""
    made = Mutant(kind, what, "killed", by, feeds=feeds)
    return made if fed is None else _told(made, fed)


def _told(mutant: Mutant, fed: Fed) -> Mutant:
    shapes = {name: array.shape for name, array in fed.example.feed.items()}
    return Mutant(
        mutant.kind, mutant.what, mutant.fate, mutant.by, fed.example.label, shapes, mutant.feeds,
        mutant.advice,
    )  # fmt: skip


def _advice(fed: Fed, own: Sequence[Fed]) -> str:
    """What to change so that the gate would feed such a feed."""
    shape = {n: a.shape for n, a in fed.example.feed.items()}
    mine = [{n: a.shape for n, a in other.example.feed.items()} for other in own]
    if shape not in mine:
        said = ", ".join(f"{n} {list(s)}" for n, s in shape.items())
        return f"no feed of the case has this shape ({said}): more max_examples, or it as own feed"
    text = (fed.example.texts or ("",))[0]
    if text:
        return f"add the text {text[:40]!r} to the case's examples"
    return "more max_examples, or this feed as own feed of the case"
