"""Find what must stay in FP32, and have a whole verification of that model say so."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from parity import temporary
from parity.diagnose.plan.rank import Ranked, rank
from parity.diagnose.plan.smallest import Chosen, smallest
from parity.diagnose.plan.trial import Trials
from parity.errors import ExportError, ModelError, UsageError
from parity.exports.derive import Derived, derive, same
from parity.interrupts import Terminated
from parity.model.artifact import Artifact
from parity.model.parts.onnx_cut import Graph
from parity.verify.feeds.described import described
from parity.verify.progress import Watcher, nobody
from parity.verify.reference import Reference, reference_of
from parity.verify.request import Request
from parity.verify.result import Result
from parity.verify.run import verify

BUDGET_S = 600.0
"""Seconds for trials. Each makes and loads a model: 3 s of a small one, 10 s of ernie-3.0-base."""

_ROUNDS = 8
"""Verifications at most, each of which showed the trials a feed that they didn't have."""

_ANY = 13  # an ONNX file keeps its opset

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """keep: names of nodes, in the order of the graph; () where none has to be kept.

    of: how many could be. made: the model, in the cache. minimal: whether none can be left out
    alone, as far as the trials' feeds show. result: of the whole verification of that model.
    ranked: nodes with what lowering costs them, the costliest first. trials: models that
    were made and run. seconds: all of it.
    """

    keep: tuple[str, ...]
    of: int
    made: Derived
    minimal: bool
    result: Result
    ranked: tuple[Ranked, ...]
    trials: int
    seconds: float


def plan(
    request: Request, source: Artifact, *, budget_s: float = BUDGET_S,
    say: Say = lambda line: None, watch: Watcher = nobody,
) -> Plan:  # fmt: skip
    """Make the lowered model of the fewest FP32 nodes whose check holds.

    request: the check, whose candidate gives engine and options only. source: the FP32 ONNX file.
    budget_s: for finding fewer; what is known to hold then is taken. Raises ModelError where the
    FP32 file itself doesn't hold, or nothing lowered does; ParityError as ``verify``.
    """
    if request.family == "fp32":
        raise UsageError("a plan is for FP16 or INT8")
    with _planner(request, source, budget_s, say, watch) as planner:
        return planner.plan()


@contextmanager
def _planner(
    request: Request, source: Artifact, budget_s: float, say: Say, watch: Watcher
) -> "Iterator[_Planner]":
    with (
        temporary.folder(Path(tempfile.gettempdir())) as folder,
        reference_of(
            request.reference, remember=True, open_timeout_s=request.open_timeout_s,
            run_timeout_s=request.run_timeout_s,
        ) as reference,
    ):  # fmt: skip
        reference.start()
        yield _Planner(request, source, folder, reference, budget_s, say, watch)


class _Planner:
    def __init__(
        self, request: Request, source: Artifact, folder: Path, reference: Reference,
        budget_s: float, say: Say, watch: Watcher,
    ) -> None:  # fmt: skip
        self._began = time.monotonic()
        self._until = self._began + budget_s
        # The first feed that fails is as good as the smallest here.
        effort = replace(request.effort, shrink_s=0.0)
        self._request = replace(request, effort=effort)
        self._base = Graph(source.program)
        self._trials = Trials(
            self._request, source, reference, described(request), folder, request.open_timeout_s
        )
        self._reference, self._say, self._watch = reference, say, watch
        self._ranked: tuple[Ranked, ...] = ()
        self._whole = False  # whether only a whole verification shows what is wrong

    def plan(self) -> Plan:
        chosen = Chosen((), minimal=True)
        for number in range(_ROUNDS):
            target = self._trials.folder / f"round-{number}.onnx"
            self._trials.made(chosen.names, target)
            result = self._verified(target)
            if result.passed:
                return self._done(chosen, target, result)
            self._say(f"{_count(chosen)}: {result.verdict.findings[0]}")
            self._learn(result, target, chosen)
            chosen = self._choose()
        raise ModelError(f"after {_ROUNDS} rounds the check still fails: {_first(result)}")

    def _verified(self, file: Path) -> Result:
        request = replace(self._request, candidate=self._trials.side(file))
        result = verify(request, self._watch, reference=self._reference)
        if result.ended_by is not None:
            raise Terminated(result.ended_by)
        return result

    def _learn(self, result: Result, file: Path, chosen: Chosen) -> None:
        """Take in the feeds of a failed check; of the first the order of the nodes, too."""
        failing = [result.minimal.example] if result.minimal is not None else []
        furthest = [result.furthest] if result.furthest is not None else []
        new = self._trials.add([*failing, *furthest])
        if not self._trials.examples:
            raise ModelError(f"{file}: nothing was fed, and it fails: {_first(result)}")
        if not self._ranked:
            self._order(result, file)
        elif not new or self._trials.holds(chosen.names):
            self._whole = True  # answers counted over all feeds, say

    def _order(self, result: Result, file: Path) -> None:
        trials = self._trials
        if not trials.fp32_holds():
            raise ModelError(
                f"{trials.source.program}: differs from its reference in FP32 already, which no "
                "node kept in FP32 mends; parity explain says why"
            )
        side = trials.side(file)
        first = trials.overflowing(side) if self._request.family == "fp16" else ()
        trials.half = bool(first)
        self._ranked = rank(
            self._base, side.model, self._request.reference.model,
            [example.feed for example in trials.examples], self._request.precision,
            pairs=result.pairs, first=first, until=self._until,
        )  # fmt: skip
        self._whole = trials.holds(())

    def _choose(self) -> Chosen:
        names = [ranked.node for ranked in self._ranked]
        self._say(f"looking for the fewest of {len(names)} nodes")
        chosen = smallest(names, self._holds, go_on=lambda: time.monotonic() < self._until)
        if chosen is None or len(chosen.names) == len(names):
            lowered = f"{self._trials.source.program}: no {self._request.precision.upper()} of it"
            raise ModelError(
                f"{lowered} was found to hold, whichever of its {len(names)} nodes stay in FP32"
            )
        order = {name: at for at, name in enumerate(_called(self._base))}
        return replace(chosen, names=tuple(sorted(chosen.names, key=lambda n: order[n])))

    def _holds(self, keep: Sequence[str]) -> bool:
        if not self._trials.holds(keep):
            return False
        if not self._whole:
            return True
        file = self._trials.folder / "whole.onnx"
        self._trials.made(keep, file)
        return self._verified(file).passed

    def _done(self, chosen: Chosen, file: Path, result: Result) -> Plan:
        source, precision = self._trials.source, self._request.precision
        made = derive(source, opset=_ANY, precision=precision, keep=chosen.names)
        if not same(made, file):
            raise ExportError(f"{source.program}: made twice alike, the two models differ")
        result = replace(
            result, request=replace(result.request, candidate=self._trials.side(made.path))
        )
        seconds = round(time.monotonic() - self._began, 3)
        of = len(self._ranked) or len(self._base.nodes)
        return Plan(
            chosen.names, of, made, chosen.minimal, result, self._ranked, self._trials.count,
            seconds,
        )  # fmt: skip


def _called(graph: Graph) -> list[str]:
    return [node.name or node.output[0] for node in graph.nodes]


def _count(chosen: Chosen) -> str:
    return f"{len(chosen.names)} nodes in FP32" if chosen.names else "nothing kept in FP32"


def _first(result: Result) -> str:
    return str(next(iter(result.verdict.findings), "nothing was compared"))
