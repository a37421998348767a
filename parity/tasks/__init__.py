"""What a model's outputs mean to a user. One file here is one task; its stem is its name.

A task module defines ``open(options, folder)``, which returns a ``Task``:
options are the keys of the case's ``[task]`` table, folder is where the
reference model lies, with its ``labels.json`` or dictionaries. Raises CaseError
for options that it doesn't know.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from parity.model.tensors import Outputs
from parity.tasks._entity import Entity

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
    """Decodes one row of a model's outputs."""

    @property
    def output(self) -> str | None:
        """Name of the output that is decoded; None for the model's first."""

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
