"""Paddle Inference."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from parity.engines import EngineInfo, Options, TensorInfo
from parity.engines._options import one_of, switch, thread_count, whole
from parity.errors import EngineError
from parity.model.artifact import Artifact
from parity.model.tensors import Array, Feed, Outputs

OPTIONS = {
    "device": "cpu or gpu (default cpu)",
    "onednn": "use oneDNN kernels on the CPU (default true)",
    "ir_optim": "optimise the program before running it (default true)",
    "threads": "threads of the CPU kernels (default: cores shared between the engines)",
    "cache_capacity": "shapes for which oneDNN keeps prepared kernels and weights "
    "(default 4, or 1 for parameters of 256 MB and more)",
    "spinning": "threads wait busily for their work, as is OpenMP's own default; quicker when "
    "nothing else runs (default false)",
}

FORMATS = ("pir", "pdmodel")

PLAIN = {"onednn": False, "ir_optim": False}

DECIDED_BY = ("paddle", "numpy")
ON_CPU = ("device", "cpu")


_LARGE_BYTES = 256e6
"""Of parameters. oneDNN prepares and keeps nearly all weights anew for every shape that it
remembers. Measured by tests/bench/memory.py: remembering 32, ernie-3.0-nano (93 MB) takes 0.5 GB
more than with 4, in the same time; from ernie-3.0-medium (302 MB) on each costs the file again."""


def ahead() -> None:
    """Import Paddle, as for no options."""
    _set_environment(spinning=False)
    from paddle import inference  # noqa: F401  for what comes with it


def _set_environment(*, spinning: bool) -> None:
    """What Paddle reads when it is loaded."""
    # Logs of thousands of lines about passes, unless someone asked for them.
    os.environ.setdefault("GLOG_minloglevel", "2")
    if not spinning:
        # Threads that wait busily take the core on which the other engine works.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")


class PaddleEngine:
    """A ``paddle.inference`` predictor."""

    def __init__(self, model: Artifact, options: Options, *, without: tuple[str, ...] = ()) -> None:
        """Load a model. without: passes that don't run."""
        spinning = switch(options, "spinning", default=False)
        _set_environment(spinning=spinning)
        import paddle
        from paddle import inference

        _check_reads(model.format, paddle.__version__)
        config = inference.Config(str(model.program), str(model.parameters or ""))
        capacity = whole(options, "cache_capacity", _capacity(model))
        effective = _configure(
            config, options, capacity, compiled_with_cuda=paddle.is_compiled_with_cuda()
        )
        if spinning:
            effective["spinning"] = True
        for name in without:
            config.delete_pass(name)
        self._predictor = inference.create_predictor(config)
        self._inputs = {
            name: self._predictor.get_input_handle(name)
            for name in self._predictor.get_input_names()
        }
        self._outputs = {
            name: self._predictor.get_output_handle(name)
            for name in self._predictor.get_output_names()
        }
        # The predictor tells names only; types and shapes are read from the program.
        self.info = EngineInfo(
            "paddle",
            paddle.__version__,
            tuple(TensorInfo(name) for name in self._inputs),
            tuple(TensorInfo(name) for name in self._outputs),
            effective,
        )
        self._take: Callable[[str, str, Array], None] | None = None

    def run(self, feed: Feed) -> Outputs:
        """Run one feed, all outputs."""
        missing = set(self._inputs) - set(feed)
        if missing:
            raise EngineError(f"no value for input {', '.join(sorted(missing))}")
        for name, handle in self._inputs.items():
            array = np.asarray(feed[name], order="C")
            handle.reshape(list(array.shape))
            handle.copy_from_cpu(array)
        self._predictor.run()
        return {name: handle.copy_to_cpu() for name, handle in self._outputs.items()}

    def intermediates(self, feed: Feed, take: Callable[[str, str, Array], None]) -> Outputs:
        """Run one feed, and hand out what every op makes, in order, one array at a time.

        take: gets the op's name ("pd_op.matmul:16", its number among those that run; "matmul_v2"
        of a ``.pdmodel``), the variable's name, and a copy of its values. What passes leave of the
        program is the options' affair: ``PLAIN`` leaves its own ops. Constants, and what no dense
        tensor holds, aren't handed out.
        """
        if self._take is None:
            # Once for good: the predictor keeps each hook that it was ever given.
            self._predictor.register_output_hook(self._hand)
        self._take = take
        try:
            return self.run(feed)
        finally:
            self._take = _nowhere

    def _hand(self, op: str, name: str, tensor: Any) -> None:
        if self._take is not None:
            self._take(op, name, np.asarray(tensor.numpy()))

    def close(self) -> None:
        """Free the predictor."""
        del self._predictor


def open(model: Artifact, options: Options) -> PaddleEngine:  # noqa: A001  the contract's name
    """Load a Paddle static model of either format."""
    return PaddleEngine(model, options)


def _nowhere(op: str, name: str, array: Array) -> None:
    """Where inner tensors go that nobody asked for."""


def _check_reads(kind: str, version: str) -> None:
    """Raise EngineError for a ``.json`` where Paddle is of before 3: it would die of it."""
    major = version.partition(".")[0]
    if kind == "pir" and major.isdigit() and 0 < int(major) < 3:  # 0.0.0: built from source
        raise EngineError(
            f"Paddle {version} reads Paddle 2's .pdmodel only, not .json; save the model with it"
        )


def _capacity(model: Artifact) -> int:
    size = model.parameters.stat().st_size if model.parameters else 0
    return 1 if size >= _LARGE_BYTES else 4


def _configure(
    config: Any, options: Options, capacity: int, *, compiled_with_cuda: bool
) -> dict[str, str | int | float | bool]:
    device = one_of(options, "device", ("cpu", "gpu"), "cpu")
    onednn = switch(options, "onednn", default=True)
    ir_optim = switch(options, "ir_optim", default=True)
    threads = thread_count(options) or 1
    config.disable_glog_info()
    config.switch_ir_optim(ir_optim)
    if device == "gpu":
        if not compiled_with_cuda:  # it would go on with the CPU, and say nothing
            raise EngineError(
                "device=gpu: this Paddle has no GPU kernels; install paddlepaddle-gpu"
            )
        config.enable_use_gpu(512, 0)
        return {"device": "gpu", "ir_optim": ir_optim}
    config.disable_gpu()
    config.set_cpu_math_library_num_threads(threads)
    if onednn:
        config.enable_mkldnn()
        # Kernels are prepared anew for a shape that isn't among the last so many.
        config.set_mkldnn_cache_capacity(capacity)
    else:
        config.disable_mkldnn()
    return {
        "device": "cpu",
        "onednn": onednn,
        "ir_optim": ir_optim,
        "threads": threads,
        "cache_capacity": capacity,
    }
