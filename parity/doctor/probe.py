"""Ask processes of their own what can't be known without importing it."""

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from parity.errors import EngineError
from parity.processes.run import Running
from parity.shown import shown

TIMEOUT_S = 60.0
"""Paddle, the slowest here, imports in 2 s; from a disk of a network it has taken 20."""

_LONGEST = 300  # of a reason, which is one line


@dataclass(frozen=True)
class Answer:
    """facts: as the process told them. why: it can't be had, in one line; "" if it can."""

    facts: Mapping[str, str]
    why: str

    @property
    def well(self) -> bool:
        return not self.why


def ask(
    questions: Mapping[str, Sequence[str]], *, timeout_s: float = TIMEOUT_S
) -> dict[str, Answer]:
    """An answer to each question: arguments of ``_child.py`` behind its first.

    All run at the same time, each in a process of its own, so that none takes another with it.
    """
    with TemporaryDirectory(prefix="parity-") as scratch, contextlib.ExitStack() as stack:
        begun: dict[str, Running | str] = {}
        for number, (name, words) in enumerate(questions.items()):
            target = Path(scratch, f"{number}.json")
            try:
                running = Running(
                    "parity.doctor._child",
                    [str(target), *words],
                    timeout_s=timeout_s,
                    scratch=Path(scratch),
                    group=True,  # nvidia-smi is one of its own
                )
            except EngineError as error:
                begun[name] = str(error)
                continue
            begun[name] = stack.enter_context(running)
        return {
            name: _answer(running, Path(scratch, f"{number}.json"), timeout_s)
            for number, (name, running) in enumerate(begun.items())
        }


def _answer(running: Running | str, target: Path, timeout_s: float) -> Answer:
    if isinstance(running, str):
        return Answer({}, shown(running))
    ended = running.ended()
    try:
        told = json.loads(target.read_text("utf-8"))
        facts = {str(name): str(value) for name, value in told.items()}
    except (OSError, ValueError, AttributeError):
        return Answer({}, shown(f"its process {ended.why(timeout_s)}")[:_LONGEST])
    if "error" in facts:
        return Answer({}, shown(facts["error"])[:_LONGEST])
    # What it does at its end, once it was asked, is nobody's concern here.
    return Answer(facts, "")
