"""A Hugging Face folder in PyTorch, or a TorchScript or ``torch.export`` file, in an environment.

It is what was trained, and what the ONNX file beside it was exported of: names and shapes are the
file's, the numbers PyTorch's. 5.7 GB of it belong in an environment of their own:
``--reference-env``. Weights are loaded as weights only, nothing is fetched, and no code of the
folder is run.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from parity.engines import EngineInfo, Options, TensorInfo
from parity.engines._options import one_of, thread_count
from parity.errors import EngineError, UsageError
from parity.model.artifact import Artifact
from parity.model.tensors import Feed, Outputs

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

KINDS = {
    "sequence_classification": ("AutoModelForSequenceClassification", ("logits",)),
    "token_classification": ("AutoModelForTokenClassification", ("logits",)),
    "question_answering": ("AutoModelForQuestionAnswering", ("start_logits", "end_logits")),
    "feature_extraction": ("AutoModel", ("last_hidden_state", "pooler_output")),
    "fill_mask": ("AutoModelForMaskedLM", ("logits",)),
}
"""Those of the guide of transformers' ONNX export: class, and outputs in their order."""

_BY_CLASS = {
    "ForSequenceClassification": "sequence_classification",
    "ForTokenClassification": "token_classification",
    "ForQuestionAnswering": "question_answering",
    "ForMaskedLM": "fill_mask",
    "Model": "feature_extraction",
}

_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


class TorchEngine:
    """A module in evaluation mode, in float32 on the CPU."""

    def __init__(self, model: Artifact, options: Options) -> None:
        attention = one_of(options, "attention", ("eager", "sdpa"), "eager")
        place = Path(str(options.get("model", "")))
        if not options.get("model") or not place.exists():
            raise UsageError(f'model "{options.get("model", "")}" is no folder, and no .pt or .pt2')
        import torch

        self._torch = torch
        threads = thread_count(options)
        torch.set_num_threads(threads or 1)
        self._inputs, names = _names(options, "inputs"), _names(options, "outputs")
        self.names: tuple[str, ...] = ()
        if place.is_dir():
            kind = one_of(options, "kind", KINDS, kind_of(place))
            self._module, self.names = _loaded(place, kind, attention), KINDS[kind][1]
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
            done = self._module(**given) if self.names else self._module(*given.values())
        found = [getattr(done, name) for name in self.names] if self.names else _flat(done)
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


def kind_of(folder: Path) -> str:
    """What the architecture in a config.json is for. Raises EngineError for one of no kind."""
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text("utf-8"))
        (name,) = config["architectures"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineError(f"{path}: names no architecture; say kind=…") from error
    for end, kind in _BY_CLASS.items():
        if str(name).endswith(end):
            return kind
    raise EngineError(f"{path}: {name} is of no kind here ({', '.join(KINDS)}); say kind=…")


def _names(options: Options, key: str) -> list[str]:
    names = [name for name in str(options.get(key, "")).split(",") if name]
    if not names:
        raise UsageError(f"{key}: are not told; parity takes them from the ONNX file")
    return names


def _loaded(folder: Path, kind: str, attention: str) -> Any:
    if not any((folder / name).is_file() for name in _WEIGHTS):
        raise EngineError(f"{folder}: has neither {' nor '.join(_WEIGHTS)}")
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    import torch
    import transformers

    module, told = getattr(transformers, KINDS[kind][0]).from_pretrained(
        str(folder), local_files_only=True, trust_remote_code=False, output_loading_info=True,
        attn_implementation=attention,
    )  # fmt: skip
    missing = sorted(told.get("missing_keys") or ())
    if missing:  # they were drawn at random: the numbers would be nobody's
        raise EngineError(
            f"{folder}: as {kind} it lacks {len(missing)} weights, the first {missing[0]}"
        )
    return module.to(torch.float32).eval()


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
