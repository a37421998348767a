"""The process of a worker, before it is told of a model."""

import os
import socket
import tempfile
from dataclasses import dataclass

from parity.processes.child import Child
from parity.processes.interpreter import Interpreter

SLOTS = 3
"""Feeds under way at once: one running, one waiting, one whose outputs are being compared."""


@dataclass(frozen=True)
class Spawned:
    """connection: the harness' end. descriptors: of an arena for each slot's feed and outputs."""

    process: Child
    connection: socket.socket
    descriptors: list[int]

    def end(self) -> None:
        """End the process, for certain, and close what it shares."""
        self.process.end()
        self.connection.close()
        for descriptor in self.descriptors:
            os.close(descriptor)


def spawn(
    *, imports: str = "", memory_bytes: int | None = None, interpreter: Interpreter | None = None
) -> Spawned:
    """Begin a process. imports: the engine whose library it imports at once; "" for none.

    memory_bytes, interpreter: as of ``Worker``. Raises OSError if there is none to be had.
    """
    ours, theirs = socket.socketpair()
    descriptors: list[int] = []
    try:
        while len(descriptors) < 2 * SLOTS:
            descriptors.append(anonymous_file())
        inherited = [theirs.fileno(), *descriptors]
        process = Child(
            "parity.workers.child", [imports, *map(str, inherited)], pass_fds=inherited,
            memory_bytes=memory_bytes, interpreter=interpreter,
        )  # fmt: skip
    except BaseException:
        ours.close()
        for descriptor in descriptors:
            os.close(descriptor)
        raise
    finally:
        theirs.close()
    return Spawned(process, ours, descriptors)


def anonymous_file() -> int:
    """Descriptor of an empty file without a name."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("parity", os.MFD_CLOEXEC)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
