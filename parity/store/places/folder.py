"""A store in a folder, local or of a share that is mounted."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parity import files, temporary
from parity.store.places.protocol import CARD, File

_PIECE = 1 << 20


class Folder:
    """Files are written beside their place and renamed, and so are entries."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.where = str(root)

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def write(self, name: str, raw: bytes) -> None:
        files.write(self.root / name, raw)

    def settle(self) -> str:
        return ""

    def copy(self, name: str, target: Path, size: int) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.root / name, target)

    @contextlib.contextmanager
    def filling(self, name: str) -> Iterator["Filling"]:
        with files.folder(self.root / name, replace=True) as into:
            yield Filling(into)

    def walk(self) -> list[File]:
        return [*_below(self.root, "")]

    def remove(self, name: str) -> None:
        with contextlib.suppress(OSError):
            (self.root / name).unlink()

    def discard(self, name: str) -> None:
        """Under another name first, so that nobody takes a half of it for whole."""
        folder = self.root / name
        try:
            made = tempfile.mkdtemp(
                dir=folder.parent, prefix=temporary.PREFIX, suffix=temporary.SUFFIX
            )
            folder.rename(made)
        except OSError:  # no room for a name: then the card goes first
            with contextlib.suppress(OSError):
                (folder / CARD).unlink()
                shutil.rmtree(folder, ignore_errors=True)
            return
        shutil.rmtree(made, ignore_errors=True)

    def use(self, name: str) -> None:
        with contextlib.suppress(OSError):
            os.utime(self.root / name)


def _below(folder: str | Path, name: str) -> Iterator[File]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):  # there for a moment, and no entry's
                continue
            with contextlib.suppress(OSError):  # it went meanwhile
                if entry.is_dir(follow_symlinks=False):
                    yield from _below(entry.path, f"{name}{entry.name}/")
                else:
                    told = entry.stat()
                    yield File(f"{name}{entry.name}", told.st_size, told.st_mtime)


class Filling:
    """A folder that gets its name when all is in it."""

    def __init__(self, into: Path) -> None:
        self._into = into

    def add(self, path: Path, name: str) -> dict[str, Any]:
        target = self._into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        whole, size = hashlib.sha256(), 0
        with path.open("rb") as read, target.open("wb") as written:
            while piece := read.read(_PIECE):
                whole.update(piece)
                written.write(piece)
                size += len(piece)
        return {"bytes": size, "sha256": whole.hexdigest()}

    def seal(self, card: bytes) -> None:
        (self._into / CARD).write_bytes(card)
