"""A served model, by the Open Inference Protocol (KServe v2, Triton, MLServer), HTTP or gRPC.

What the server does to numbers (dynamic batching, padding, FP16) is part of what is compared. The
file beside it is what is said to be served: it is not read here.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from typing import Any

from parity.engines import EngineInfo, Options, TensorInfo
from parity.engines._options import number, one_of
from parity.engines.served import Transport, tensors
from parity.errors import EngineError
from parity.model.artifact import Artifact
from parity.model.tensors import Feed, Outputs

OPTIONS = {
    "url": "of the server, as http://127.0.0.1:8000, or grpc://127.0.0.1:8001",
    "protocol": "http or grpc (default: by the url)",
    "model": "its name there (default: the stem of the model's file)",
    "version": "of the model (default: what the server takes)",
    "ready": "seconds to wait until server and model are ready (default 10)",
    "timeout": "seconds for one answer (default 60)",
    "threads": "taken, and without effect: the server has its own",
}

BESIDE = True

_PAUSE_S = 0.1  # between two looks at a server that isn't ready


class ServedEngine:
    """One model of one server."""

    def __init__(self, model: Artifact, options: Options) -> None:
        url, version = str(options.get("url", "")), str(options.get("version", ""))
        name = str(options.get("model") or model.program.stem)
        usual = "grpc" if url.startswith("grpc://") else "http"
        protocol = one_of(options, "protocol", ("http", "grpc"), usual)
        timeout_s = number(options, "timeout", 60.0) or 60.0
        self._asked = _transport(protocol, url, name, version, timeout_s)
        try:
            self._wait(number(options, "ready", 10.0), name)
            told = self._told(name)
            inputs, outputs = tensors(told, "inputs"), tensors(told, "outputs")
            server = self._asked.server() or "unknown"
        except BaseException:
            self._asked.close()
            raise
        self.info = EngineInfo(
            "kserve", server,
            tuple(TensorInfo(*tensor) for tensor in inputs),
            tuple(TensorInfo(*tensor) for tensor in outputs),
            {
                "url": url,
                "protocol": protocol,
                "model": name,
                "version": version or ",".join(map(str, told.get("versions") or ())) or "default",
                "platform": str(told.get("platform", "")),
            },
        )  # fmt: skip
        self._types = {i.name: i.dtype for i in self.info.inputs}
        self._names = tuple(o.name for o in self.info.outputs)

    def run(self, feed: Feed) -> Outputs:
        """Have one feed answered, all outputs."""
        missing = set(self._types) - set(feed)
        if missing:
            raise EngineError(f"no value for input {', '.join(sorted(missing))}")
        for name, dtype in self._types.items():
            if feed[name].dtype != dtype:  # servers convert, and say nothing
                raise TypeError(f"input {name} takes {dtype}, not {feed[name].dtype}")
        return self._asked.infer({name: feed[name] for name in self._types}, self._names)

    def close(self) -> None:
        """Hang up."""
        self._asked.close()

    def _wait(self, seconds: float, name: str) -> None:
        """Until server and model are ready. Raises EngineError, saying what isn't."""
        end = time.monotonic() + seconds
        while True:
            why = self._why(name)
            if why is None:
                return
            if time.monotonic() >= end:
                raise EngineError(f"{self._asked.place}: {why}")
            time.sleep(_PAUSE_S)

    def _told(self, name: str) -> Mapping[str, Any]:
        """The model's metadata. Raises EngineError: what tells none serves no model."""
        try:
            return self._asked.metadata()
        except (ValueError, TypeError, RuntimeError, OSError) as error:
            why = _words(error) if isinstance(error, OSError) else " ".join(str(error).split())
            where = f'{self._asked.place}: no metadata of model "{name}"'
            raise EngineError(f"{where}: {why}") from error

    def _why(self, name: str) -> str | None:
        """Why nothing can be asked yet; None where it can. Raises EngineError for no such model."""
        try:
            server = self._asked.server_ready()
            if not server.ready:
                return f"the server isn't ready{server.said}"
            model = self._asked.model_ready()
        except OSError as error:
            return f"the server can't be reached: {_words(error)}"
        if model.missing:
            raise EngineError(f'the server has no model "{name}"{model.said}')
        return None if model.ready else f'model "{name}" isn\'t ready{model.said}'


def open(model: Artifact, options: Options) -> ServedEngine:  # noqa: A001  the contract's name
    """Wait for the server and ask what the model takes."""
    return ServedEngine(model, options)


def _transport(protocol: str, url: str, model: str, version: str, timeout_s: float) -> Transport:
    if protocol == "grpc":
        from parity.engines.served.grpc import Grpc

        return Grpc(url, model, version, timeout_s)
    from parity.engines.served.http import Http

    return Http(url, model, version, timeout_s)


def _words(error: OSError) -> str:
    if isinstance(error, socket.timeout):
        return "no answer in time"
    return str(error.strerror or error or type(error).__name__)
