"""What was trained in PyTorch: a Hugging Face folder, or a TorchScript or torch.export file.

Read by what runs it and by what exports it, under an environment's Python, 3.9 and up.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from parity.errors import EngineError

WEIGHTS = ("model.safetensors", "pytorch_model.bin")

KINDS = {
    "sequence_classification": ("AutoModelForSequenceClassification", ("logits",)),
    "token_classification": ("AutoModelForTokenClassification", ("logits",)),
    "question_answering": ("AutoModelForQuestionAnswering", ("start_logits", "end_logits")),
    "feature_extraction": ("AutoModel", ("last_hidden_state", "pooler_output")),
    "fill_mask": ("AutoModelForMaskedLM", ("logits",)),
}
"""Those of the guide of transformers' ONNX export: class, and outputs in their order."""

ATTENTIONS = ("eager", "sdpa")

_BY_CLASS = {
    "ForSequenceClassification": "sequence_classification",
    "ForTokenClassification": "token_classification",
    "ForQuestionAnswering": "question_answering",
    "ForMaskedLM": "fill_mask",
    "Model": "feature_extraction",
}


def is_folder(path: Path) -> bool:
    """Whether a path is a Hugging Face folder. One with a model of Paddle or ONNX alone is none."""
    return (path / "config.json").is_file() and any((path / name).is_file() for name in WEIGHTS)


def is_trained(path: Path) -> bool:
    """Whether a path is such a folder, or one of PyTorch's own files."""
    return is_folder(path) or (path.is_file() and path.suffix in (".pt", ".pt2"))


def config_of(folder: Path) -> dict[str, Any]:
    """Its config.json; {} where that can't be read."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return config if isinstance(config, dict) else {}


def kind_of(folder: Path) -> str:
    """What the architecture in a config.json is for. Raises EngineError for one of no kind."""
    path = folder / "config.json"
    try:
        (name,) = config_of(folder)["architectures"]
    except (ValueError, KeyError, TypeError) as error:
        raise EngineError(f"{path}: names no architecture; say kind=…") from error
    for end, kind in _BY_CLASS.items():
        if str(name).endswith(end):
            return kind
    raise EngineError(f"{path}: {name} is of no kind here ({', '.join(KINDS)}); say kind=…")


def loaded(folder: Path, kind: str, attention: str) -> Any:
    """The module, in float32 and in evaluation mode, of weights that are all the folder's.

    Nothing is fetched, and no code of the folder is run. Raises EngineError.
    """
    if not any((folder / name).is_file() for name in WEIGHTS):
        raise EngineError(f"{folder}: has neither {' nor '.join(WEIGHTS)}")
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


def outputs_of(done: Any, kind: str) -> dict[str, Any]:
    """What a module gave, by name, without what it hasn't got, such as a pooler's output."""
    found = {name: getattr(done, name, None) for name in KINDS[kind][1]}
    return {name: tensor for name, tensor in found.items() if tensor is not None}
