"""A served model, over HTTP by the Open Inference Protocol (KServe v2, Triton, MLServer).

What the server does to numbers (dynamic batching, padding, FP16) is part of what is compared. The
file beside it is what is said to be served: it is not read here.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
from typing import Any
from urllib.parse import quote, urlsplit

import numpy as np

from parity.engines import EngineInfo, Options, TensorInfo
from parity.engines._options import number
from parity.errors import EngineError, UsageError
from parity.model.artifact import Artifact
from parity.model.tensors import Array, Feed, Outputs

OPTIONS = {
    "url": "of the server, as http://127.0.0.1:8000",
    "model": "its name there (default: the stem of the model's file)",
    "version": "of the model (default: what the server takes)",
    "ready": "seconds to wait until server and model are ready (default 10)",
    "timeout": "seconds for one answer (default 60)",
    "threads": "taken, and without effect: the server has its own",
}

_TYPES = {
    "BOOL": "bool", "FP16": "float16", "FP32": "float32", "FP64": "float64",
    **{f"{sign}INT{bits}": f"{sign.lower()}int{bits}"
       for sign in ("", "U") for bits in (8, 16, 32, 64)},
}  # fmt: skip
_NAMES = {dtype: name for name, dtype in _TYPES.items()}

_PAUSE_S = 0.1  # between two looks at a server that isn't ready

_OK = 200
_MISSING = 404


class ServedEngine:
    """One model of one server."""

    def __init__(self, model: Artifact, options: Options) -> None:
        self._host, self._port, self._base = _place(str(options.get("url", "")))
        self._timeout_s = number(options, "timeout", 60.0) or 60.0
        name = str(options.get("model") or model.program.stem)
        self._path = f"{self._base}/v2/models/{quote(name, safe='')}"
        if version := str(options.get("version", "")):
            self._path += f"/versions/{quote(version, safe='')}"
        self._wait(number(options, "ready", 10.0), name)
        told = self._asked("GET", self._path)
        self.info = EngineInfo(
            "kserve", self._server(), _tensors(told, "inputs"), _tensors(told, "outputs"),
            {
                "url": str(options["url"]),
                "model": name,
                "version": version or ",".join(map(str, told.get("versions") or ())) or "default",
                "platform": str(told.get("platform", "")),
            },
        )  # fmt: skip
        self._types = {i.name: i.dtype for i in self.info.inputs}

    def run(self, feed: Feed) -> Outputs:
        """Have one feed answered, all outputs."""
        missing = set(self._types) - set(feed)
        if missing:
            raise EngineError(f"no value for input {', '.join(sorted(missing))}")
        inputs = [_sent(name, feed[name], dtype) for name, dtype in self._types.items()]
        asked = {"inputs": inputs, "outputs": [{"name": o.name} for o in self.info.outputs]}
        told = self._asked("POST", f"{self._path}/infer", asked)
        outputs = told.get("outputs")
        if not isinstance(outputs, list):
            raise TypeError("the server's answer has no outputs")
        return {str(o["name"]): _received(o) for o in outputs}

    def close(self) -> None:
        """Nothing is kept between two feeds."""

    def _wait(self, seconds: float, name: str) -> None:
        """Until server and model are ready. Raises EngineError, saying what isn't."""
        end = time.monotonic() + seconds
        why = "it doesn't say"
        while True:
            for path, what in ((f"{self._base}/v2/health/ready", "the server"),
                               (f"{self._path}/ready", f'model "{name}"')):  # fmt: skip
                try:
                    status, body = self._call("GET", path, None)
                except (OSError, http.client.HTTPException) as error:
                    why = f"the server can't be reached: {_words(error)}"
                    break
                if status != _OK:
                    why = f"{what} isn't ready: {status}{_said(body)}"
                    if status == _MISSING and what != "the server":
                        raise EngineError(f"the server has no {what}{_said(body)}")
                    break
            else:
                return
            if time.monotonic() >= end:
                raise EngineError(f"http://{self._host}:{self._port}: {why}")
            time.sleep(_PAUSE_S)

    def _server(self) -> str:
        """Its name and version, as far as it tells."""
        try:
            told = self._asked("GET", f"{self._base}/v2")
        except (ValueError, TypeError, RuntimeError, OSError):
            return "unknown"
        return " ".join(str(told[k]) for k in ("name", "version") if told.get(k)) or "unknown"

    def _asked(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        status, raw = self._call(method, path, body)
        if status != _OK:
            raise RuntimeError(f"the server answers {status}{_said(raw)}")
        try:
            told = json.loads(raw)
        except ValueError as error:
            raise ValueError(f"the server's answer is no JSON: {error}") from error
        if not isinstance(told, dict):
            raise TypeError("the server's answer is no JSON object")
        return told

    def _call(self, method: str, path: str, body: Any) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)
        try:
            raw = None if body is None else json.dumps(body)
            headers = {"Content-Type": "application/json"} if raw else {}
            connection.request(method, path, raw, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def open(model: Artifact, options: Options) -> ServedEngine:  # noqa: A001  the contract's name
    """Wait for the server and ask what the model takes."""
    return ServedEngine(model, options)


def _place(url: str) -> tuple[str, int, str]:
    """Host, port and path. Raises UsageError for what is no http address."""
    try:
        parts = urlsplit(url)
        port = parts.port or 80
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme != "http" or not parts.hostname or parts.query or parts.username:
        raise UsageError(f'url "{url}" is no address of a server, as http://127.0.0.1:8000')
    return parts.hostname, port, parts.path.rstrip("/")


def _tensors(told: dict[str, Any], key: str) -> tuple[TensorInfo, ...]:
    try:
        return tuple(
            TensorInfo(
                str(t["name"]),
                _TYPES.get(t.get("datatype")),
                tuple(None if d < 0 else int(d) for d in t["shape"]) if "shape" in t else None,
            )
            for t in told[key]
        )
    except (KeyError, TypeError) as error:
        raise EngineError(f"the server's metadata has no {key} that can be read") from error


def _sent(name: str, array: Array, dtype: str | None) -> dict[str, Any]:
    if dtype is not None and array.dtype != dtype:  # servers convert, and say nothing
        raise TypeError(f"input {name} takes {dtype}, not {array.dtype}")
    # Every float32 is a float64, which is what JSON's numbers are read as.
    return {
        "name": name, "shape": list(array.shape), "datatype": _NAMES[array.dtype.name],
        "data": array.reshape(-1).tolist(),
    }  # fmt: skip


def _received(told: dict[str, Any]) -> Array:
    dtype = _TYPES.get(told.get("datatype", ""))
    if dtype is None:
        raise TypeError(f"{told['name']}: datatype {told.get('datatype')} can't be compared")
    made: Array = np.asarray(told["data"], dtype).reshape(told["shape"])
    return made


def _words(error: Exception) -> str:
    if isinstance(error, socket.timeout):
        return "no answer in time"
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


def _said(body: bytes) -> str:
    """What it complains of, on one line."""
    text = body.decode(errors="replace")
    try:
        told = json.loads(text)
        text = str(told.get("error", told.get("detail", ""))) if isinstance(told, dict) else ""
    except ValueError:
        pass
    words = " ".join(text.split())[:200]
    return f", {words}" if words else ""
