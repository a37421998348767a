"""What a store is asked for."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

CARD = "store.json"
"""Of an entry that is a folder: lists what is in it, and makes it one."""


@dataclass(frozen=True)
class File:
    """name: in the store, with "/". used: the last time, as far as that is known, since 1970."""

    name: str
    bytes: int
    used: float


class Filling(Protocol):
    """An entry that is being written; nobody sees it before its card."""

    def add(self, path: Path, name: str) -> dict[str, Any]:
        """Take a file in. What the card says of it: ``bytes``, ``sha256`` of what was read.

        ``at``: the name under which it lies in the entry, where that is another. Raises OSError.
        """

    def seal(self, card: bytes) -> None:
        """Write the card, last of all. Raises OSError."""


class Place(Protocol):
    """Files by name, relative and with "/", and folders of them that are an entry by their card.

    A reader is told FileNotFoundError where nothing of the name is, and another OSError where
    nobody can say. Nothing that is read is sure to be whole: who reads it holds it to its hash.
    """

    where: str
    """The folder or the address, without a password, for messages."""

    def read(self, name: str) -> bytes:
        """A file. Raises OSError."""

    def write(self, name: str, raw: bytes) -> None:
        """Write a file, in place of another. Who reads has all of it or none. Raises OutputError.

        Of two that write at once one stays, as a whole. It may be there a little later, though
        not for this process: ``settle``.
        """

    def settle(self) -> str:
        """Wait, within limits, for what is being written. Why not all could be; "" where it was."""

    def copy(self, name: str, target: Path, size: int) -> None:
        """Copy a file of so many bytes out of the store. Raises OSError."""

    def filling(self, name: str) -> AbstractContextManager[Filling]:
        """Write an entry that takes the place of another of its name. Raises OSError, OutputError.

        Of two that write at once one stays, as a whole.
        """

    def walk(self) -> list[File]:
        """All files of the store. Raises OSError, where the place can't list them."""

    def remove(self, name: str) -> None:
        """Remove a file. What can't be removed stays."""

    def discard(self, name: str) -> None:
        """Take an entry away as a whole. What can't be removed stays."""

    def use(self, name: str) -> None:
        """Note that a file was used now, where a place can."""
