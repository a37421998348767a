"""What a plan is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from parity.inputs._source import Choice, Choices, HypothesisSource, ScriptedSource, Source
from parity.inputs.sizes import Answer
from parity.model.tensors import Feed

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Offsets = tuple[tuple[int, int], ...]
"""For each token of a row, the characters [start, end) of its text."""


@dataclass(frozen=True)
class Example:
    """One feed and where it comes from.

    feed: input name to contiguous array, of the dtype that the spec says.
    label: "generated", or which boundary it is.
    choices: the decisions behind it; `parity.inputs.replay` makes it again from them.
    texts: the text of each row, if text was the source.
    offsets: for each row the characters of each token, if text was the source.
    lengths: valid entries of each row, without padding; None if nothing is padded by row.
    width: what the rows are padded to; None where there are no lengths.
    plan: the one whose choices these are; None for the plan of the run.
    """

    feed: Feed
    label: str
    choices: Choices = ()
    texts: tuple[str, ...] | None = None
    offsets: tuple[Offsets, ...] | None = None
    lengths: tuple[int, ...] | None = None
    width: int | None = None
    plan: "Plan | None" = None


class Plan(Protocol):
    """How inputs are made for one model."""

    @property
    def name(self) -> str:
        """The kind: the stem of the plugin's file."""

    def describe(self) -> str:
        """One line for a person: what is varied, in which bounds."""

    def build(self, source: Source, label: str) -> Example:
        """Make an example out of the source's answers."""

    def boundary(self) -> Iterator[Example]:
        """The fixed feeds, always the same, cheapest first."""

    def strategy(self) -> "SearchStrategy[Example]":
        """All examples; shrinks to the fewest rows, the shortest, the smallest values."""

    def refused(self, example: Example, cause: str) -> None:
        """Learn that the reference doesn't take this feed: it is no input of the model."""

    def accepted(self, example: Example) -> None:
        """Learn that it takes this one."""


@dataclass(frozen=True)
class Script:
    """A boundary feed, as answers by question.

    cost: positions or elements, by which scripts are put in order.
    """

    label: str
    answers: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    cost: int = 0


Learn = Callable[[Callable[[Example], Answer]], "tuple[Plan, tuple[str, ...]]"]
"""Asks with examples, each of which the reference runs or refuses."""


@dataclass(frozen=True)
class ScriptedPlan:
    """A plan out of one building function and the scripts of its boundary feeds.

    learn: makes the plan that fits what the reference takes, and a line for each rule behind that;
        None where nothing is open. Raises InputError if the reference takes nothing.
    """

    name: str
    summary: str
    make: Callable[[Source, str], Example]
    scripts: Callable[[], Sequence[Script]]
    learn: "Learn | None" = None

    def describe(self) -> str:
        return self.summary

    def build(self, source: Source, label: str) -> Example:
        return self.make(source, label)

    def boundary(self) -> Iterator[Example]:
        # Shapes of one cost together: an engine prepares itself anew for each other shape.
        for script in sorted(self.scripts(), key=lambda s: (s.cost, len(s.answers.get("row", ())))):
            source = ScriptedSource(script.answers)
            example = self.make(source, f"boundary: {script.label}")
            source.finish()
            yield example

    def strategy(self) -> "SearchStrategy[Example]":
        from hypothesis import strategies as st

        @st.composite
        def examples(draw: st.DrawFn) -> Example:
            return self.make(HypothesisSource(draw), "generated")

        return examples()

    def refused(self, example: Example, cause: str) -> None:
        """Sizes were learned before. A plan that changed while it is drawn from would be flaky."""

    def accepted(self, example: Example) -> None:
        """As above."""
