"""The process that holds PyTorch: ``python -m parity.exports.pytorch.child REQUEST.json``.

It runs in another environment, which has torch, transformers, onnx and onnxruntime, of whatever
versions. Writes three ONNX files and a result that the request names; exits 1 with the reason in
the result where there is none to be had.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from parity.errors import ParityError
from parity.exports import _finish
from parity.exports._finish import RefusedError
from parity.exports.pytorch import siblings
from parity.model.trained import config_of, kind_of, loaded, outputs_of

_BATCH, _LENGTH = 2, 8
"""Of the example that is traced: two sizes, so that none is taken for the other."""

_ORDER = ("input_ids", "attention_mask", "token_type_ids")

_PACKAGES = ("torch", "transformers", "onnx", "onnxscript", "onnxruntime", "numpy")


def main(request: Path) -> int:
    asked = json.loads(request.read_text("utf-8"))
    result = Path(asked["result"])
    try:
        told = made(asked)
    except ImportError as missing:
        told = {"error": f"can't be imported: {missing}", "missing": True}
    except (RefusedError, ParityError) as refused:
        told = {"error": str(refused)}
    result.write_text(json.dumps(told), "utf-8")
    return 1 if "error" in told else 0


def made(asked: dict[str, Any]) -> dict[str, Any]:
    """All three files; what is told of them. Raises RefusedError, ParityError, ImportError."""
    import onnx
    import onnxruntime  # noqa: F401  its absence is told before the minute that an export takes

    folder, options = Path(asked["folder"]), asked["options"]
    first, second, third = map(Path, asked["files"])
    kind = options.get("kind") or kind_of(folder)
    facts = {**asked["facts"], **{f"{name}.version": v for name, v in versions().items()}}
    tracer = traced(folder, kind, options, asked["opset"], first)
    sizes = [_stamped(onnx.load(first), first, {**facts, "exporter": f"torch, {tracer}"})]
    chosen = options.get("optimizer")
    said = [f"{tracer}, {kind}", siblings.optimised(first, second, config_of(folder), chosen)]
    sizes.append(_stamped(onnx.load(second), second, facts, foreign=True))
    said.append(siblings.quantised(second, third, per_channel=options.get("per_channel", True)))
    sizes.append(_stamped(onnx.load(third), third, facts, foreign=True))
    return {
        "said": said, "bytes": sizes, "opset": _finish.effective_opset(onnx.load(first)),
        "inputs": inputs_said(first, config_of(folder)), "versions": versions(),
    }  # fmt: skip


def traced(
    folder: Path, kind: str, options: Mapping[str, Any], opset: int | None, file: Path
) -> str:
    """Export the module; by which tracer. Raises RefusedError with torch's own words."""
    import torch

    module = loaded(folder, kind, options.get("attention") or "eager")
    names = input_names(module, config_of(folder))
    example = {name: torch.ones((_BATCH, _LENGTH), dtype=torch.int64) for name in names}
    if "attention_mask" in example:
        example["attention_mask"][0, _LENGTH // 2 :] = 0
    with torch.no_grad():
        outputs = [*outputs_of(module(**example), kind)]
    if not outputs:
        raise RefusedError(f"gives no output of {kind}")

    class Wrapped(torch.nn.Module):  # type: ignore[misc, unused-ignore]
        """Tensors in, tensors out, in order."""

        def __init__(self) -> None:
            super().__init__()
            self.module = module

        def forward(self, *given: Any) -> Any:
            done = self.module(**dict(zip(names, given)))  # noqa: B905  Python 3.9
            return tuple(outputs_of(done, kind).values())

    tracer, words = _words(options, names, outputs, kind)
    if opset is not None:
        words["opset_version"] = opset
    try:
        torch.onnx.export(Wrapped().eval(), tuple(example.values()), str(file), **words)
    except Exception as error:  # its exceptions have no common base
        raise RefusedError(f"failed by {tracer}: {_line(error)}") from error
    if not file.is_file():
        raise RefusedError(f"wrote nothing by {tracer}")
    return tracer


def _words(
    options: Mapping[str, Any], names: list[str], outputs: list[str], kind: str
) -> tuple[str, dict[str, Any]]:
    """The tracer, and what torch is asked for. Raises RefusedError."""
    import torch

    known = inspect.signature(torch.onnx.export).parameters
    usual = "dynamo" in known and known["dynamo"].default
    tracer = str(options.get("tracer") or ("dynamo" if usual else "script"))
    words: dict[str, Any] = {"input_names": names, "output_names": outputs}
    if "dynamo" in known:
        words["dynamo"] = tracer == "dynamo"
    elif tracer == "dynamo":
        raise RefusedError(f"{torch.__version__} has no tracer dynamo")
    if tracer == "dynamo":
        batch, sequence = (torch.export.Dim(name) for name in ("batch", "sequence"))
        shapes = tuple({0: batch, 1: sequence} for _ in names)
        return tracer, {**words, "external_data": False, "dynamic_shapes": (shapes,)}
    rows = {0: "batch"}
    of = {n: {**rows, 1: "sequence"} if _is_long(n, kind) else rows for n in outputs}
    of.update({n: {**rows, 1: "sequence"} for n in names})
    return tracer, {**words, "dynamic_axes": of}


def input_names(module: Any, config: Mapping[str, Any]) -> list[str]:
    """What a tokenizer of such a model gives, of what the module takes, in its order."""
    takes = inspect.signature(module.forward).parameters
    segments = int(config.get("type_vocab_size") or 0) > 1
    return [n for n in takes if n in _ORDER and (n != "token_type_ids" or segments)]


def inputs_said(file: Path, config: Mapping[str, Any]) -> list[str]:
    """What each input takes, in parity's notation: a configuration knows it, a graph shows less."""
    import onnx

    held = {i.name for i in onnx.load(file, load_external_data=False).graph.input}
    longest = int(config.get("max_position_embeddings") or 0)
    pad = config.get("pad_token_id")
    if str(config.get("model_type")) in ("roberta", "xlm-roberta", "camembert", "longformer"):
        longest -= int(pad or 0) + 1  # their positions begin behind the pad's
    ids = f"ids of {config['vocab_size']}" + (f" pad {pad}" if pad is not None else "")
    said = {
        "input_ids": ids + (f" at most {longest}" if longest > 0 else ""),
        "attention_mask": "mask of input_ids",
        "token_type_ids": f"segments of {config.get('type_vocab_size')}",
    }
    return [f"{name}: {text}" for name, text in said.items() if name in held]


def versions() -> dict[str, str]:
    """Of the packages that have a part in it."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def _stamped(model: Any, path: Path, facts: dict[str, str], *, foreign: bool = False) -> int:
    """Stamp and check a file. foreign: it has operators that ONNX's checker doesn't know."""
    import onnx

    _finish.stamp(model, facts)
    if not foreign:
        return _finish.save(model, path)
    onnx.save(model, str(path))
    return path.stat().st_size


def _is_long(name: str, kind: str) -> bool:
    return name != "pooler_output" and kind != "sequence_classification"


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:500]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
