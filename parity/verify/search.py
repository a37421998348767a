"""Look for a feed on which the two sides differ: boundaries first, then Hypothesis."""

import time
from collections.abc import Iterable, Sequence

from parity.compare.columns import Columns
from parity.compare.noticed import BeyondRounding
from parity.errors import EngineError
from parity.inputs import Example, Plan
from parity.verify.kept.found import Found
from parity.verify.kept.furthest import Furthest
from parity.verify.kept.narrow import Narrow
from parity.verify.progress import Step, Watcher
from parity.verify.request import Effort
from parity.verify.sides import IN_FLIGHT, LONG, Outcome, Sides
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
"""So many that it dies on, each of which costs a start; before the twentieth come 128 positions."""

_LARGE_BYTES = 1e9
"""Of a candidate whose long feeds are not measured for rounding: it would be in memory a third
time, with activations that grow with the square of the length (0.8 GB for ernie-3.0-xbase)."""

_PLANNED = ("golden", "feeds", "boundary", "generate", "target")
"""Stages whose feeds are counted before; how many are known from earlier runs isn't."""

_MOST_HANGS = 3  # each takes the whole time limit

_MOST_CRASHES = 3  # a candidate that dies on everything says no more by dying again


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
        narrow = Narrow(Columns(sides.request.tolerance))
        files = sides.request.candidate.model.files
        large = sum(file.stat().st_size for file in files) > _LARGE_BYTES
        furthest = Furthest(LONG if large else None)
        self.found = Found(specs=sides.inputs, narrow=narrow, furthest=furthest)
        self._begun = time.monotonic()
        self._fed = self._total = 0

    def expects(self, fixed: int) -> None:
        """Tell how many fixed examples there will be, so that whoever watches knows the whole."""
        self._total = fixed + self.effort.max_examples

    @property
    def out_of_time(self) -> bool:
        """Whether the budget is used up."""
        budget = self.effort.budget_s
        return budget is not None and time.monotonic() - self._begun > budget

    def examples(self, stage: str, examples: Iterable[Example]) -> None:
        """Run fixed examples, all of them, whatever they show and however long it takes.

        Without those parity would mean less, and nobody would see it.
        """
        for example in examples:
            if self.found.crashes >= _MOST_CRASHES:
                break
            self._feed(stage, example)
        self._drain(stage)

    def _give_up(self) -> None:
        """Raise EngineError where nothing that the reference is given makes it answer."""
        found = self.found
        broken = found.refused >= _MOST_REFUSALS or found.died >= _MOST_DEATHS
        if found.hung >= _MOST_HANGS or (broken and not found.tally.examples):
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
                self._take(outcome, "rounding")
            self.watch(Step("rounding", number, len(feeds), self.found.ratio))

    def own(self, examples: Sequence[Example]) -> None:
        """Run the user's own feeds, all of them."""
        self.examples("feeds", examples)
        self.found.feeds = self.found.tally.examples

    def generate(self) -> None:
        """Draw examples and run them, the next being drawn while the last one runs.

        Ends at the first failing example: what was under way behind it is not
        counted, so that the outcome doesn't depend on timing.
        """
        self._draw(self.effort.max_examples - self._targeted, self.effort.seed)

    def _draw(self, count: int, seed: int) -> None:
        def test(example: Example) -> None:
            self._go_on()
            self._feed("generate", example)

        if count:
            self._hypothesis(test, count, seed)
            self._drain("generate")

    def target(self) -> None:
        """Climb towards the largest difference, or draw on where there is nothing to climb to."""
        from hypothesis import target

        if self.found.ratio < NEAR:
            self._draw(self._targeted, self.effort.seed + 1)
            return

        def test(example: Example) -> None:
            self._go_on()
            outcome = self.sides.evaluate(example)
            self._take(outcome, "target")
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

    def _feed(self, stage: str, example: Example) -> None:
        if self.sides.pending >= IN_FLIGHT:
            self._take(self.sides.collect(), stage)
        self.sides.submit(example)

    def _drain(self, stage: str) -> None:
        while self.sides.pending:
            self._take(self.sides.collect(), stage)

    def _take(self, outcome: Outcome, stage: str) -> None:
        if stage == "generate" and self.found.failing:
            return
        if outcome.refused is None:
            self.plan.accepted(outcome.example)
        else:
            self.plan.refused(outcome.example, outcome.refused)
        self.found.add(outcome)
        self.found.narrow.add(outcome, self.sides)
        self.found.drawing.add(outcome, self.sides, self.found.tally.examples)
        self.sides.usual = self.found.tally.usual
        if outcome.refused is not None:
            self._give_up()
        if stage == "rounding":
            return  # which counts its own
        self._fed += stage in _PLANNED
        # Hypothesis may take a few more than it was told.
        done = min(self._fed, self._total) if self._total else self._fed
        self.watch(Step(stage, done, self._total, self.found.ratio))


def cut(effort: Effort, found: Found) -> list[str]:
    """A line on what the budget left out, if it did."""
    if not found.cut:
        return []
    return [
        f"the budget of {effort.budget_s:g} s ended after {found.generated} of "
        f"{effort.max_examples} generated examples"
    ]
