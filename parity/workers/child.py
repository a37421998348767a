"""The worker process: opens one model in one engine and runs what it is sent.

Started by :mod:`parity.workers.worker` with a socket and arenas as inherited
descriptors. Native code prints to standard output and error as it likes: both
are a file of the harness.
"""

import contextlib
import ctypes
import os
import resource
import signal
import socket
import sys
import time
from pathlib import Path

from parity.engines import Engine, EngineInfo, open_model
from parity.errors import ParityError, UsageError
from parity.model.artifact import Artifact
from parity.workers.arena import Arena
from parity.workers.channel import Channel, Message


def main(arguments: list[str]) -> int:
    """Serve until the harness hangs up."""
    connection, parent, *descriptors = (int(a) for a in arguments)
    _die_with(parent)
    channel = Channel(socket.socket(fileno=connection))
    arenas = [Arena(d) for d in descriptors]
    order = channel.receive()
    if order is None:
        return 0
    try:
        engine = _open(order)
    except (ParityError, ImportError) as error:
        # Not the model's fault: an option that makes no sense, an engine that isn't installed.
        channel.send({"refused": str(error), "usage": isinstance(error, UsageError)})
        return 0
    except Exception as error:
        channel.send({"raised": _describe(error)})
        return 0
    channel.send({"ready": _info(engine.info)})
    _serve(channel, engine, arenas)
    return 0


def _serve(channel: Channel, engine: Engine, arenas: list[Arena]) -> None:
    while (order := channel.receive()) is not None:
        slot = order["slot"]
        feeds, results = arenas[2 * slot], arenas[2 * slot + 1]
        started = time.monotonic()
        try:
            outputs = engine.run(feeds.read(order["feed"]))
            finished = time.monotonic()
            reply: Message = {"outputs": results.write(outputs)}
        except Exception as error:
            finished = time.monotonic()
            reply = {"raised": _describe(error)}
        try:
            channel.send({**reply, "started": started, "finished": finished})
        except OSError:
            return
    engine.close()


def _open(order: Message) -> Engine:
    model = order["model"]
    parameters = model["parameters"]
    artifact = Artifact(
        model["format"], Path(model["program"]), Path(parameters) if parameters else None
    )
    return open_model(order["engine"], artifact, order["options"])


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


def _die_with(parent: int) -> None:
    """Make sure that this process never outlives the harness, however that ends."""
    # Ctrl-C is the harness' to handle: it ends us when it has reported.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A crash is reported, and must not leave a core of gigabytes where the user stands.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)
        # If memory runs out, the kernel shall take the engine, not the harness.
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")


if __name__ == "__main__":
    # Engine teardown in native destructors crashes now and then; nothing is left to do.
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
