"""The score of a gate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from parity.api.asked import request
from parity.api.checking import defaults
from parity.api.measuring import of_case
from parity.api.options import AnyPath
from parity.errors import UsageError
from parity.mutate.run import EACH
from parity.mutate.run import run as run_all
from parity.mutate.score import Mutant, Score
from parity.report import document as documents
from parity.report import mutate as report
from parity.target import is_case


@dataclass(frozen=True)
class Mutated:
    """A score, and whether it is enough. least: the share that is asked for; None for any."""

    score: Score
    least: float | None = None

    @property
    def passed(self) -> bool:
        """Whether something was counted, and enough of it killed. No mutants are no score."""
        share = self.score.share
        return share is not None and (self.least is None or share >= self.least)

    def to_json(self) -> str:
        """The JSON document of ``parity mutate --json``."""
        return documents.dumps(report.document(self.score, passed=self.passed, least=self.least))

    def to_markdown(self) -> str:
        """Badge, classes, survivors."""
        return report.markdown(self.score)


def mutate(
    target: AnyPath,
    *,
    reference: AnyPath | None = None,
    each: int = EACH,
    classes: Sequence[str] = (),
    seed: int = 0,
    min_score: float | None = None,
    max_examples: int | None = None,
    max_batch: int | None = None,
    max_length: int | None = None,
    models: AnyPath | None = None,
    told: Callable[[int, Mutant], None] = lambda done, mutant: None,
) -> Mutated:
    """Plant faults in a case's or a model's candidate, and see which its feeds tell.

    each: mutants a class. classes: which; all where none is named. min_score: share of those that
    could be told which must be; None for what the case's ``[limits]`` say. max_examples, max_batch,
    max_length: of the gate, where a model is named. models: where models that users bring lie.
    told: hears each mutant.

    Raises ParityError, one line: what makes no sense, or a candidate that fails as it is.
    """
    if each < 1:
        raise UsageError(f"each {each}: at least one mutant a class is needed")
    if min_score is not None and not 0 <= min_score <= 1:
        raise UsageError(f"min_score {min_score:g}: a share is from 0 to 1")
    if is_case(target):
        if any(v is not None for v in (reference, max_batch, max_length)):
            raise UsageError("a case's file says its reference and the bounds of its feeds")
        asked, cell = of_case.asked(target, models)
        if min_score is None:
            min_score = cell.case.limits[cell.precision].min_score
        if max_examples is not None:
            asked = replace(asked, effort=replace(asked.effort, max_examples=max_examples))
    else:
        options = defaults()
        options["max_batch"], options["max_length"] = max_batch, max_length
        if max_examples is not None:
            options["max_examples"] = max_examples
        asked = request(target, reference, options, feeds=())
    # What failed in earlier runs is the gate's luck, not its power.
    asked = replace(asked, database=None)
    score = run_all(asked, str(target), each=each, seed=seed, kinds=classes, told=told)
    return Mutated(score, min_score)
