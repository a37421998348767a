"""A gRPC server of the Open Inference Protocol, in this process, that runs one ONNX file."""

from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import numpy as np

from parity.engines.ort import session_of
from parity.engines.served.messages import CONTENTS, SERVICE, message
from parity.model.tensors import Array


class Server:
    """Serves the model "tagger". raw: whether numbers go as bytes; pads: on the wrong side.

    inputs, outputs: of its metadata. change: of the answer. refuse: with this status, at inference.
    """

    def __init__(self, model: Path) -> None:
        self.session = session_of(str(model), level="all", threads=1)
        self.raw, self.pads = True, False
        self.inputs = [("ids", "INT64", [-1, -1])]
        self.outputs = [("logits", "FP32", [-1, -1, 3])]
        self.change: Callable[[Any], None] = lambda _: None
        self.refuse: grpc.StatusCode | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"grpc://127.0.0.1:{self.port}"

    def ServerReady(self, asked: Any, context: Any) -> Any:  # noqa: N802  the protocol's names
        return message("ServerReadyResponse")(ready=True)

    def ServerMetadata(self, asked: Any, context: Any) -> Any:  # noqa: N802
        return message("ServerMetadataResponse")(name="tests", version="2.1")

    def ModelReady(self, asked: Any, context: Any) -> Any:  # noqa: N802
        if asked.name != "tagger":
            context.abort(grpc.StatusCode.NOT_FOUND, f"no {asked.name}\nhere")
        return message("ModelReadyResponse")(ready=True)

    def ModelMetadata(self, asked: Any, context: Any) -> Any:  # noqa: N802
        told = message("ModelMetadataResponse")(name="tagger", versions=["3"], platform="onnx")
        for place, tensors in ((told.inputs, self.inputs), (told.outputs, self.outputs)):
            for name, datatype, shape in tensors:
                place.add(name=name, datatype=datatype, shape=shape)
        return told

    def ModelInfer(self, asked: Any, context: Any) -> Any:  # noqa: N802
        if self.refuse is not None:
            context.abort(self.refuse, "out of\nmemory")
        (given,) = asked.inputs
        ids = np.frombuffer(asked.raw_input_contents[0], "<i8").reshape(tuple(given.shape))
        logits = self._run(ids)
        told = message("ModelInferResponse")(model_name="tagger")
        one = told.outputs.add(name="logits", datatype="FP32", shape=logits.shape)
        if self.raw:
            told.raw_output_contents.append(logits.tobytes())
        else:
            getattr(one.contents, CONTENTS["FP32"]).extend(logits.reshape(-1).tolist())
        self.change(told)
        return told

    def _run(self, ids: Array) -> Array:
        length = ids.shape[1]
        fed = np.pad(ids, ((0, 0), (-length % 4, 0))) if self.pads else ids
        (logits,) = self.session.run(["logits"], {"ids": fed})
        return np.ascontiguousarray(logits[:, -length:], np.float32)


METHODS = ("ServerReady", "ServerMetadata", "ModelReady", "ModelMetadata", "ModelInfer")


@contextmanager
def serving(model: Path) -> Iterator[Server]:
    made = Server(model)
    handlers = {
        name: grpc.unary_unary_rpc_method_handler(
            getattr(made, name),
            request_deserializer=message(f"{name}Request").FromString,
            response_serializer=lambda one: one.SerializeToString(),
        )
        for name in METHODS
    }
    server = grpc.server(futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    made.port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield made
    finally:
        server.stop(0).wait()
