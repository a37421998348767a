"""The Open Inference Protocol over HTTP, in JSON."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from parity.engines.served import NAMES, TYPES, State, shaped
from parity.errors import UsageError
from parity.model.tensors import Array, Feed, Outputs

_OK = 200
_MISSING = 404


class Http:
    """A connection for each question. Raises UsageError for what is no http address."""

    def __init__(self, url: str, model: str, version: str, timeout_s: float) -> None:
        self._host, self._port, self._base = place_of(url)
        self._timeout_s = timeout_s
        self.place = f"http://{self._host}:{self._port}"
        self._path = f"{self._base}/v2/models/{quote(model, safe='')}"
        if version:
            self._path += f"/versions/{quote(version, safe='')}"

    def server_ready(self) -> State:
        return self._state(f"{self._base}/v2/health/ready")

    def model_ready(self) -> State:
        return self._state(f"{self._path}/ready")

    def server(self) -> str:
        try:
            told = self._asked("GET", f"{self._base}/v2")
        except (ValueError, TypeError, RuntimeError, OSError):
            return ""
        return " ".join(str(told[k]) for k in ("name", "version") if told.get(k))

    def metadata(self) -> Mapping[str, Any]:
        return self._asked("GET", self._path)

    def infer(self, feed: Feed, outputs: tuple[str, ...]) -> Outputs:
        inputs = [
            # Every float32 is a float64, which is what JSON's numbers are read as.
            {"name": name, "shape": list(array.shape), "datatype": NAMES[array.dtype.name],
             "data": array.reshape(-1).tolist()}
            for name, array in feed.items()
        ]  # fmt: skip
        asked = {"inputs": inputs, "outputs": [{"name": name} for name in outputs]}
        told = self._asked("POST", f"{self._path}/infer", asked).get("outputs")
        if not isinstance(told, list):
            raise TypeError("the server's answer has no outputs")
        found: dict[str, Array] = {}
        for one in told:
            name, dtype = str(one["name"]), TYPES.get(one.get("datatype", ""))
            if dtype is None:
                raise TypeError(f"{name}: datatype {one.get('datatype')} can't be compared")
            if name in found:
                raise ValueError(f"the server's answer has output {name} twice")
            found[name] = shaped(name, one["data"], dtype, one["shape"])
        return found

    def close(self) -> None:
        """Nothing is kept between two feeds."""

    def _state(self, path: str) -> State:
        status, body = self._call("GET", path, None)
        if status == _OK:
            return State(ready=True)
        return State(ready=False, said=f": {status}{said(body)}", missing=status == _MISSING)

    def _asked(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        status, raw = self._call(method, path, body)
        if status != _OK:
            raise RuntimeError(f"the server answers {status}{said(raw)}")
        return read(raw)

    def _call(self, method: str, path: str, body: Any) -> tuple[int, bytes]:
        return call(self._host, self._port, method, path, body, self._timeout_s)


def call(
    host: str, port: int, method: str, path: str, body: Any, timeout_s: float
) -> tuple[int, bytes]:
    """Status and body of an answer. Raises OSError where there is none."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
    try:
        raw = None if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json"} if raw else {}
        connection.request(method, path, raw, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except http.client.HTTPException as error:
        raise OSError(str(error) or type(error).__name__) from error
    finally:
        connection.close()


def read(raw: bytes) -> dict[str, Any]:
    """A JSON object. Raises ValueError and TypeError for what is none."""
    try:
        told = json.loads(raw)
    except ValueError as error:
        raise ValueError(f"the server's answer is no JSON: {error}") from error
    if not isinstance(told, dict):
        raise TypeError("the server's answer is no JSON object")
    return told


def place_of(url: str) -> tuple[str, int, str]:
    """Host, port and path. Raises UsageError for what is no http address."""
    try:
        parts = urlsplit(url)
        port = parts.port or 80
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme != "http" or not parts.hostname or parts.query or parts.username:
        raise UsageError(f'url "{url}" is no address of a server, as http://127.0.0.1:8000')
    return parts.hostname, port, parts.path.rstrip("/")


def said(body: bytes) -> str:
    """What it complains of, on one line."""
    text = body.decode(errors="replace")
    try:
        told = json.loads(text)
        text = str(told.get("error", told.get("detail", ""))) if isinstance(told, dict) else ""
    except ValueError:
        pass
    words = " ".join(text.split())[:200]
    return f", {words}" if words else ""
