"""ONNX Runtime."""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from parity.engines import EngineInfo, Options, TensorInfo, _placed
from parity.engines._options import number, one_of, switch, thread_count
from parity.errors import EngineError
from parity.model.artifact import Artifact
from parity.model.tensors import Feed, Outputs

OPTIONS = {
    "provider": "execution provider: cpu, cuda or tensorrt (default cpu)",
    "optimization": "graph optimisation: disable, basic, extended or all (default all)",
    "without": "passes of the optimisation to leave out, by ORT's names, separated by commas",
    "threads": "threads inside an operator (default: cores shared between the engines)",
    "spinning": "threads wait busily for their work, as ONNX Runtime's own default is; quicker "
    "alone, slower beside another engine (default false)",
    "device_id": "cuda and tensorrt: which card (default 0)",
    "fallback": "cuda and tensorrt: count nodes that run elsewhere, or refuse (default count)",
    "use_tf32": "cuda only: let matrix products round to TF32 (default false)",
}

FORMATS = ("onnx",)

PLAIN = {"optimization": "disable"}

DECIDED_BY = ("onnxruntime", "numpy")
ON_CPU = ("provider", "cpu")

_KEPT_BYTES = 128 << 20
"""What the memory of this process may grow by over its runs; the next run then gives it back.

ONNX Runtime keeps for good what its largest run took: 0.5 GB after the one feed of 2,048
positions of ernie-3.0-nano, whose other feeds need a tenth of that.
"""

_PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
}

_LEVELS = ("disable", "basic", "extended", "all")

_DTYPES = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    "tensor(bool)": "bool",
}


class OrtEngine:
    """An ``onnxruntime.InferenceSession``."""

    def __init__(self, model: Artifact, options: Options) -> None:
        provider = one_of(options, "provider", _PROVIDERS, "cpu")
        level = one_of(options, "optimization", _LEVELS, "all")
        threads = thread_count(options)
        use_tf32 = switch(options, "use_tf32", default=False)
        without = passes_of(options)
        spinning = switch(options, "spinning", default=False)
        ort = _onnxruntime()
        wanted = _PROVIDERS[provider]
        if wanted not in ort.get_available_providers():
            raise EngineError(
                f"{wanted} isn't in this onnxruntime ({', '.join(ort.get_available_providers())}); "
                "onnxruntime-gpu must be installed in place of onnxruntime"
            )
        refuse = one_of(options, "fallback", ("count", "refuse"), "count") == "refuse"
        device = int(number(options, "device_id", 0))
        providers = _providers(provider, model, options, device=device, use_tf32=use_tf32)
        self._session = session_of(
            str(model.program), level=level, threads=threads, provider=providers[0],
            beside=providers[1:], without=without, spinning=spinning, record=provider != "cpu",
        )  # fmt: skip
        if wanted not in self._session.get_providers():
            # It falls back to the CPU with a warning that nobody reads.
            raise EngineError(f"{wanted} did not start; the session runs on the CPU instead")
        where: dict[str, str | int] = {}
        if provider != "cpu":
            found = _placed.placed(self._session)
            where["nodes"] = _placed.told(found, [name for name, _ in providers], refuse=refuse)
            where |= _device(self._session, wanted)
        inputs, self._names, version = tensors_of(self._session)
        self._shrinking = ort.RunOptions()
        if provider == "cpu":
            self._shrinking.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        self._opened: int | None = None
        self.info = EngineInfo(
            "ort",
            version,
            inputs,
            tuple(_info(o) for o in self._session.get_outputs()),
            {
                "providers": ", ".join(self._session.get_providers()),
                "optimization": level,
                "threads": threads,
                **({"without": ",".join(without)} if without else {}),
                **({"spinning": True} if spinning else {}),
                **({"use_tf32": use_tf32} if provider == "cuda" else {}),
                **where,
            },
        )

    def run(self, feed: Feed) -> Outputs:
        """Run one feed, all outputs."""
        if self._opened is None:  # what opening the model took and freed may be back only now
            self._opened = _resident()
        grown = _resident() - self._opened > _KEPT_BYTES
        options = self._shrinking if grown else None
        found = self._session.run(self._names, dict(feed), options)
        outputs = {name: found[at] for at, name in enumerate(self._names)}
        for name, value in outputs.items():
            # An optional value that isn't there, or a sequence.
            if not hasattr(value, "dtype"):
                raise TypeError(f"{name}: {type(value).__name__}, not a tensor")
        return outputs

    def close(self) -> None:
        """Free the session."""
        del self._session


def open(model: Artifact, options: Options) -> OrtEngine:  # noqa: A001  the contract's name
    """Load an ONNX file."""
    return OrtEngine(model, options)


def session_of(
    model: str | bytes,
    *,
    level: str,
    threads: int,
    provider: tuple[str, dict[str, str]] = ("CPUExecutionProvider", {}),
    beside: Sequence[tuple[str, dict[str, str]]] = (),
    without: Sequence[str] = (),
    verbose: bool = False,
    spinning: bool = False,
    record: bool = False,
    lean: bool = False,
) -> Any:
    """A session of a file, or of a model's bytes. level: of graph optimisation, by its name.

    beside: providers of what that one leaves. record: tell where nodes run.
    without: passes that are left out. verbose: print what each pass did, to standard error.
    spinning: whether threads wait busily. lean: give memory back after each run, for few runs.
    """
    ort = _onnxruntime()
    levels = {
        "disable": ort.GraphOptimizationLevel.ORT_DISABLE_ALL,
        "basic": ort.GraphOptimizationLevel.ORT_ENABLE_BASIC,
        "extended": ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
        "all": ort.GraphOptimizationLevel.ORT_ENABLE_ALL,
    }
    options = ort.SessionOptions()
    options.graph_optimization_level = levels[level]
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    if lean:
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    if not spinning:
        # Spinning threads would take the core that the other engine works on.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if verbose:
        options.log_severity_level = 1  # "info"
    if record:
        options.add_session_config_entry(*_placed.RECORD)
    disabled = {"disabled_optimizers": [*without]} if without else {}
    return ort.InferenceSession(model, options, providers=[provider, *beside], **disabled)


def _providers(
    provider: str, model: Artifact, options: Options, *, device: int, use_tf32: bool
) -> list[tuple[str, dict[str, str]]]:
    """The provider and what takes the nodes that it leaves, with their settings."""
    if provider == "cpu":
        return [(_PROVIDERS["cpu"], {})]
    # On by default from SM 80 on, and good for 1e-3 at best.
    cuda = {"device_id": str(device), "use_tf32": "1" if use_tf32 else "0"}
    if provider == "cuda":
        return [(_PROVIDERS["cuda"], cuda)]
    kept = str(_engines_of(model, options))
    settings = {
        "device_id": str(device), "trt_engine_cache_enable": "1", "trt_engine_cache_path": kept,
        "trt_timing_cache_enable": "1", "trt_timing_cache_path": kept,
    }  # fmt: skip
    return [(_PROVIDERS["tensorrt"], settings), (_PROVIDERS["cuda"], cuda)]


def _engines_of(model: Artifact, options: Options) -> Path:
    """Where TensorRT keeps its engines: by model, version and options.

    It takes a kept engine for another model of the same structure.
    """
    from parity import files
    from parity.model.hashes import sha256

    told = json.dumps([sha256(model.program), version(), sorted(options.items())])
    folder = files.cache() / "tensorrt" / hashlib.sha256(told.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _device(session: Any, provider: str) -> dict[str, str | int]:
    """The card that the session says it runs on."""
    told = session.get_provider_options().get(provider, {})
    return {"device_id": int(told["device_id"])} if "device_id" in told else {}


def passes_of(options: Options) -> tuple[str, ...]:
    """The option "without", as names."""
    names = str(options.get("without", "")).split(",")
    return tuple(name.strip() for name in names if name.strip())


def tensors_of(session: Any) -> tuple[tuple[TensorInfo, ...], list[str], str]:
    """A session's inputs, the names of its outputs, and the version that runs it."""
    names = [o.name for o in session.get_outputs()]
    return tuple(_info(i) for i in session.get_inputs()), names, version()


def version() -> str:
    """Of the runtime that is installed."""
    return str(_onnxruntime().__version__)


def _resident() -> int:
    """Bytes of this process that lie in memory; 0 where the system doesn't tell."""
    file = _statm()
    return 0 if file is None else int(os.pread(file, 64, 0).split()[1]) * mmap.PAGESIZE


@cache
def _statm() -> int | None:
    """Kept open: opening it at each run would be a thirtieth of what a tiny model takes."""
    try:
        return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def _onnxruntime() -> Any:
    # From 1.29 on Linux wheels too report each model to Microsoft, and leave a file in TMPDIR.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    return onnxruntime


def _info(tensor: object) -> TensorInfo:
    name, dtype, shape = (getattr(tensor, a) for a in ("name", "type", "shape"))
    dtype = _DTYPES.get(dtype, dtype.removeprefix("tensor(").removesuffix(")"))
    return TensorInfo(name, dtype, tuple(d if isinstance(d, int) else None for d in shape or ()))
