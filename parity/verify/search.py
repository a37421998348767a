"""Look for a feed on which the two sides differ: boundaries first, then Hypothesis."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from parity.compare.findings import CandidateFailed, Finding
from parity.compare.noticed import BeyondRounding
from parity.compare.power import Power
from parity.compare.values import COUNTED, Measured
from parity.compare.verdict import Tally
from parity.errors import EngineError, InputError
from parity.inputs import Example, Plan
from parity.inputs.feeds import OWN
from parity.model.spec import TensorSpec
from parity.verify.answers import GOLDEN
from parity.verify.fed import Fed
from parity.verify.furthest import Furthest
from parity.verify.progress import Step, Watcher
from parity.verify.request import Effort
from parity.verify.sides import IN_FLIGHT, Outcome, Sides
from parity.verify.size import size
from parity.verify.told import told
from parity.verify.unbiased import unbiased

TARGETED_SHARE = 0.2
"""Share of the generated examples that climb towards the largest difference, where that is near.

They wait for each result before the next is drawn, so they keep the engines less busy: an example
costs three times as much. Where nothing came near its tolerance, they are drawn like the others.
"""

NEAR = 0.25
"""Share of its allowance that an output must have used for a climb to be worth it. Over planted
faults that generated examples find, those that pass all others use more than that."""

_MOST_REFUSALS = 40
"""So many feeds without a single answer, and the reference is taken to be broken."""

_MOST_DEATHS = 20
"""The same of feeds that it dies on, each of which costs a start or two. Of boundary feeds the
twentieth is beyond 128 positions, so that a model of one length is still found out."""

_MOST_HANGS = 3  # each takes the whole time limit

_MOST_CRASHES = 3  # a candidate that dies on everything says no more by dying again


@dataclass
class Found:
    """What the search has come to: the tally, and the smallest failing example a kind.

    fed: what the feeds that both sides answered held.
    golden: all that recorded texts showed. boundary, feeds: boundary feeds that were run, and
    the user's own.
    generated: examples that Hypothesis drew. refused: feeds that the reference doesn't take;
    hung, died: of those, how many it didn't come back from, and died on; refusal: its words on
    the first. cut: whether the budget ended before all were.
    """

    tally: Tally = field(default_factory=Tally)
    fed: Fed = field(default_factory=Fed)
    failing: dict[type[Finding], tuple[Example, tuple[Finding, ...]]] = field(default_factory=dict)
    golden: list[Finding] = field(default_factory=list)
    power: Power = field(default_factory=Power)
    furthest: Furthest = field(default_factory=Furthest)
    rounding: dict[str, Measured] = field(default_factory=dict)
    specs: tuple[TensorSpec, ...] = ()
    told: set[str] = field(default_factory=set)
    crashes: int = 0
    refused: int = 0
    hung: int = 0
    died: int = 0
    refusal: str = ""
    boundary: int = 0
    feeds: int = 0
    generated: int = 0
    cut: bool = False

    def measured(self, outcome: Outcome) -> None:
        """Take in how an example compares with rounding; the worst of each output is kept."""
        for m in outcome.comparison.measured:
            known = self.rounding.get(m.output)
            if m.rounding and m.region in COUNTED and (
                known is None or m.max_abs * (known.rounding or 1) > known.max_abs * m.rounding
            ):  # fmt: skip
                self.rounding[m.output] = m

    @property
    def ratio(self) -> float:
        """The largest share of its allowance that any output has used."""
        return max((m.ratio for m in self.tally.worst.values()), default=0.0)

    def add(self, outcome: Outcome) -> None:
        """Take in one outcome.

        Raises InputError if the reference refuses what somebody brought: a recorded text, a feed.
        """
        if outcome.refused is not None:
            if outcome.example.label.startswith((GOLDEN, OWN)):
                raise InputError(f"the reference fails on {shown(outcome)}")
            self.refused += 1
            self.hung += outcome.hung
            self.died += outcome.died
            self.refusal = self.refusal or shown(outcome)
            return
        self.tally.add(outcome.comparison)
        if outcome.actual:
            self.fed.add(outcome.example)
        if outcome.example.label.startswith(GOLDEN):
            # Each recorded text that changed is told, not only the shortest.
            self.golden += outcome.findings
        counted = [m for m in outcome.comparison.measured if m.region in COUNTED and m.elements]
        self.power.add(outcome.expected, {m.output: m.allowed for m in counted})
        self.furthest.add(outcome, self.tally.usual)
        self.told |= told(self.specs, outcome.example.feed)
        self.crashes += any(isinstance(f, CandidateFailed) for f in outcome.findings)
        for finding in outcome.findings:
            known = self.failing.get(type(finding))
            if known is None or size(outcome.example) < size(known[0]):
                self.failing[type(finding)] = (outcome.example, outcome.findings)


def shown(outcome: Outcome) -> str:
    """What the reference refuses, and its words, on one line."""
    example = outcome.example
    shapes = ", ".join(f"{n} {list(a.shape)}" for n, a in example.feed.items())
    return f"{example.label} ({shapes}): {outcome.refused}"


class Stop(BaseException):
    """Ends a Hypothesis run from inside.

    Not an Exception, so that Hypothesis takes it for no failing example.
    """


class Search:
    """One search with both sides running. Its parts are called in order, by ``run``."""

    def __init__(self, sides: Sides, plan: Plan, effort: Effort, watch: Watcher) -> None:
        self.sides = sides
        self.plan = plan
        self.effort = effort
        self.watch = watch
        self.found = Found(specs=sides.inputs)
        self._begun = time.monotonic()

    @property
    def out_of_time(self) -> bool:
        """Whether the budget is used up."""
        budget = self.effort.budget_s
        return budget is not None and time.monotonic() - self._begun > budget

    def examples(self, stage: str, examples: Iterable[Example], total: int = 0) -> None:
        """Run fixed examples, all of them, whatever they show and however long it takes.

        Without those parity would mean less, and nobody would see it.
        """
        for example in examples:
            if self.found.crashes >= _MOST_CRASHES:
                break
            self._feed(stage, example, total)
        self._drain(stage, total)

    def _give_up(self) -> None:
        """Raise EngineError where nothing that the reference is given makes it answer."""
        found = self.found
        in_vain = found.tally.examples == 0 and (
            found.refused >= _MOST_REFUSALS or found.died >= _MOST_DEATHS
        )
        if found.hung >= _MOST_HANGS or in_vain:
            self.refuse_in_vain(found.refusal)

    def refuse_in_vain(self, refusal: str = "") -> None:
        """Raise EngineError with what the reference first said, if it took nothing at all.

        refusal: raise whatever it took, with these words.
        """
        found = self.found
        if refusal or (found.refused and not found.tally.examples):
            program = self.sides.reference.worker.model.program
            count = f", as on {found.refused} feeds in all" if found.refused > 1 else ""
            raise EngineError(f"{program}: the reference fails on {found.refusal}{count}")

    def rounding(self) -> None:
        """Hold what was furthest off, by output, against what rounding does there."""
        self.sides.tiny = True
        feeds = self.found.furthest.chosen()
        for number, example in enumerate(feeds, 1):
            outcome = self.sides.evaluate(example)
            self.found.measured(outcome)
            if any(isinstance(f, BeyondRounding) for f in outcome.findings):
                self._take(outcome, "rounding", self.found.tally.examples + 1)
            self.watch(Step("rounding", number, len(feeds), self.found.ratio))

    def own(self, examples: Sequence[Example]) -> None:
        """Run the user's own feeds, all of them."""
        self.examples("feeds", examples, len(examples))
        self.found.feeds = self.found.tally.examples

    def generate(self) -> None:
        """Draw examples and run them, the next being drawn while the last one runs.

        Ends at the first failing example: what was under way behind it is not
        counted, so that the outcome doesn't depend on timing.
        """
        self._draw(self.effort.max_examples - self._targeted, self.effort.seed)

    def _draw(self, count: int, seed: int) -> None:
        goal = self.found.tally.examples + count

        def test(example: Example) -> None:
            self._go_on()
            self._feed("generate", example, goal)

        if count:
            self._hypothesis(test, count, seed)
            self._drain("generate", goal)

    def target(self) -> None:
        """Climb towards the largest difference, or draw on where there is nothing to climb to."""
        from hypothesis import target

        if self.found.ratio < NEAR:
            self._draw(self._targeted, self.effort.seed + 1)
            return
        goal = self.found.tally.examples + self._targeted

        def test(example: Example) -> None:
            self._go_on()
            outcome = self.sides.evaluate(example)
            self._take(outcome, "target", goal)
            if outcome.refused is None:
                target(min(outcome.comparison.ratio, 1e6), label="share of the tolerance")

        if self._targeted:
            self._hypothesis(test, self._targeted, self.effort.seed + 1, targeted=True)

    @property
    def _targeted(self) -> int:
        return int(self.effort.max_examples * TARGETED_SHARE)

    def _hypothesis(
        self, test: object, max_examples: int, seed_: int, *, targeted: bool = False
    ) -> None:
        import contextlib

        from hypothesis import HealthCheck, Phase, given, seed, settings

        phases = [Phase.generate, *([Phase.target] if targeted else [])]
        configure = settings(
            max_examples=max_examples,
            phases=phases,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        run = seed(seed_)(configure(given(self.plan.strategy())(test)))  # type: ignore[arg-type]
        with unbiased(), contextlib.suppress(Stop):
            run()

    def _go_on(self) -> None:
        """Raises Stop where no further example is to be run."""
        if self.found.failing:
            raise Stop
        if self.out_of_time:
            self.found.cut = True
            raise Stop
        self.found.generated += 1

    def _feed(self, stage: str, example: Example, total: int) -> None:
        if self.sides.pending >= IN_FLIGHT:
            self._take(self.sides.collect(), stage, total)
        self.sides.submit(example)

    def _drain(self, stage: str, total: int) -> None:
        while self.sides.pending:
            self._take(self.sides.collect(), stage, total)

    def _take(self, outcome: Outcome, stage: str, total: int) -> None:
        if stage == "generate" and self.found.failing:
            return
        if outcome.refused is None:
            self.plan.accepted(outcome.example)
        else:
            self.plan.refused(outcome.example, outcome.refused)
        self.found.add(outcome)
        self.sides.usual = self.found.tally.usual
        if outcome.refused is not None:
            self._give_up()
        self.watch(Step(stage, self.found.tally.examples, total, self.found.ratio))


def cut(effort: Effort, found: Found) -> list[str]:
    """A line on what the budget left out, if it did."""
    if not found.cut:
        return []
    return [
        f"the budget of {effort.budget_s:g} s ended after {found.generated} of "
        f"{effort.max_examples} generated examples"
    ]
