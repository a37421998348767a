"""Small JSON messages between a process and the harness; tensors go by arena."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

Message = dict[str, Any]  # the one place of untyped data: what crosses the socket

_HEADER = struct.Struct("!I")


class Channel:
    """Length-prefixed JSON over a connected socket."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def send(self, message: Message, timeout_s: float | None = None) -> None:
        """Send one message.

        Raises OSError when the other side is gone, TimeoutError when it doesn't read.
        """
        self.connection.settimeout(timeout_s)
        body = json.dumps(message).encode()
        self.connection.sendall(_HEADER.pack(len(body)) + body)

    def receive(self, timeout_s: float | None = None) -> Message | None:
        """The next message; None when the other side is gone.

        Raises TimeoutError when nothing came in time.
        """
        self.connection.settimeout(timeout_s)
        try:
            header = self._exactly(_HEADER.size)
            if header is None:
                return None
            body = self._exactly(_HEADER.unpack(header)[0])
        except ConnectionError:
            return None
        if body is None:
            return None
        message: Message = json.loads(body)
        return message

    def close(self) -> None:
        """Hang up."""
        self.connection.close()

    def _exactly(self, size: int) -> bytes | None:
        chunks = bytearray()
        while len(chunks) < size:
            chunk = self.connection.recv(size - len(chunks))
            if not chunk:
                return None
            chunks += chunk
        return bytes(chunks)
