"""A process that has a library loaded and does one thing for many nets, each in a fork of it:
``python -m parity.sweep.serving DESCRIPTOR MODULE …``.

Loading Paddle for every net would take most of the time; a process that has seen other nets might
answer otherwise, and takes those that follow with it when it dies. A fork has neither fault: it
begins at 20 ms where the others begin at seconds. Nothing may have run before it but imports.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import re
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from parity.model.formats import npz
from parity.processes.channel import Channel, Message

_MOST = 500  # characters of an exception

_PLACE = re.compile(r"Load model from \S+ failed: ?")
"""What ONNX Runtime says of where the file lay, which is another folder each time."""

_GRACE_S = 30  # by which a fork's own clock is behind its parent's


def main(descriptor: str, *modules: str) -> int:
    channel = Channel(socket.socket(fileno=int(descriptor)))
    for module in modules:
        importlib.import_module(module)
    gc.freeze()  # what lies there is shared, and no collection shall touch it
    while (order := channel.receive()) is not None:
        reply = Path(order["reply"])
        reply.unlink(missing_ok=True)
        forked = os.fork()
        if forked == 0:
            os._exit(_obey(order, reply))
        _, status = os.waitpid(forked, 0)
        code = os.waitstatus_to_exitcode(status)
        channel.send({"died": code} if code else json.loads(reply.read_text("utf-8")))
    return 0


def _obey(order: Message, reply: Path) -> int:
    """In the fork: do it, and write the reply; 1 where even that fails."""
    try:
        # Whoever is left alone by the harness ends by itself, in the middle of native code too.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(int(order["seconds"]) + _GRACE_S)
        _print_to(order["log"])
        _die_at_once()
        try:
            told = DOES[order["do"]](order)
        except Exception as error:
            told = {"raised": f"{type(error).__name__}: {_said(error)}"}
        reply.write_text(json.dumps(told), "utf-8")
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    except BaseException:
        return 1
    return 0


def _die_at_once() -> None:
    """Leave signals to the system: Paddle's handler waits for ever where the heap is damaged."""
    paddle = sys.modules.get("paddle")
    if paddle is not None:
        paddle.disable_signal_handler()


def build(order: Message) -> Message:
    """Save a net as a Paddle model."""
    from parity.zoo.ops import _build

    _build.save(order["net"], order["prefix"])
    return {}


def export(order: Message) -> Message:
    """Export a model by Paddle2ONNX; what it says of its opset, or why it refused."""
    from parity.exports import _child, _finish

    if order.get("registered"):
        _child.note_registered(Path(order["registered"]))
    try:
        model = _child.convert(order)
        _finish.save(model, Path(order["file"]))
    except _finish.RefusedError as refused:
        return {"refused": str(refused)}
    return {"opset": _finish.effective_opset(model)}


def run(order: Message) -> Message:
    """Load a model in an engine and run feeds; for each what it raised, or null.

    "opened" is false where it doesn't load. Outputs are written beside, one file a feed.
    """
    from parity.engines import open_model
    from parity.model.artifact import Artifact

    parameters = order["parameters"]
    model = Artifact(
        order["format"], Path(order["program"]), Path(parameters) if parameters else None
    )
    try:
        engine = open_model(order["engine"], model, order["options"])
    except Exception as error:
        return {"opened": False, "why": f"{type(error).__name__}: {_said(error)}"}
    said: list[str | None] = []
    for feed, out in zip(order["feeds"], order["outputs"], strict=True):
        try:
            with np.load(feed) as held:
                outputs = engine.run(dict(held))
            npz.save(Path(out), {name: np.asarray(a) for name, a in outputs.items()})
            said.append(None)
        except Exception as error:
            said.append(f"{type(error).__name__}: {_said(error)}")
    engine.close()
    return {"opened": True, "said": said}


DOES: dict[str, Callable[[Message], Message]] = {"build": build, "export": export, "run": run}


def _said(error: Exception) -> str:
    from parity.workers.failure import first_line

    return _PLACE.sub("", first_line(str(error)))[:_MOST]


def _print_to(path: str) -> None:
    """Standard output and error, native code's too, into a file."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)


if __name__ == "__main__":
    # Native destructors crash now and then; nothing is left to do.
    code = main(*sys.argv[1:])
    os._exit(code)
