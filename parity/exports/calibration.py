"""Feeds by which the scales of static INT8 are found."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from parity.errors import ExportError
from parity.model.formats import npz
from parity.model.tensors import Array, Feed


@dataclass(frozen=True)
class Calibration:
    """feeds: that the FP32 model is run with. source: where they are from, in words."""

    feeds: tuple[Feed, ...]
    source: str

    def __post_init__(self) -> None:
        if not self.feeds:
            raise ExportError("can't be calibrated: there is no text or feed")

    @property
    def digest(self) -> str:
        """Of all of them, in order: other feeds make another model."""
        whole = hashlib.sha256()
        for feed in self.feeds:
            for name in sorted(feed):
                array = np.ascontiguousarray(feed[name])
                whole.update(f"{name} {array.dtype.str} {array.shape};".encode())
                whole.update(array.tobytes())
        return whole.hexdigest()

    def write(self, folder: Path) -> list[str]:
        """Each as a file in a folder, for the process that calibrates."""
        return [str(_saved(folder / f"{n}.npz", feed)) for n, feed in enumerate(self.feeds)]


def read(
    paths: Sequence[str],
) -> list[dict[str, Array]]:
    """What was written."""
    made = []
    for path in paths:
        with np.load(path, allow_pickle=False) as file:
            made.append({name: file[name] for name in file.files})
    return made


def _saved(path: Path, feed: Feed) -> Path:
    npz.save(path, dict(feed))
    return path
