"""Export a Hugging Face folder by PyTorch: three files, checked as a family."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parity import files
from parity.api.asked import environment
from parity.api.exporting import check_out
from parity.api.family.checking import FamilyChecked, check_family
from parity.api.options import AnyPath, Options, Scalar
from parity.compare.tolerance import DEFAULTS
from parity.errors import ExportError
from parity.exports import _candidates, _finish
from parity.exports import torch as by_torch
from parity.exports._by import By, exporter
from parity.exports.pytorch import child, siblings
from parity.exports.torch import Family, Made
from parity.family.run import Stepped
from parity.inputs import find_tokenizer
from parity.model.hashes import sha256
from parity.model.trained import is_folder
from parity.processes.interpreter import packages


@dataclass(frozen=True)
class FamilyExported:
    """family: the three files. checked: as a family. seconds: of all of it."""

    folder: Path
    family: Family
    checked: FamilyChecked
    seconds: float

    @property
    def path(self) -> Path:
        """The first file."""
        return self.family.members[0].path

    @property
    def opset_changed(self) -> bool:
        """Whether another opset came out than was asked for."""
        return self.family.requested_opset not in (None, self.family.effective_opset)

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of ``parity export --exporter torch --json``."""
        made = self.family
        return {
            **self.checked.to_dict(),
            "files": [
                {"file": str(m.path), "bytes": m.path.stat().st_size, "sha256": sha256(m.path),
                 "made": m.said} for m in made.members
            ],
            "requested_opset": made.requested_opset,
            "effective_opset": made.effective_opset,
            "opset_changed": self.opset_changed,
            "inputs": list(made.inputs),
            "versions": dict(made.versions),
            "seconds": self.seconds,
        }  # fmt: skip

    def to_json(self) -> str:
        """The same, as text."""
        from parity.report.document import dumps

        return dumps(self.to_dict())


def export_family(
    folder: AnyPath,
    *,
    env: AnyPath | None = None,
    opset: int | None = None,
    out: AnyPath | None = None,
    force: bool = False,
    options: Mapping[str, Scalar] | None = None,
    quantized_rtol: float | None = None,
    max_examples: int = 20,
    say: Callable[[str], None] = lambda line: None,
    each: Callable[[Stepped], None] = lambda row: None,
) -> FamilyExported:
    """Export a Hugging Face folder by torch, optimise and quantise it, and check all three.

    env: a venv, or a python, with torch, transformers, onnx and onnxruntime; torch runs there as
    the reference, too. opset: None is what torch takes by itself. out: of the first file, after
    which the others are named; None keeps them in the cache. options: of the exporter.
    quantized_rtol: of the INT8 file, over the largest magnitude; None is INT8's default.
    max_examples: generated, for each step, on top of the boundary feeds. say, each: hear what goes
    on, and each step.

    Raises ParityError, one line: UsageError, ExportError where there are no files, OutputError.
    """
    began = time.monotonic()
    place = Path(folder)
    targets = () if out is None else by_torch.names(Path(out))
    for target in targets:
        check_out(target, force=force)
    by = By("torch", dict(options or {}), None if env is None else environment(env))
    exporter(by)
    made = _made(place, opset, by, say)
    if targets:
        for member, target in zip(made.members, targets, strict=True):
            files.write(target, member.path.read_bytes())
        moved = tuple(Made(t, m.said) for t, m in zip(targets, made.members, strict=True))
        made = Family(moved, made.requested_opset, made.effective_opset, made.inputs,
                      made.versions, made.seconds)  # fmt: skip
    told: Options = {
        "reference_env": env,
        "reference_options": {k: v for k, v in by.options.items() if k in ("kind", "attention")},
        "inputs": made.inputs,
        "max_examples": max_examples,
        "explain_budget_s": 0,
        "shrink_budget_s": 10.0,
    }
    if quantized_rtol is not None:
        told["precision"] = "int8"
        told["tolerance"] = replace(DEFAULTS["int8"], rtol=quantized_rtol)
    if find_tokenizer(place) is not None:
        told["tokenizer"] = place
    checked = check_family(made.members[0].path, place, each=each, **told)
    return FamilyExported(place, made, checked, round(time.monotonic() - began, 2))


def _made(folder: Path, opset: int | None, by: By, say: Callable[[str], None]) -> Family:
    """The three files in the cache: those kept if they are whole, else made anew."""
    if not is_folder(folder):  # says so
        return by_torch.family(folder, folder / "model.onnx", by=by)
    decided_by = {
        "exporter": "torch",
        "options": json.dumps(dict(by.options), sort_keys=True),
        "opset": str(opset),
        **{p.name: sha256(p) for p in sorted(folder.iterdir()) if p.name in _DECIDE},
        "source": _candidates.sources(*(m.__file__ for m in (_finish, child, siblings))),
        **_packages(by),
    }

    def make(target: Path) -> str:
        say(f"exporting {folder} by torch, then optimising and quantising it")
        made = by_torch.family(folder, target, opset=opset, by=by)
        return json.dumps({
            "said": [m.said for m in made.members],
            "sha256": [sha256(m.path) for m in made.members],
            "opset": made.effective_opset, "inputs": list(made.inputs),
            "versions": dict(made.versions), "seconds": made.seconds,
        })  # fmt: skip

    kept = _candidates.take("torch-family", decided_by, make)
    told = json.loads(kept.coverage)
    paths = by_torch.names(kept.path)
    if [sha256(p) if p.is_file() else "" for p in paths] != told["sha256"]:
        raise ExportError(f"{kept.path.parent}: a file of it was changed or removed; delete it")
    return Family(
        tuple(Made(p, said) for p, said in zip(paths, told["said"], strict=True)), opset,
        told["opset"], tuple(told["inputs"]), told["versions"], told["seconds"],
    )  # fmt: skip


_DECIDE = ("config.json", "model.safetensors", "pytorch_model.bin")


def _packages(by: By) -> dict[str, str]:
    names = ("torch", "transformers", "onnx", "onnxscript", "onnxruntime")
    if by.interpreter is None:
        return _candidates.installs(*names)
    return {"environment": str(by.interpreter.python), **packages(by.interpreter, *names)}
