"""What became of the mutants."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Fate = Literal["killed", "survived", "equivalent", "unloadable", "broken", "same", "none"]
"""killed: the case's own feeds tell it from the original. survived: they don't, and other feeds do.
equivalent: a stronger search than the case's finds nothing, either. Not counted: unloadable, which
no runtime takes; broken, which fails to run; same, which is the original by content; none, where
the class had nothing to change."""

COUNTED: tuple[Fate, ...] = ("killed", "survived")


@dataclass(frozen=True)
class Mutant:
    """One of them. by: the finding, the gate's or the stronger search's. feed: which one told, or
    would have; shape: of each of its inputs. feeds: how many were run. advice: what to change.
    """

    kind: str
    what: str
    fate: Fate
    by: str = ""
    feed: str = ""
    shape: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    feeds: int = 0
    advice: str = ""


@dataclass(frozen=True)
class Score:
    """All of them, of a name. feeds, stronger: how many there were of either. seconds: of the
    mutants before the case's own feeds; recording_s, stronger_s: what both searches took besides.
    notes: what a person should know of the searches.
    """

    name: str
    seed: int
    mutants: tuple[Mutant, ...]
    feeds: int
    stronger: int
    seconds: float
    recording_s: float
    stronger_s: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def killed(self) -> int:
        return sum(m.fate == "killed" for m in self.mutants)

    @property
    def counted(self) -> int:
        """Killed and survived: those that the gate could have told."""
        return sum(m.fate in COUNTED for m in self.mutants)

    @property
    def share(self) -> float | None:
        """Killed of those that could be; None over none: that is no score."""
        return self.killed / self.counted if self.counted else None

    @property
    def rate(self) -> float:
        """Mutants a second."""
        tried = sum(m.fate not in ("none", "same") for m in self.mutants)
        return tried / self.seconds if self.seconds > 0 else 0.0

    def by_kind(self) -> dict[str, Counter[str]]:
        """Fates by class, in the order in which they came."""
        found: dict[str, Counter[str]] = {}
        for mutant in self.mutants:
            found.setdefault(mutant.kind, Counter())[mutant.fate] += 1
        return found

    @property
    def survivors(self) -> Sequence[Mutant]:
        return [m for m in self.mutants if m.fate == "survived"]
