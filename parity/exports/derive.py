"""A candidate made from a reference: exported at an opset, then turned into a precision."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from parity import plugins, temporary
from parity.errors import ExportError, UsageError
from parity.exports import _candidates, _child, _finish, repeated
from parity.exports._by import By, exporter
from parity.exports._candidates import Candidate
from parity.exports._content import facts
from parity.exports.calibration import Calibration
from parity.model.artifact import Artifact
from parity.model.formats import onnx_walk, ops
from parity.model.hashes import sha256
from parity.model.precisions import CALIBRATED, COMPUTED
from parity.processes.run import run_module

VARIANTS = {"fp16": "fp16", "int8": "int8_dynamic", "int8-static": "int8_static"}
"""Precision to the variant that makes it; another name is taken for the variant's own."""

TIMEOUT_S = 900.0  # the largest model here, 20 layers of 1024, takes about two minutes

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Derived:
    """One candidate.

    path: the ONNX file. requested_opset, effective_opset: as asked, and read
    back. precision: "fp32", "fp16" or "int8". coverage: what the variant
    changed, for people ("25 of 33 MatMul quantised"); "" for fp32. ir_version,
    nodes: of the graph. content: hash of the graph and weights without names of
    producers and metadata: two candidates of one content compute the same.
    """

    path: Path
    requested_opset: int
    effective_opset: int
    precision: str
    coverage: str
    ir_version: int
    nodes: int
    content: str


def derive(
    reference: Artifact,
    *,
    opset: int,
    precision: str,
    progress: Progress | None = None,
    keep: Sequence[str] = (),
    once: bool = False,
    timeout_s: float = TIMEOUT_S,
    by: By | None = None,
    calibration: Calibration | None = None,
) -> Derived:
    """Make a candidate, or take it from the cache.

    reference: a Paddle model, exported per opset for all precisions; or an ONNX file, whose opset
    stays as it is. keep: names of nodes that stay in FP32. once: whether the export is taken
    without a second one that must be the same.
    timeout_s: for each process that it takes. by: the exporter, Paddle2ONNX if not said.
    calibration: feeds for a precision that needs some (``int8-static``).

    Raises UsageError for an opset or precision that doesn't exist, ModelError for
    files that can't be read, and ExportError, naming the cause, when the exporter
    fails or a variant lowered less than it should have.
    """
    say = progress or _silent
    keep = sorted(set(keep))
    base = _exported(reference, opset, say, by or By(), once=once, timeout_s=timeout_s)
    if precision == "fp32" or precision in COMPUTED:
        if keep:
            raise UsageError("nodes to keep in FP32: that is for FP16 and INT8")
        return _derived(base, opset, precision)
    if precision in CALIBRATED and calibration is None:
        raise UsageError(
            f"{precision} needs texts or feeds to be calibrated with: a case's golden or feeds, "
            "or `parity export` with --texts or --feeds"
        )
    feeds = calibration if precision in CALIBRATED else None
    name = VARIANTS.get(precision, precision)
    source = plugins.load("exports.variants", name).__file__
    packages = getattr(plugins.load("exports.variants", name), "PACKAGES", ())
    decided_by = {
        "from": base.sha256,
        "variant": name,
        "source": _candidates.sources(source, *_OWN),
        **({"keep": json.dumps(keep)} if keep else {}),
        **({"calibration": feeds.digest} if feeds else {}),
        **_candidates.installs("onnx", "onnxruntime", "numpy", "ml_dtypes", *packages),
    }

    def make(target: Path) -> str:
        say(f"making {name} of it{f', {len(keep)} nodes kept in FP32' if keep else ''}")
        return vary(
            reference.program, base.path, precision, target, keep=keep, timeout_s=timeout_s,
            calibration=feeds,
        )  # fmt: skip

    return _derived(_candidates.take(f"{name}-{base.opset}", decided_by, make), opset, precision)


def same(made: Derived, path: Path) -> bool:
    """Whether an ONNX file computes what a derived one does, by content. Raises ModelError."""
    return facts(path).content == made.content


def _exported(
    reference: Artifact, opset: int, say: Progress, by: By, *, once: bool, timeout_s: float
) -> Candidate:
    if reference.format == "onnx":
        own, path = facts(reference.program), reference.program
        digest = "-".join(reference.sha256.values())
        return Candidate(path, "", own.opset, own.ir_version, own.nodes, own.content, digest)
    module = exporter(by)
    told = {} if by.usual else {"exporter": by.name, "options": json.dumps(dict(by.options))}
    decided_by = {
        **told,
        "format": reference.format,
        "program": sha256(reference.program),
        "parameters": sha256(reference.parameters) if reference.parameters else "",
        "opset": str(opset),
        "exports": "one" if once else "two alike",
        "source": _candidates.sources(_child.__file__, _finish.__file__, module.__file__),
        **module.installs(by),
    }

    def make(target: Path) -> str:
        say(f"exporting at opset {opset}{'' if once else ', twice'}")
        export = module.export if once else repeated.export
        export(reference, target, opset=opset, timeout_s=timeout_s, by=by)
        return ""

    label = f"fp32-{opset}" if by.usual else f"{by.name}-fp32-{opset}"
    return _candidates.take(label, decided_by, make)


def vary(
    model: Path, source: Path, precision: str, target: Path, *,
    keep: Sequence[str] = (), timeout_s: float = TIMEOUT_S, calibration: Calibration | None = None,
) -> str:  # fmt: skip
    """Lower an ONNX file in a process of its own; its coverage.

    model: what it was made of, to be named in errors. target: where it goes, not into the cache.
    Raises ExportError, naming the cause.
    """
    name = VARIANTS.get(precision, precision)
    with temporary.folder(target.parent) as scratch:
        request, answer = scratch / "request.json", scratch / "result.json"
        made = scratch / "model.onnx"
        asked = {
            "source": str(source.absolute()),
            "variant": name,
            "keep": list(keep),
            "feeds": calibration.write(scratch) if calibration else [],
            "file": str(made),
            "result": str(answer),
        }
        request.write_text(json.dumps(asked), "utf-8")
        ended = run_module(
            "parity.exports._variant", [str(request)], timeout_s=timeout_s, scratch=scratch
        )
        try:
            result = json.loads(answer.read_text("utf-8"))
        except (OSError, ValueError):  # a process that dies writing its result has none
            result = {}
        where = f"{model}: its {name} variant"
        if "error" in result:
            raise ExportError(f"{where} {result['error']}")
        if not ended.well or not result:
            raise ExportError(f"{where}: the process that makes it {ended.why(timeout_s)}")
        if not made.is_file() or made.stat().st_size != result["bytes"]:
            raise ExportError(f"{where}: an incomplete file was left")
        made.replace(target)
    return str(result["coverage"])


def _derived(made: Candidate, opset: int, precision: str) -> Derived:
    return Derived(
        made.path,
        opset,
        made.opset,
        precision,
        made.coverage,
        made.ir_version,
        made.nodes,
        made.content,
    )


_FILES = ("_variant.py", "_graph.py", "_casts.py", "calibration.py")

_OWN = (
    *(str(Path(__file__).with_name(name)) for name in _FILES),
    *(str(module.__file__) for module in (onnx_walk, ops)),
)


def _silent(line: str) -> None:
    """No progress is wanted."""
