"""A Hugging Face folder in PyTorch, or a TorchScript or ``torch.export`` file, in an environment.

It is what was trained, and what the ONNX file beside it was exported of: names and shapes are the
file's, the numbers PyTorch's. 5.7 GB of it belong in an environment of their own:
``--reference-env``. Weights are loaded as weights only, nothing is fetched, and no code of the
folder is run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from parity.engines import EngineInfo, Options, TensorInfo
from parity.engines._options import one_of, thread_count
from parity.errors import EngineError, UsageError
from parity.model.artifact import Artifact
from parity.model.tensors import Feed, Outputs
from parity.model.trained import ATTENTIONS, KINDS, kind_of, loaded, outputs_of

OPTIONS = {
    "model": "folder with config.json and model.safetensors or pytorch_model.bin; or a .pt, .pt2",
    "kind": "sequence_classification, token_classification, question_answering, "
    "feature_extraction or fill_mask (default: by the architecture in config.json)",
    "attention": "eager (default) or sdpa",
    "inputs": "their names, with commas (default: the ONNX file's)",
    "outputs": "names to give them, in their order (default: the ONNX file's)",
    "threads": "threads inside an operator (default: cores shared between the engines)",
}

FORMATS = ("onnx",)

BESIDE = True


class TorchEngine:
    """A module in evaluation mode, in float32 on the CPU."""

    def __init__(self, model: Artifact, options: Options) -> None:
        attention = one_of(options, "attention", ATTENTIONS, "eager")
        place = Path(str(options.get("model", "")))
        if not options.get("model"):
            raise UsageError(
                "no PyTorch model is named; name a folder, a .pt or .pt2 by model=PATH"
            )
        if not place.exists():
            raise UsageError(f'model "{options.get("model", "")}" is no folder, and no .pt or .pt2')
        import torch

        self._torch = torch
        threads = thread_count(options)
        torch.set_num_threads(threads or 1)
        self._inputs, names = _names(options, "inputs"), _names(options, "outputs")
        self._kind = ""
        if place.is_dir():
            kind = one_of(options, "kind", KINDS, "") if "kind" in options else kind_of(place)
            self._module, self._kind = loaded(place, kind, attention), kind
            _check_inputs(self._module, self._inputs, place)
            told = {"kind": kind, "attention": attention}
        else:
            self._module, told = _file(torch, place), {"kind": place.suffix.lstrip(".")}
        self._outputs = names
        self.info = EngineInfo(
            "torch", str(torch.__version__), tuple(TensorInfo(name) for name in self._inputs),
            tuple(TensorInfo(name) for name in names),
            {"model": str(place), "threads": torch.get_num_threads(), "dtype": "float32", **told},
        )  # fmt: skip

    def run(self, feed: Feed) -> Outputs:
        """Run one feed: the outputs, by the names that the ONNX file has for them in its order."""
        torch = self._torch
        given = {name: torch.from_numpy(np.array(feed[name])) for name in self._inputs}
        with torch.no_grad():
            done = self._module(**given) if self._kind else self._module(*given.values())
        found = [*outputs_of(done, self._kind).values()] if self._kind else _flat(done)
        arrays = [tensor.detach().cpu().numpy() for tensor in found if tensor is not None]
        if len(arrays) < len(self._outputs):
            raise ValueError(
                f"PyTorch gives {len(arrays)} outputs, the ONNX file has {len(self._outputs)}"
            )
        return dict(zip(self._outputs, arrays, strict=False))

    def close(self) -> None:
        """Free the module."""
        del self._module


def open(model: Artifact, options: Options) -> TorchEngine:  # noqa: A001  the contract's name
    """Load a folder or file as it is. model: the ONNX file whose names and shapes it goes by."""
    return TorchEngine(model, options)


def _names(options: Options, key: str) -> list[str]:
    names = [name for name in str(options.get(key, "")).split(",") if name]
    if not names:
        raise UsageError(f"{key}: are not told; parity takes them from the ONNX file")
    return names


def _file(torch: Any, place: Path) -> Any:
    if place.suffix == ".pt2":
        return torch.export.load(str(place)).module()
    if place.suffix == ".pt":
        return torch.jit.load(str(place), map_location="cpu").eval()
    raise UsageError(f"{place}: is no TorchScript (.pt) and no torch.export (.pt2) file")


def _check_inputs(module: Any, names: list[str], folder: Path) -> None:
    import inspect

    known = inspect.signature(module.forward).parameters
    unknown = [name for name in names if name not in known]
    if unknown:
        raise EngineError(f"{folder}: the model takes no input {', '.join(unknown)}")


def _flat(done: Any) -> list[Any]:
    if isinstance(done, dict):
        return list(done.values())
    return list(done) if isinstance(done, (tuple, list)) else [done]
