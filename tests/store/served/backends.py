"""File systems for fsspec that go wrong in one way each. They run in the process of a store."""

import os
import signal
import threading
from typing import Any

from fsspec.implementations.memory import MemoryFileSystem


class Refusing(MemoryFileSystem):
    protocol = "refusing"

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        raise PermissionError("the key s3cret of refusing://me:s3cret@host is not valid")


class Unwritable(MemoryFileSystem):
    protocol = "unwritable"

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **told: Any) -> None:
        raise PermissionError("Access Denied")

    put_file = pipe_file


class Unreadable(MemoryFileSystem):
    protocol = "unreadable"

    def cat_file(self, path: str, *args: Any, **told: Any) -> bytes:
        raise OSError(5, "a disk of the server is broken")

    def exists(self, path: str, **told: Any) -> bool:
        return True


class Hanging(MemoryFileSystem):
    protocol = "hanging"

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **told: Any) -> None:
        threading.Event().wait()


class Silent(MemoryFileSystem):
    protocol = "silent"

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        threading.Event().wait()


class Dying(MemoryFileSystem):
    protocol = "dying"

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **told: Any) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)


class Unlisted(MemoryFileSystem):
    protocol = "unlisted"

    def find(self, path: str, *args: Any, **told: Any) -> Any:
        raise PermissionError("no right to list")


class Halving(MemoryFileSystem):
    """Keeps half of what it is given, and says nothing."""

    protocol = "halving"

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **told: Any) -> None:
        super().pipe_file(path, value[: len(value) // 2], **told)


class Impatient(MemoryFileSystem):
    """Hangs up after the first file that a connection reads."""

    protocol = "impatient"
    read = 0

    def cat_file(self, path: str, *args: Any, **told: Any) -> Any:
        self.read += 1
        if self.read > 1:
            raise EOFError
        return super().cat_file(path, *args, **told)


ALL = (Refusing, Unwritable, Unreadable, Hanging, Silent, Dying, Unlisted, Halving, Impatient)
