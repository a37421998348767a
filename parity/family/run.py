"""Hold each sibling against the one before and the original."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from parity import plugins
from parity.compare.tolerance import DEFAULTS
from parity.family.members import ORIGINAL, Step
from parity.model.precisions import family
from parity.verify.progress import Watcher, nobody
from parity.verify.reference import reference_of
from parity.verify.request import Request, Side
from parity.verify.result import Result
from parity.verify.run import verify


@dataclass(frozen=True)
class Stepped:
    """A step, and what came of it."""

    step: Step
    result: Result

    @property
    def passed(self) -> bool:
        """Whether something was compared, and nothing found."""
        return self.result.passed and self.result.verdict.elements > 0


def run(request: Request, asked: Sequence[Step], watch: Watcher = nobody) -> Iterator[Stepped]:
    """What comes of each step, as it is done, on the same feeds.

    request: of the first member against the original; its tolerance is that of members of its
    precision, INT8 or not, and others go by their default. The original is loaded once, and runs
    each feed once. A file that stands for the one before runs as it is, without what its engine
    would make of it: else one optimiser is held against itself. Raises what the original's failing
    raises.
    """
    with reference_of(
        request.reference, remember=True, open_timeout_s=request.open_timeout_s,
        run_timeout_s=request.run_timeout_s,
    ) as original:  # fmt: skip
        for step in asked:
            precision = step.member.precision
            mine = replace(
                request,
                candidate=replace(request.candidate, model=step.member.model),
                precision=precision,
                tolerance=(
                    request.tolerance
                    if family(precision) == request.family
                    else DEFAULTS[precision]
                ),
            )
            if step.against is None:
                yield Stepped(step, verify(mine, watch, reference=original))
            else:
                of = request.candidate
                plain = getattr(plugins.load("engines", of.engine), "PLAIN", {})
                before = Side(
                    step.against.model, of.engine, {**of.options, **plain}, of.interpreter
                )
                yield Stepped(step, verify(replace(mine, reference=before), watch))


def passed(rows: Sequence[Stepped]) -> bool:
    """Whether all steps did, and there is one against the original and one between two files."""
    both = {row.step.against is None for row in rows} == {True, False}
    return both and all(row.passed for row in rows)


def culprits(rows: Sequence[Stepped]) -> list[str]:
    """A line for each step that broke something, or what may be concluded where none did alone."""
    whole = {r.step.member.name: r.passed for r in rows if r.step.against is None}
    off = [row.step for row in rows if not row.passed]
    lines = [_broke(step) for step in off if step.direct and not _excused(step, whole)]
    if off and not lines:
        lines = [
            f"{step.member.name}: no step alone is off by more than is allowed, but together "
            "they are"
            for step in off
        ]
    return lines


def _excused(step: Step, whole: Mapping[str, bool]) -> bool:
    """Whether it is the file before that is off, and not this one."""
    before = step.against
    return before is not None and whole[step.member.name] and not whole[before.name]


def _broke(step: Step) -> str:
    before = step.against.name if step.against else ORIGINAL
    return (
        f"{step.member.name}: {_WHO[step.member.precision]} broke it: it differs from {before}, "
        "of which it was made"
    )


_WHO = {"fp32": "the export", "optimized": "the optimiser", "int8": "the quantiser"}
