"""What a model's outputs mean to a user. One file here is one task; its stem is its name.

A task module defines ``open(options, folder)``, which returns a ``Task``:
options are the keys of the case's ``[task]`` table, folder is where the
reference model lies, with its ``labels.json`` or dictionaries. Raises CaseError
for options that it doesn't know. ``Decoder`` is a base with what most tasks do alike.

Packages of others add a task with an entry point of the group ``parity.tasks`` that names
such a module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from parity.model.tensors import Array, Outputs
from parity.tasks._decoder import Decoder
from parity.tasks._entity import Entity

__all__ = ["Answer", "Decoder", "Entity", "Offsets", "Task", "TaskModule"]

Offsets = tuple[tuple[int, int], ...]
"""For each token of a row, specials included, the characters [start, end) of its text."""


@dataclass(frozen=True)
class Answer:
    """What a user sees for one text.

    shown: one line an entity, or the label; what goldens hold. decisions: the
    class chosen at each place that decoding reads. confidence: probability of
    the label, where the task has one. entities: as shown, where it finds them.
    """

    shown: tuple[str, ...]
    decisions: tuple[int, ...]
    confidence: float | None = None
    entities: tuple[Entity, ...] = ()


class Task(Protocol):
    """Decodes one row of a model's outputs. Where nothing is said, see ``Decoder``."""

    @property
    def reads_texts(self) -> bool:
        """Whether a row is a text. If not it is whatever was fed, such as a picture."""

    def outputs(self, names: Sequence[str]) -> tuple[str, ...]:
        """Which of the model's outputs are decoded. Raises CaseError for too few of them."""

    def rows(self, outputs: Outputs) -> int:
        """How many answers a feed has."""

    def alike(self, expected: tuple[str, ...], actual: tuple[str, ...]) -> bool:
        """Whether two answers, as they are shown, say the same."""

    def kept(self, outputs: Outputs, row: int, offsets: Offsets) -> Array:
        """What a golden keeps of a row."""

    def unkept(self, kept: Array, names: Sequence[str]) -> Outputs:
        """Outputs of one row that were kept so. names: the model's."""

    def among(self, recorded: Mapping[str, Array]) -> "Task":
        """The task with what was kept of the recorded texts, for those that look them up."""

    def agreement(
        self, expected: Outputs, actual: Outputs, row: int, offsets: Offsets
    ) -> tuple[float, float] | None:
        """How far the two sides agree on a row, and the least that will do; None: not asked."""

    @property
    def identity(self) -> str:
        """Rule, labels and dictionaries: two tasks of one identity decode alike."""

    def answer(self, outputs: Outputs, row: int, text: str, offsets: Offsets) -> Answer:
        """The answer for a row. Raises CaseError if the outputs don't fit the labels."""

    def loss(
        self, outputs: Outputs, row: int, offsets: Offsets, decisions: tuple[int, ...]
    ) -> float:
        """How much less the outputs score these decisions than their own.

        In units of the output, for one place, where it is most: 0 where they are
        the same. A candidate that stays within ``allowed`` at each element can
        prefer them only if this is at most twice that. Raises CaseError if
        the decisions are not as many as the outputs' own.
        """


class TaskModule(Protocol):
    """What a file in this folder offers."""

    def open(self, options: Mapping[str, object], folder: Path) -> Task:
        """Make the task. Raises CaseError for unknown or missing options."""
