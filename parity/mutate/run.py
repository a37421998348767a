"""All mutants of a candidate, a class after the other, by a seed."""

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path

from parity import plugins, temporary
from parity.errors import UsageError
from parity.model.tensors import Outputs
from parity.mutate import rare
from parity.mutate.catalog import CLASSES
from parity.mutate.lowered import Lowered
from parity.mutate.recorded import Fed, Recorded, record
from parity.mutate.score import Mutant, Score
from parity.mutate.server import Mutants
from parity.mutate.serving import ITSELF
from parity.mutate.trial import Answer, Jury, killed
from parity.verify.doubt.rounding import Noise
from parity.verify.request import Request

EACH = 8
"""Mutants a class, unless somebody says otherwise: 100 and more in all."""

_VAIN = 4
"""Draws in vain, of what is there already or isn't one, before a class is left."""

Told = Callable[[int, Mutant], None]


def classes(named: Sequence[str]) -> list[str]:
    """Classes by name; all where none is named. Raises UsageError for an unknown one."""
    known = [*CLASSES, *rare.KINDS]
    for name in named:
        if name not in known:
            raise UsageError(plugins.unknown("class of mutants", name, known))
    return [k for k in known if k in named] if named else known


def run(
    request: Request, name: str, *, each: int = EACH, seed: int = 0, kinds: Sequence[str] = (),
    told: Told = lambda done, mutant: None,
) -> Score:  # fmt: skip
    """Score a gate. each: mutants a class; told: hears each.

    Raises UsageError for what can't be mutated, or doesn't pass as it is.
    """
    if request.candidate.engine != "ort" or request.candidate.model.format != "onnx":
        side = request.candidate
        raise UsageError(
            f"mutants are made of ONNX files that ONNX Runtime runs; {request.precision} of "
            f"{side.model.program} ({side.model.format}) is what {side.engine} runs"
        )
    wanted = classes(kinds)
    began = time.monotonic()
    recorded = record(request)
    level = str(request.candidate.options.get("optimization", "all"))
    timeouts = {"open_timeout_s": request.open_timeout_s, "run_timeout_s": request.run_timeout_s}
    with (
        Mutants(request.candidate.model.program, level) as mutants,
        closing(Noise(request, timeouts)) as noise,
    ):
        trial = _Trial(mutants, recorded, noise)
        recording_s = time.monotonic() - began
        began = time.monotonic()
        found: list[Mutant] = []
        for kind in wanted:
            made = trial.rare(kind, each, seed) if kind in rare.KINDS else trial.of(
                kind, each, seed
            )  # fmt: skip
            for mutant in made:
                found.append(mutant)
                told(len(found), mutant)
        seconds = time.monotonic() - began
    jury = trial.jury
    return Score(
        name, seed, tuple(found), len(jury.own), len(jury.stronger), seconds - jury.harder_s,
        recording_s, jury.harder_s, recorded.notes,
    )  # fmt: skip


class _Trial:
    """Mutants before the jury."""

    def __init__(self, mutants: Mutants, recorded: Recorded, noise: Noise) -> None:
        self.mutants, self.recorded = mutants, recorded
        self._given: dict[int, Outputs | str] = {}
        mutants.original()  # raises where it doesn't load
        self.jury = Jury(recorded, noise)
        itself = self._answers(ITSELF, "")
        self.jury.seat(itself)
        if not self.jury.own:
            raise UsageError("no feed of the case tells a thing: the original is off on all")
        self.lowered = Lowered(recorded, itself) if recorded.request.family != "fp32" else None

    def of(self, kind: str, each: int, seed: int) -> list[Mutant]:
        """Mutants of a class in the file."""
        found: list[Mutant] = []
        seen: set[str] = set()
        vain = 0
        for at in count():
            if len(seen) >= each or vain >= _VAIN:
                break
            reply = self.mutants.plant(kind, f"{seed} {kind} {at}")
            what = str(reply.get("what") or "")
            if reply["status"] == "none" or what in seen:
                vain += 1
                continue
            vain = 0
            seen.add(what)
            if reply["status"] == "ready":
                answer = self._answers(kind, f"{seed} {kind} {at}")
                found.append(self._closer(self.jury.verdict(kind, what, answer), answer))
            else:
                fate = "same" if reply["status"] == "same" else "unloadable"
                found.append(Mutant(kind, what, fate, by=str(reply.get("why", ""))))  # type: ignore[arg-type]
        return found

    def _closer(self, mutant: Mutant, answer: Answer) -> Mutant:
        """With what the gate's looks beside the answers tell of a lowered file."""
        if self.lowered is None or mutant.fate not in ("survived", "equivalent"):
            return mutant
        answer(self.jury.own[0])  # it is loaded then
        with temporary.folder(Path(tempfile.gettempdir())) as folder:
            path = folder / self.recorded.request.candidate.model.program.name
            told = self.lowered.finding(path, answer) if self.mutants.save(path) else None
        if told is None:
            return mutant
        return killed(mutant.kind, mutant.what, *told, mutant.feeds)

    def rare(self, kind: str, each: int, seed: int) -> list[Mutant]:
        """Mutants that are in no file."""
        request = self.recorded.request
        found: list[Mutant] = []
        seen: set[str] = set()
        itself = self._answers(ITSELF, "")

        def original(fed: Fed) -> Outputs | str:
            if id(fed) not in self._given:
                given = itself(fed)
                self._given[id(fed)] = (
                    given if isinstance(given, str) else {n: a.copy() for n, a in given.items()}
                )
            return self._given[id(fed)]

        for at in range(each):
            draw = random.Random(f"{seed} {kind} {at}")  # noqa: S311  nothing secret
            for fault in rare.draw(
                self.recorded.result.signature, request.max_length, request.max_batch, draw
            ):
                if fault.kind != kind or fault.what in seen:
                    continue
                seen.add(fault.what)

                def answer(fed: Fed, fault: rare.Rare = fault) -> Outputs | str | None:
                    if not rare.shows(fault, fed.example.feed):
                        return None
                    given = original(fed)
                    return given if isinstance(given, str) else rare.moved(
                        fault, fed.example.feed, given
                    )  # fmt: skip

                found.append(self.jury.verdict(
                    kind, fault.what, answer, fault.advice, every=True, certain=fault.certain
                ))  # fmt: skip
        return found

    def _answers(self, kind: str, seed: str) -> Callable[[Fed], Outputs | str]:
        """Runs a mutant, which is loaded again where another was meanwhile."""

        def answer(fed: Fed) -> Outputs | str:
            if self.mutants.loaded != (kind, seed):
                self.mutants.plant(kind, seed)
            return self.mutants.run(fed.example.feed)

        return answer
