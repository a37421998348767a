"""The worker process: opens one model in one engine and runs what it is sent.

Started by :mod:`parity.workers.worker` with a socket and arenas as inherited
descriptors. Native code prints to standard output and error as it likes: the
harness reads both.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path

from parity.engines import Engine, EngineInfo, imports, open_model
from parity.errors import EngineError, ParityError, UsageError
from parity.model.artifact import Artifact
from parity.model.tensors import Feed, Outputs
from parity.processes.channel import Channel, Message
from parity.workers import heap
from parity.workers.arena import Arena


def main(arguments: list[str]) -> int:
    """Serve until the harness hangs up."""
    engine_ahead, *numbers = arguments
    connection, *descriptors = map(int, numbers)
    channel = Channel(socket.socket(fileno=connection))
    arenas = [Arena(d) for d in descriptors]
    begun = time.perf_counter()
    failed = imports(engine_ahead) if engine_ahead else None
    ahead_s = time.perf_counter() - begun
    order = channel.receive()
    if order is None:
        return 0
    begun = time.perf_counter() - ahead_s
    try:
        engine, gives_back = _open(order, failed)
    except (ParityError, ImportError) as error:
        # Not the model's fault: an option that makes no sense, an engine that isn't installed.
        channel.send({"refused": str(error), "usage": isinstance(error, UsageError)})
        return 0
    except Exception as error:
        channel.send({"raised": _describe(error)})
        return 0
    channel.send({"ready": _info(engine.info), "seconds": time.perf_counter() - begun})
    _serve(channel, engine, arenas, gives_back=gives_back)
    return 0


def _serve(channel: Channel, engine: Engine, arenas: list[Arena], *, gives_back: bool) -> None:
    told = engine.info
    while (order := channel.receive()) is not None:
        slot = order["slot"]
        reply = _reply(engine, order, feeds=arenas[2 * slot], results=arenas[2 * slot + 1])
        if "outputs" in reply and engine.info is not told:
            told = engine.info
            reply["info"] = _info(told)
        try:
            channel.send(reply)
        except OSError:
            return
        if gives_back:
            heap.give_back()
    engine.close()


def _reply(engine: Engine, order: Message, *, feeds: Arena, results: Arena) -> Message:
    """Run it; nothing of the run is held afterwards."""
    started = time.monotonic()
    try:
        outputs, seconds = _run(engine, feeds.read(order["feed"]), order.get("times", 1))
        finished = time.monotonic()
        reply: Message = {"outputs": results.write(outputs), "seconds": seconds}
    except Exception as error:
        finished = time.monotonic()
        reply = {"raised": _describe(error)}
    return {**reply, "started": started, "finished": finished}


def _run(engine: Engine, feed: Feed, times: int) -> tuple[Outputs, list[float]]:
    """What the last of so many runs gives, and the seconds of each."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        outputs = engine.run(feed)
        seconds.append(time.perf_counter() - begun)
    return outputs, seconds


def _open(order: Message, failed: Exception | None) -> tuple[Engine, bool]:
    """The model in its engine, and whether each run gives back what it frees."""
    model = order["model"]
    parameters = model["parameters"]
    artifact = Artifact(
        model["format"], Path(model["program"]), Path(parameters) if parameters else None
    )
    _check_paths(artifact)
    timed = bool(order["options"].get("spinning"))  # what is timed runs as it is deployed
    gives_back = not timed and heap.is_large(*artifact.files)
    if not timed and not gives_back:
        heap.keep()
    if failed is not None:
        raise failed
    engine = open_model(order["engine"], artifact, order["options"])
    if not timed:
        heap.give_back()
    return engine, gives_back


def _check_paths(artifact: Artifact) -> None:
    """Raise EngineError for a path that engines can't be given: they take UTF-8."""
    for path in artifact.files:
        if os.fsencode(path) != str(path).encode("utf-8", "replace"):
            raise EngineError(
                f"{path}: is no text in UTF-8, which is how an engine is told a path; "
                "rename it, or name a link to it"
            )


def _info(info: EngineInfo) -> Message:
    return {
        "engine": info.engine,
        "version": info.version,
        "inputs": [[t.name, t.dtype, t.shape] for t in info.inputs],
        "outputs": [[t.name, t.dtype, t.shape] for t in info.outputs],
        "effective": dict(info.effective),
    }


def _describe(error: Exception) -> Message:
    return {"type": type(error).__name__, "message": str(error)}


if __name__ == "__main__":
    # Engine teardown in native destructors crashes now and then; nothing is left to do.
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
