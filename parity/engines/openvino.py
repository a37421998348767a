"""OpenVINO, in float32 unless asked otherwise.

On CPUs with AMX or AVX512-BF16 it computes in bfloat16 by default, 6e-2 off at 4.5, and says
nothing: ``precision=default`` shows what a user gets. What it really computes in is read back from
the compiled model, and told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from parity.engines import EngineInfo, Options, TensorInfo
from parity.engines._options import one_of, thread_count
from parity.errors import EngineError, UsageError
from parity.model.artifact import Artifact
from parity.model.tensors import Feed, Outputs

OPTIONS = {
    "device": "CPU, GPU, NPU, or another that OpenVINO knows (default CPU)",
    "precision": "f32 (default), bf16, f16; or default: what OpenVINO takes by itself",
    "threads": "threads inside an operator (default: cores shared between the engines)",
    "performance": "latency (default) or throughput",
}

FORMATS = ("onnx", "pdmodel")

_TYPES = {"float32": "f32", "bfloat16": "bf16", "float16": "f16"}
_DEVICE = re.compile(r"[A-Za-z]+(\.[0-9]+)?(:[A-Za-z0-9.,]+)?")


class OpenVinoEngine:
    """A compiled model and one request of it."""

    def __init__(self, model: Artifact, options: Options) -> None:
        precision = one_of(options, "precision", ("f32", "bf16", "f16", "default"), "f32")
        performance = one_of(options, "performance", ("latency", "throughput"), "latency")
        threads = thread_count(options)
        device = str(options.get("device", "CPU"))
        if not _DEVICE.fullmatch(device):
            raise UsageError(f'device "{device}" is no name of a device; there is CPU')
        openvino = _openvino()
        core = openvino.Core()
        _check_device(core, device)
        read = core.read_model(str(model.program))
        # Once compiled, an output has the names of what was fused into it as well.
        self._outputs = [_name(o, read.get_results()[at]) for at, o in enumerate(read.outputs)]
        properties: dict[str, object] = {"PERFORMANCE_HINT": performance.upper()}
        if precision != "default":
            properties["INFERENCE_PRECISION_HINT"] = precision
        if threads and device.startswith("CPU"):
            properties["INFERENCE_NUM_THREADS"] = threads
        compiled = core.compile_model(read, device, properties)
        effective = _precision(compiled)
        if precision not in ("default", effective):
            # Where a CPU can't, it computes in another and says nothing.
            raise EngineError(
                f"precision={precision}: on {device} OpenVINO computes in {effective}"
            )
        self._compile: Callable[[], Any] = lambda: core.compile_model(read, device, properties)
        self._request = compiled.create_infer_request()
        inputs = tuple(_info(_plain(i), i) for i in read.inputs)
        self._types = {info.name: info.dtype for info in inputs}
        self.info = EngineInfo(
            "openvino",
            str(openvino.__version__).split("-")[0],
            inputs,
            tuple(_info(self._outputs[at], o) for at, o in enumerate(read.outputs)),
            {
                "device": ",".join(compiled.get_property("EXECUTION_DEVICES")),
                "precision": effective,
                "asked": precision,
                "performance": performance,
                "threads": _told(compiled, "INFERENCE_NUM_THREADS"),
                "streams": _told(compiled, "NUM_STREAMS"),
            },
        )

    def run(self, feed: Feed) -> Outputs:
        """Run one feed, all outputs."""
        missing = set(self._types) - set(feed)
        if missing:
            raise EngineError(f"no value for input {', '.join(sorted(missing))}")
        for name, dtype in self._types.items():
            if dtype is not None and feed[name].dtype != dtype:  # it would convert, and say nothing
                raise TypeError(f"input {name} takes {dtype}, not {feed[name].dtype}")
        try:
            result = self._request.infer({at: feed[n] for at, n in enumerate(self._types)})
        except RuntimeError:
            # What has failed once refuses good feeds of shapes that it knows, too, in a new request
            # as well (2026.4): whose fault a failure is must not be laid on the next feed.
            self._request = self._compile().create_infer_request()
            raise
        return {name: result[at] for at, name in enumerate(self._outputs)}

    def close(self) -> None:
        """Free the model."""
        del self._request, self._compile


def open(model: Artifact, options: Options) -> OpenVinoEngine:  # noqa: A001  the contract's name
    """Load an ONNX file, or a Paddle model of the older format."""
    return OpenVinoEngine(model, options)


def _openvino() -> Any:
    try:
        import openvino
    except ImportError as error:
        raise EngineError(f"OpenVINO can't be imported ({error}); pip install openvino") from error
    return openvino


def _check_device(core: Any, device: str) -> None:
    """Raise EngineError for a device that isn't here. AUTO and its like are made of others."""
    family = device.split(":")[0].split(".")[0]
    there = [str(name) for name in core.available_devices]
    if family in ("AUTO", "HETERO", "MULTI", "BATCH"):
        return
    if family not in {name.split(".")[0] for name in there}:
        raise EngineError(f"device={device}: isn't here; OpenVINO has {', '.join(there) or 'none'}")


def _precision(compiled: Any) -> str:
    """What is computed in, as the compiled model says."""
    name = compiled.get_property("INFERENCE_PRECISION_HINT").to_string()
    return _TYPES.get(name, str(name))


def _told(compiled: Any, name: str) -> str | int:
    try:
        value = compiled.get_property(name)
    except RuntimeError:  # of another device
        return "unknown"
    return value if isinstance(value, int) else str(value)


def _plain(port: Any) -> str:
    names = sorted(port.get_names())
    if not names:
        raise EngineError("OpenVINO gives an input or output no name")
    return str(names[0])


def _name(output: Any, result: Any) -> str:
    """An output's name in the file. The node behind it bears it where there are several."""
    node = str(result.input_value(0).get_node().get_friendly_name())
    return node if node in output.get_names() else _plain(output)


def _info(name: str, port: Any) -> TensorInfo:
    form = port.get_partial_shape()
    shape = None
    if form.rank.is_static:
        shape = tuple(d.get_length() if d.is_static else None for d in form)
    return TensorInfo(name, port.get_element_type().to_dtype().name, shape)
