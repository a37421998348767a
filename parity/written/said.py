"""What is said of the weights of two models."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from parity.compare.place import Index

Kind = Literal[
    "equal", "rounded", "changed", "swapped", "transposed", "scaled", "missing", "extra"
]  # fmt: skip

HEALTHY = ("equal", "rounded", "extra")
"""Kinds that are no fault: exporters make constants of their own."""

_NAMED = 3  # culprits that a sentence names

_FEW = 2
"""So many parameters that nothing holds are a fault in those; more, and the graph was rewritten."""


@dataclass(frozen=True)
class WeightSaid:
    """What became of one weight.

    name: of the stored tensor of the candidate, or of a part of it; "" where it is missing.
    reference: the parameter; "" of what is extra. elements, of: how many of how many differ.
    max_abs: the largest difference, at ``index`` as the candidate stores it, with both values.
    detail: what it looks like, in words. holds: the parameter that it holds instead, if one.
    coarse: whether it was rounded to less than float32.
    """

    name: str
    reference: str
    kind: Kind
    elements: int = 0
    of: int = 0
    max_abs: float = 0.0
    index: Index = ()
    expected: float = 0.0
    actual: float = 0.0
    detail: str = ""
    holds: str = ""
    coarse: bool = False

    @property
    def healthy(self) -> bool:
        """Whether this is what an exporter may do."""
        return self.kind in HEALTHY

    def __str__(self) -> str:
        if self.kind == "equal":
            return f"`{self.name}` equals `{self.reference}`{_after(self.detail)}"
        if self.kind == "missing":
            return f"`{self.reference}` is nowhere in the candidate{_after(self.detail)}"
        if self.kind == "extra":
            return f"`{self.name}` is nothing of the reference's{_after(self.detail)}"
        if self.kind == "swapped" and self.holds == self.name:
            return f"`{self.name}` is read where the reference reads `{self.reference}`"
        if self.kind == "swapped" and self.holds:
            return f"{self._title()} holds what the reference has in `{self.holds}`"
        if self.kind == "rounded":
            return f"{self._title()} is rounded {self.detail}, by up to {self.max_abs:.2g}"
        return f"{self._title()} {self.detail}{self._where()}"

    def _title(self) -> str:
        same = self.name == self.reference
        return f"`{self.name}`" if same else f"`{self.name}` (the reference's `{self.reference}`)"

    def _where(self) -> str:
        if not self.elements:
            return ""
        at = f"[{','.join(map(str, self.index))}]"
        return (
            f": {self.elements:,} of {self.of:,} elements differ, most {at}, {self.actual:.6g} "
            f"where the reference has {self.expected:.6g}"
        )


def _after(detail: str) -> str:
    return f" ({detail})" if detail else ""


@dataclass(frozen=True)
class Compared:
    """All weights of both sides. notes: what was not seen, one line each. seconds: it took."""

    weights: tuple[WeightSaid, ...]
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def culprits(self) -> tuple[WeightSaid, ...]:
        """What no exporter may do, the worst first: others' numbers, then by elements."""
        found = [w for w in self.weights if not w.healthy]
        return tuple(sorted(found, key=lambda w: (_ORDER.index(w.kind), -w.elements)))

    @property
    def coarse(self) -> tuple[WeightSaid, ...]:
        """What was rounded to less than float32, the furthest first."""
        found = [w for w in self.weights if w.kind == "rounded" and w.coarse]
        return tuple(sorted(found, key=lambda w: -w.max_abs))

    @property
    def paired(self) -> int:
        """Weights that have a parameter of the reference."""
        return sum(bool(w.name and w.reference) for w in self.weights)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind there are."""
        return dict(Counter(w.kind for w in self.weights))

    @property
    def acquitted(self) -> bool:
        """Whether there is a weight, and none is to blame."""
        return bool(self.paired) and not self.culprits

    @property
    def rewritten(self) -> bool:
        """Whether parameters are only missing, and more than a fault would take.

        Then they are stored in a form that is not known here.
        """
        kinds = {weight.kind for weight in self.culprits}
        return kinds == {"missing"} and len(self.culprits) > _FEW

    def blamed(self, *, rounding: bool = False) -> tuple[WeightSaid, ...]:
        """Whom the sentence blames. rounding: whether what was rounded below float32, too."""
        if not self.paired or self.rewritten:
            return ()
        return self.culprits or (self.coarse if rounding else ())

    def sentence(self, *, rounding: bool = False) -> str:
        """What a person needs: who is to blame, or that none is; ``rounding`` as of ``blamed``."""
        if not self.paired:
            return "no stored weight could be paired with the reference's: nothing was compared"
        if self.rewritten:
            return (
                f"{len(self.culprits)} of {len(self.culprits) + self.paired} weights are stored in "
                "no form that is known here, so nothing can be said of them; the others are equal"
            )
        blamed = self.blamed(rounding=rounding)
        if not blamed:
            return self._blameless()
        sentences = _sentences(blamed)
        told = ". ".join(sentences[:_NAMED])
        more = len(sentences) - _NAMED
        told += f". And {more} more" if more > 0 else ""
        return f"blamed: the weights. {told}. {self._rest(len(blamed))}"

    def _blameless(self) -> str:
        rounded = self.counts.get("rounded", 0)
        equal = self.paired - rounded
        if not rounded:
            return f"the weights are not to blame: all {equal} are equal"
        if not equal:
            return f"the weights are not to blame: all {rounded} are rounded"
        return f"the weights are not to blame: {equal} are equal, {rounded} rounded"

    def _rest(self, blamed: int) -> str:
        fine = [w for w in self.weights if w.name and w.reference and w.healthy]
        rounded = sum(w.kind == "rounded" for w in fine)
        if not self.culprits:
            rounded -= blamed
        equal = sum(w.kind == "equal" for w in fine)
        others = f"All {equal} others are equal" if equal != 1 else "The other is equal"
        if not equal:
            others = "None is equal"
        return f"{others}, {rounded} rounded." if rounded > 0 else f"{others}."


_ORDER: tuple[Kind, ...] = (
    "swapped", "transposed", "scaled", "changed", "missing", "rounded", "equal", "extra"
)  # fmt: skip


def _sentences(blamed: tuple[WeightSaid, ...]) -> list[str]:
    """One each, but one for two that changed places."""
    said: list[str] = []
    done: set[int] = set()
    for at, weight in enumerate(blamed):
        if at in done:
            continue
        back = [
            i
            for i, other in enumerate(blamed)
            if weight.holds and i != at
            and (other.reference, other.holds) == (weight.holds, weight.reference)
        ]  # fmt: skip
        done.update(back)
        said.append(f"{weight} (and the reverse)" if back else str(weight))
    return said
