"""Make a failing example small: fewest rows, shortest rows, smallest values."""

import time
from dataclasses import replace

from parity.compare.findings import Finding
from parity.inputs import Example, Plan, replay
from parity.inputs.feeds import SeededPlan
from parity.verify.kept.size import Size, size
from parity.verify.progress import Step, Watcher
from parity.verify.sides import Sides

_KEY = b"parity"


class Shrinker:
    """Shrinks one example that shows a kind of finding, keeping that kind.

    steps: pairs of how many feeds were tried, and how many positions the smallest then had.

    Hypothesis shrinks the choices behind the example, so every feed it tries
    is one that the plan could have drawn.
    """

    def __init__(
        self,
        sides: Sides,
        plan: Plan,
        kind: type[Finding],
        *,
        budget_s: float,
        watch: Watcher,
    ) -> None:
        self._sides = sides
        self._plan = plan.closely if isinstance(plan, SeededPlan) else plan
        self._kind = kind
        self._end = time.monotonic() + budget_s
        self._watch = watch
        self._seen: dict[tuple[object, ...], bool] = {}
        self._best: tuple[Size, Example] | None = None
        self.tried = 0
        self.steps: list[tuple[int, int]] = []

    def shrink(self, example: Example) -> Example:
        """The smallest failing example found in time; ``example`` if none is smaller."""
        from hypothesis import HealthCheck, Phase, find, settings
        from hypothesis.database import InMemoryExampleDatabase
        from hypothesis.errors import Flaky, NoSuchExample

        self._watch(Step("shrink", ends=self._end))
        if not example.choices:
            # A recorded text: it is what it is.
            return example
        self._best = (size(example), example)
        self.steps.append((0, size(example)[3]))
        self._seen[example.choices] = True
        database = InMemoryExampleDatabase()
        replay.save(database, _KEY, example.choices)
        configure = settings(
            phases=[Phase.reuse, Phase.shrink],
            database=database,
            max_examples=100_000,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        small = example
        try:
            small = find(
                (example.plan or self._plan).strategy(),
                self._fails,
                settings=configure,
                # No random: Hypothesis reads no database with a seed, and shrinks without one.
                database_key=_KEY,
            )
        except (Flaky, NoSuchExample):
            # A defect that comes and goes, or time ran out: what was seen to fail stands.
            small = self._best[1]
        # What failed on the way may be smaller than what Hypothesis takes for the simplest.
        if size(small)[:-1] > self._best[0][:-1]:
            small = self._best[1]
        if small.choices == example.choices:
            return example
        return replace(small, label=f"shrunk from {example.label}", plan=example.plan)

    def _larger(self, example: Example) -> bool:
        """Whether it is larger than the smallest that failed.

        Hypothesis counts choices, and draws anew where one of them changes what
        the others mean: it would go from one row of ids to two of text, and take
        a row with a column that nothing fills for simpler than two of different
        length. Fewer choices are no gain at the price of a larger feed.
        """
        return self._best is not None and size(example)[:-1] > self._best[0][:-1]

    def _fails(self, example: Example) -> bool:
        known = self._seen.get(example.choices)
        if known is not None:
            return known
        if time.monotonic() > self._end or self._larger(example):
            return False
        self.tried += 1
        # What the reference can't run shows nothing: no candidate is blamed for it.
        failed = any(isinstance(f, self._kind) for f in self._sides.evaluate(example).findings)
        self._seen[example.choices] = failed
        if failed and (self._best is None or size(example) < self._best[0]):
            self._best = (size(example), example)
            if size(example)[3] != self.steps[-1][1]:
                self.steps.append((self.tried, size(example)[3]))
        smallest = self._best[0][2] if self._best else None
        self._watch(Step("shrink", self.tried, smallest=smallest, ends=self._end))
        return failed
