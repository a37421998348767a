"""Text recognition: scores (batch, steps, classes) to a text, greedily, as PaddleOCR decodes.

At each step the best class; of equal ones in a row the first; without blanks. Options:
dictionary (a file beside the model, one character a line; its only ``.txt`` by default),
blank (which class is none, 0), space (whether the class behind the dictionary is a blank
character, true: PaddleOCR's ``use_space_char``), output.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parity.errors import CaseError
from parity.model.tensors import Outputs
from parity.tasks import Answer, Decoder, Offsets
from parity.tasks._options import closed, places, row_of, text, whole
from parity.tasks.image_cls import probabilities

OPTIONS = ("dictionary", "blank", "space", "output")


@dataclass(frozen=True)
class Ctc(Decoder):
    """characters: of each class; "" for the one that is none."""

    characters: tuple[str, ...]
    blank: int
    output: str | None = None
    reads_texts: bool = False

    @property
    def identity(self) -> str:
        """The dictionary and which class is none."""
        digest = hashlib.sha256("\n".join(self.characters).encode()).hexdigest()[:16]
        named = f" of {self.output}" if self.output else ""
        return f"ctc{named} blank {self.blank} dictionary {digest}"

    def answer(self, outputs: Outputs, row: int, text: str, offsets: Offsets) -> Answer:
        """The text; a decision is the class of a step.

        The confidence is the mean probability of the characters, as PaddleOCR gives it; 0 for
        no character.
        """
        scores = self._scores(outputs, row)
        path = scores.argmax(axis=1)
        new = np.concatenate([[True], path[1:] != path[:-1]]) & (path != self.blank)
        sure = [float(probabilities(scores[i])[path[i]]) for i in np.flatnonzero(new)]
        said = "".join(self.characters[c] for c in path[new])
        confidence = min(1.0, float(np.mean(sure))) if sure else 0.0
        return Answer((said,), tuple(int(c) for c in path), confidence)

    def loss(
        self, outputs: Outputs, row: int, offsets: Offsets, decisions: tuple[int, ...]
    ) -> float:
        """The largest margin, over steps, that the decisions go against."""
        scores = self._scores(outputs, row)
        places(decisions, scores)
        other = scores[np.arange(len(scores)), list(decisions)]
        return float((scores.max(axis=1) - other).max(initial=0.0))

    def _scores(self, outputs: Outputs, row: int) -> NDArray[np.float64]:
        scores = row_of(outputs, self.output, row, 3).astype(np.float64)
        if scores.shape[1] != len(self.characters):
            raise CaseError(
                f"task ctc: {scores.shape[1]} classes don't fit a dictionary of "
                f"{len(self.characters)} with the blank; is it this model's, and is there a "
                "space behind it?"
            )
        if not len(scores) or not np.isfinite(scores).all():
            raise CaseError("no scores, or some that aren't finite: no text can be read from them")
        return scores


def open(options: Mapping[str, object], folder: Path) -> Ctc:  # noqa: A001
    """See parity.tasks."""
    closed(options, OPTIONS, "ctc")
    space = options.get("space", True)
    if not isinstance(space, bool):
        raise CaseError(f'task: "space" must be true or false, not {space!r}')
    characters = [
        *_read(_path(text(options, "dictionary", None), folder)),
        *([" "] if space else []),
    ]
    blank = whole(options, "blank", 0, least=0)
    if blank > len(characters):
        raise CaseError(f'task: "blank" is {blank}, but there are {len(characters)} characters')
    characters.insert(blank, "")
    return Ctc(tuple(characters), blank, text(options, "output", None))


def _path(name: str | None, folder: Path) -> Path:
    if name is not None:
        return folder / name
    found = sorted(folder.glob("*.txt"))
    if len(found) != 1:
        raise CaseError(
            f"{folder}: holds {len(found)} .txt files, and one is the dictionary; "
            'name it with [task] dictionary = "…"'
        )
    return found[0]


def _read(path: Path) -> list[str]:
    try:
        # Not splitlines: a dictionary may hold what Unicode calls a line separator.
        lines = path.read_text("utf-8").removesuffix("\n").split("\n")
    except OSError as error:
        raise CaseError(f"{path}: can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise CaseError(f"{path}: not UTF-8 at byte {error.start}") from error
    characters = [line.removesuffix("\r") for line in lines]
    if not all(characters):
        raise CaseError(f"{path}:{characters.index('') + 1}: an empty line is no character")
    return characters
