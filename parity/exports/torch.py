"""PyTorch's own exporter, of a Hugging Face folder, in an environment of its own.

It makes three files, as transformers' converter with ``--quantize`` did: the model, the same
optimised, and that quantised. They go by the name of the first: ``model.onnx``,
``model-optimized.onnx``, ``model-optimized-quantized.onnx``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parity import temporary
from parity.errors import ExportError, UsageError
from parity.exports import Export
from parity.exports._by import By
from parity.model.artifact import Artifact
from parity.model.hashes import sha256
from parity.model.opset import REQUESTED
from parity.model.trained import ATTENTIONS, KINDS, WEIGHTS, is_folder
from parity.processes.run import run_module
from parity.version import __version__

FORMATS = ()
"""Of Paddle's, none."""

OPTIONS = {
    "kind": "sequence_classification, token_classification, question_answering, "
    "feature_extraction or fill_mask (default: by the architecture in config.json)",
    "attention": "eager (default) or sdpa",
    "tracer": "dynamo or script (default: what torch takes there)",
    "optimizer": "transformers or onnxruntime (default: the former where it imports and knows "
    "the model's type)",
    "per_channel": "quantise with a scale for each column (default true; false as transformers' "
    "converter did)",
}

CHOICES = {
    "kind": tuple(KINDS),
    "attention": ATTENTIONS,
    "tracer": ("dynamo", "script"),
    "optimizer": ("transformers", "onnxruntime"),
    "per_channel": (True, False),
}

TIMEOUT_S = 1800.0  # BERT base takes a minute and a half on two cores


@dataclass(frozen=True)
class Made:
    """One of the three. said: how it came to be, for people."""

    path: Path
    said: str


@dataclass(frozen=True)
class Family:
    """The three files, in the order in which each was made of the one before.

    requested_opset: None where torch's own was taken. inputs: what they take, in the notation of
    ``--input``. versions: of what made them.
    """

    members: tuple[Made, ...]
    requested_opset: int | None
    effective_opset: int
    inputs: tuple[str, ...]
    versions: Mapping[str, str]
    seconds: float


def names(file: Path) -> tuple[Path, Path, Path]:
    """The paths of the three, by that of the first."""
    end = file.suffix
    optimised = file.with_name(f"{file.stem}-optimized{end}")
    return file, optimised, optimised.with_name(f"{optimised.stem}-quantized{end}")


def export(
    model: Artifact, target: Path, *, opset: int, timeout_s: float = TIMEOUT_S, by: By | None = None
) -> Export:
    """Raises UsageError: it reads no model of Paddle's."""
    raise UsageError(
        f"{model.program}: is {model.format}; torch exports Hugging Face folders "
        "(parity export FOLDER --exporter torch --env ENV)"
    )


def installs(by: By) -> Mapping[str, str]:
    """Nothing: no candidate of a Paddle model is made by it."""
    return {}


def family(
    folder: Path, file: Path, *, opset: int | None = None, timeout_s: float = TIMEOUT_S,
    by: By | None = None,
) -> Family:  # fmt: skip
    """Export a folder to the three files, of which ``file`` is the first.

    Each is parsed, checked and stamped, and whether the quantiser did what it should have is
    counted. Raises UsageError for what is no such folder, or an option that makes no sense, and
    ExportError, naming the cause; the three are then as they were before.
    """
    by = by or By("torch")
    if not is_folder(folder):
        raise UsageError(
            f"{folder}: is no Hugging Face folder (config.json with {' or '.join(WEIGHTS)}), "
            "which torch exports"
        )
    for name, value in by.options.items():
        if value not in CHOICES[name]:
            known = ", ".join(str(c).lower() for c in CHOICES[name])
            raise UsageError(f'{name} "{value}" is none of {known}')
    targets = names(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with temporary.folder(file.parent) as scratch:
            made = names(scratch / "model.onnx")
            told = _run(folder, made, opset, timeout_s, by, scratch)
            for one, target in zip(made, targets, strict=True):
                one.replace(target)
    except OSError as error:
        raise ExportError(f"{file}: can't be written: {error.strerror or error}") from error
    return Family(
        tuple(Made(t, said) for t, said in zip(targets, told["said"], strict=True)),
        opset, told["opset"], tuple(told["inputs"]), told["versions"],
        told["seconds"],
    )  # fmt: skip


def _run(
    folder: Path, made: tuple[Path, ...], opset: int | None, timeout_s: float, by: By, scratch: Path
) -> dict[str, Any]:
    request, answer = scratch / "request.json", scratch / "result.json"
    weights = next(folder / name for name in WEIGHTS if (folder / name).is_file())
    asked = {
        "folder": str(folder.absolute()),
        "files": [str(path) for path in made],
        "opset": opset,
        "options": dict(by.options),
        "facts": {
            "parity.version": __version__,
            "parity.exporter": "torch",
            **({REQUESTED: str(opset)} if opset else {}),
            "parity.program_sha256": sha256(folder / "config.json"),
            "parity.parameters_sha256": sha256(weights),
        },
        "result": str(answer),
    }
    request.write_text(json.dumps(asked), "utf-8")
    ended = run_module(
        "parity.exports.pytorch.child", [str(request)], timeout_s=timeout_s, scratch=scratch,
        interpreter=by.interpreter,
    )  # fmt: skip
    try:
        told = json.loads(answer.read_text("utf-8"))
    except (OSError, ValueError):  # a process that dies writing its result has none
        told = {}
    there = f" in {by.interpreter.path}" if by.interpreter else ""
    if "error" in told:
        hint = "; name one that has it with --env" if told.get("missing") else ""
        raise ExportError(f"{folder}: torch{there} {told['error']}{hint}")
    if not ended.well or not told:
        raise ExportError(f"{folder}: torch{there} {ended.why(timeout_s)}")
    for path, size in zip(made, told["bytes"], strict=True):
        if not path.is_file() or not 0 < path.stat().st_size == size:
            raise ExportError(f"{folder}: torch{there} left an incomplete {path.name}")
    return {**told, "seconds": round(ended.seconds, 2)}
