"""The Open Inference Protocol over gRPC; numbers go raw, as Triton and MLServer send them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from parity.engines.served import NAMES, TYPES, State, shaped
from parity.engines.served.messages import CONTENTS, SERVICE, message
from parity.errors import EngineError, UsageError
from parity.model.tensors import Array, Feed, Outputs

_PLACE = re.compile(r"(?:grpc://)?(?P<host>[^/:@\s]+|\[[0-9a-fA-F:]+\]):(?P<port>[0-9]{1,5})/?")

_MOST_BYTES = 1 << 30  # of a message: gRPC's own limit is 4 MiB, one answer of a large model more


class UnreachableError(OSError):
    """The server isn't there, or gave no answer in time."""


class Grpc:
    """One channel. Raises UsageError for what is no HOST:PORT, EngineError without grpcio."""

    def __init__(self, url: str, model: str, version: str, timeout_s: float) -> None:
        found = _PLACE.fullmatch(url)
        if found is None:
            raise UsageError(f'url "{url}" is no address of a gRPC server, as 127.0.0.1:8001')
        try:
            import grpc
        except ImportError as error:
            raise EngineError(f"gRPC needs grpcio ({error}): pip install grpcio") from (error)
        self._grpc = grpc
        self._model, self._version, self._timeout_s = model, version, timeout_s
        self.place = f"grpc://{found['host']}:{found['port']}"
        limits = [("grpc.max_receive_message_length", _MOST_BYTES),
                  ("grpc.max_send_message_length", _MOST_BYTES),
                  ("grpc.enable_http_proxy", 0)]  # fmt: skip
        self._channel = grpc.insecure_channel(f"{found['host']}:{found['port']}", options=limits)

    def server_ready(self) -> State:
        return self._state("ServerReady", message("ServerReadyRequest")())

    def model_ready(self) -> State:
        asked = message("ModelReadyRequest")(name=self._model, version=self._version)
        return self._state("ModelReady", asked)

    def server(self) -> str:
        try:
            told = self._call("ServerMetadata", message("ServerMetadataRequest")())
        except (OSError, RuntimeError):
            return ""
        return " ".join(part for part in (told.name, told.version) if part)

    def metadata(self) -> Mapping[str, Any]:
        asked = message("ModelMetadataRequest")(name=self._model, version=self._version)
        told = self._call("ModelMetadata", asked)
        return {
            "versions": list(told.versions),
            "platform": told.platform,
            **{
                key: [
                    {"name": t.name, "datatype": t.datatype, "shape": list(t.shape)}
                    for t in getattr(told, key)
                ]
                for key in ("inputs", "outputs")
            },
        }

    def infer(self, feed: Feed, outputs: tuple[str, ...]) -> Outputs:
        asked = message("ModelInferRequest")(model_name=self._model, model_version=self._version)
        for name, array in feed.items():
            asked.inputs.add(name=name, datatype=NAMES[array.dtype.name], shape=array.shape)
            asked.raw_input_contents.append(_little(array).tobytes())
        for name in outputs:
            asked.outputs.add(name=name)
        told = self._call("ModelInfer", asked)
        raw = list(told.raw_output_contents)
        if raw and len(raw) != len(told.outputs):
            raise ValueError(
                f"the server's answer has {len(told.outputs)} outputs and the numbers of {len(raw)}"
            )
        found: dict[str, Array] = {}
        for at, one in enumerate(told.outputs):
            if one.name in found:
                raise ValueError(f"the server's answer has output {one.name} twice")
            found[one.name] = _received(one, raw[at] if raw else None)
        return found

    def close(self) -> None:
        self._channel.close()

    def _state(self, method: str, asked: Any) -> State:
        try:
            told = self._call(method, asked)
        except RuntimeError as error:
            return State(ready=False, said=f": {error}", missing="NOT_FOUND" in str(error))
        return State(ready=bool(told.ready))

    def _call(self, method: str, asked: Any) -> Any:
        """One question. Raises UnreachableError, and RuntimeError for what the server refuses."""
        ask = self._channel.unary_unary(
            f"/{SERVICE}/{method}",
            request_serializer=lambda one: one.SerializeToString(),
            response_deserializer=message(f"{method}Response").FromString,
        )
        try:
            return ask(asked, timeout=self._timeout_s)
        except self._grpc.RpcError as error:
            code, words = error.code(), " ".join(str(error.details()).split())[:200]
            unreachable = (self._grpc.StatusCode.UNAVAILABLE,
                           self._grpc.StatusCode.DEADLINE_EXCEEDED)  # fmt: skip
            if code in unreachable:
                late = code is self._grpc.StatusCode.DEADLINE_EXCEEDED
                raise UnreachableError(None, "no answer in time" if late else words) from error
            raise RuntimeError(f"the server answers {code.name}, {words}") from error


def _received(told: Any, raw: bytes | None) -> Array:
    dtype = TYPES.get(told.datatype)
    if dtype is None:
        raise TypeError(f"{told.name}: datatype {told.datatype} can't be compared")
    if raw is not None:
        little = np.dtype(dtype).newbyteorder("<")
        if len(raw) % little.itemsize:
            raise ValueError(f"output {told.name}: {len(raw)} bytes are no numbers of {dtype}")
        return shaped(told.name, np.frombuffer(raw, little), dtype, told.shape)
    held = CONTENTS.get(told.datatype)
    if held is None:
        raise TypeError(f"{told.name}: {told.datatype} came without its numbers")
    return shaped(told.name, list(getattr(told.contents, held)), dtype, told.shape)


def _little(array: Array) -> Array:
    made: Array = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return made
