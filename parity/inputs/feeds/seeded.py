"""A plan that begins with the user's feeds, and draws from what is near them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.inputs._plan import Example, Plan
from parity.inputs._source import Choice, HypothesisSource, ScriptedSource, Source
from parity.inputs.feeds.change import Change
from parity.inputs.feeds.decide import Decision
from parity.inputs.feeds.own import Own
from parity.model.spec import TensorSpec
from parity.model.validity import valid_positions

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

OWN = "own feed"
"""With what the labels of the feeds as they were brought begin."""


@dataclass(frozen=True)
class SeededPlan:
    """Another plan with the user's feeds beside it.

    Half of what is drawn is made of one of them, changed: cut, with all but a box of it flat,
    scaled, shifted, with noise or holes, turned. The simplest change keeps least, so that what
    fails shrinks to the fewest rows and the smallest box that still do.

    close: for shrinking, see `closely`.
    """

    base: Plan
    own: tuple[Own, ...]
    specs: tuple[TensorSpec, ...]
    close: bool = False

    @property
    def closely(self) -> "SeededPlan":
        """The plan to shrink with: the same questions, of which none takes a short cut."""
        return replace(self, close=True)

    @property
    def name(self) -> str:
        """The kind of the plan that is seeded."""
        return self.base.name

    def describe(self) -> str:
        """What the other plan says, and which feeds are beside it."""
        named = ", ".join(own.name for own in self.own[:3]) + (", …" if len(self.own) > 3 else "")
        counted = "1 own feed" if len(self.own) == 1 else f"{len(self.own)} own feeds"
        return f"{self.base.describe()}; {counted} ({named}) and changes of these"

    def build(self, source: Source, label: str) -> Example:
        """An example of the other plan, or a changed feed."""
        if not source.boolean("own feed"):
            return self.base.build(source, label)
        index = source.integer(0, len(self.own) - 1, "which feed")
        change = Change(self.specs, self.own[index].feed)
        decision = change.questions.ask(source, closely=self.close)
        return self._example(index, change, decision, f"{label}, from {self.own[index].name}")

    def feeds(self) -> Iterator[Example]:
        """The user's feeds as they are; each is a point of the strategy."""
        for index, own in enumerate(self.own):
            change = Change(self.specs, own.feed)
            yield self._example(index, change, change.questions.nothing, f"{OWN} {own.name}")

    def boundary(self) -> Iterator[Example]:
        """Those of the other plan."""
        for example in self.base.boundary():
            yield replace(example, choices=(False, *example.choices))

    def refused(self, example: Example, cause: str) -> None:
        """What the other plan learns."""
        self.base.refused(example, cause)

    def accepted(self, example: Example) -> None:
        """As above."""
        self.base.accepted(example)

    def strategy(self) -> "SearchStrategy[Example]":
        """Both; shrinks within what it was drawn from."""
        from hypothesis import strategies as st

        @st.composite
        def examples(draw: st.DrawFn) -> Example:
            return self.build(HypothesisSource(draw), "generated")

        return examples()

    def _example(self, index: int, change: Change, decision: Decision, label: str) -> Example:
        which: dict[str, Sequence[Choice]] = {"which feed": [index]} if len(self.own) > 1 else {}
        spelled = ScriptedSource(
            {"own feed": [True], **which, **change.questions.answers(decision)}
        )
        spelled.boolean("own feed")
        spelled.integer(0, len(self.own) - 1, "which feed")
        change.questions.ask(spelled)
        spelled.finish()
        example = Example(change.of(decision), label, spelled.choices)
        valid = valid_positions(self.specs, example.feed)
        if valid is None:
            return example
        lengths = tuple(int(n) for n in valid.sum(axis=1))
        return replace(example, lengths=lengths, width=valid.shape[1])
