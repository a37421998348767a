"""What a plan is, and how one is chosen for a model."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, cast

from parity import plugins
from parity.errors import InputError
from parity.inputs._limits import Limits
from parity.inputs._source import Choice, Choices, HypothesisSource, ScriptedSource, Source
from parity.inputs._tokenizer import Tokenizer
from parity.model.spec import TensorSpec, TokenIds
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
    plan: the one whose choices these are; None for the plan of the run.
    """

    feed: Feed
    label: str
    choices: Choices = ()
    texts: tuple[str, ...] | None = None
    offsets: tuple[Offsets, ...] | None = None
    lengths: tuple[int, ...] | None = None
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


@dataclass(frozen=True)
class ScriptedPlan:
    """A plan out of one building function and the scripts of its boundary feeds."""

    name: str
    summary: str
    make: Callable[[Source, str], Example]
    scripts: Callable[[], Sequence[Script]]

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
        """Sizes of this plan are what the graph says; there is nothing to learn."""

    def accepted(self, example: Example) -> None:
        """As above."""


def plan(
    specs: Sequence[TensorSpec],
    *,
    limits: Limits | None = None,
    tokenizer: Tokenizer | None = None,
    kind: str | None = None,
    seed: int = 0,
) -> Plan:
    """The plan for a model with these inputs.

    kind: a plugin of ``inputs``; None chooses: text and ids when there is a
        tokenizer and an id input, since text can't reach every id; ids when
        there is no tokenizer; else tensors.
    seed: of the pseudo-random values in the boundary feeds.

    Raises InputError when no meaningful feed can be made and says why, and
    UsageError for an unknown kind.
    """
    if not specs:
        raise InputError("the model has no inputs: there is nothing to feed")
    limits = limits or Limits()
    specs = tuple(specs)
    if kind is None:
        ids = [s for s in specs if isinstance(s.domain, TokenIds)]
        # A text makes one row of ids; where it goes with two id inputs is unknown.
        plain = len(ids) == 1 and len(ids[0].shape) == 2
        kind = "tensors" if not ids else "mixed" if tokenizer and plain else "ids"
    module = plugins.load("inputs", kind)
    make = getattr(module, "plan", None)
    if not callable(make):
        raise InputError(f'input kind "{kind}" has no function "plan"')
    return cast(Plan, make(specs, limits=limits, tokenizer=tokenizer, seed=seed))
