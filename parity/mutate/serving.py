"""The process in which mutants live: ``python -m parity.mutate.serving DESCRIPTOR …``.

It holds the candidate once; a mutant is a changed copy of it in memory and a session of that. Feeds
and outputs cross as they do for workers.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any

import onnx

from parity.engines.ort import session_of
from parity.mutate.catalog import mutate
from parity.processes.channel import Channel, Message
from parity.workers.arena import Arena

ITSELF = "itself"
"""The class of the candidate as it is."""


class Bench:
    """The candidate, and the mutant that is loaded now."""

    def __init__(self, path: str, level: str) -> None:
        self._base = onnx.load(path)
        self._bytes = self._base.SerializeToString(deterministic=True)
        self._level = level
        self._session: Any = None
        self._loaded = b""

    def plant(self, kind: str, seed: str) -> Message:
        """Load a mutant; "status" says whether that is one."""
        self._session = None
        model = onnx.ModelProto()
        model.CopyFrom(self._base)
        what = None
        if kind != ITSELF:
            what = mutate(model, kind, seed)
            if what is None:
                return {"status": "none"}
            if model.SerializeToString(deterministic=True) == self._bytes:
                return {"status": "same", "what": what}
        try:
            raw = model.SerializeToString()
            self._session = session_of(raw, level=self._level, threads=1)
            self._loaded = raw
        except Exception as error:
            return {"status": "unloadable", "what": what, "why": str(error)[:300]}
        return {"status": "ready", "what": what}

    def save(self, path: str) -> Message:
        """Write down the mutant that is loaded."""
        Path(path).write_bytes(self._loaded)
        return {"status": "saved"}

    def run(self, feed: dict[str, Any]) -> dict[str, Any]:
        names = [o.name for o in self._session.get_outputs()]
        known = {i.name for i in self._session.get_inputs()}
        found = self._session.run(names, {n: a for n, a in feed.items() if n in known})
        return dict(zip(names, found, strict=True))


def main(arguments: list[str]) -> int:
    """Serve until the harness hangs up."""
    connection, *descriptors = (int(a) for a in arguments)
    channel = Channel(socket.socket(fileno=connection))
    fed, given = (Arena(d) for d in descriptors)
    order = channel.receive()
    if order is None:
        return 0
    bench = Bench(order["path"], order["level"])
    channel.send({"status": "ready"})
    while (order := channel.receive()) is not None:
        if "kind" in order:
            reply = bench.plant(order["kind"], order["seed"])
        elif "save" in order:
            reply = bench.save(order["save"])
        else:
            try:
                reply = {"outputs": given.write(bench.run(fed.read(order["feed"])))}
            except Exception as error:
                reply = {"raised": f"{type(error).__name__}: {error}"[:300]}
        channel.send(reply)
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    os._exit(code)
