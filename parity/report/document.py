"""A result as one JSON document. docs/json.md says what it holds, schemas/check.json how.

Keys are added, never renamed; ``schema`` counts up when a meaning changes.
"""

import dataclasses
import json
import math
import signal
from typing import Any, Literal

from parity.compare.findings import Finding, kind
from parity.compare.values import COUNTED, Measured
from parity.compare.warned import Warned
from parity.diagnose.explain import Explanation
from parity.engines import EngineInfo
from parity.model.describe import fields
from parity.model.notation.printed import printed
from parity.model.spec import TensorSpec
from parity.report.marks import MADE_BY
from parity.report.values import drawn
from parity.report.values.arrays import figures, is_large
from parity.settings import held
from parity.shown import json_text, shown
from parity.signals import signal_name
from parity.verify import again
from parity.verify.request import Side
from parity.verify.result import Minimal, Result
from parity.written.culprit import Culprit
from parity.written.said import WeightSaid

SCHEMA = 1

Json = Any  # what json.dumps takes


def head(schema: int = SCHEMA) -> dict[str, Json]:
    """The first keys of every document, by which parity knows its own file again."""
    return {"schema": schema, "made_by": MADE_BY}


def document(
    result: Result, explanation: Explanation | None = None, *, feed: str | None = None
) -> dict[str, Json]:
    """The document for a verdict that was reached, and why it is so.

    feed: file with the smallest failing feed, from the document's folder; None where it isn't kept.
    """
    verdict = result.verdict
    request = result.request
    worst = verdict.worst[0] if verdict.worst else None
    return {
        **head(),
        "verdict": verdict_of(result),
        "passed": result.passed,
        "partial": result.partial,
        **({"error": told} if (told := early(result)) else {}),
        "examples": verdict.examples,
        "boundary": result.boundary,
        "refused": result.refused,
        "feeds": result.feeds,
        "elements": verdict.elements,
        "non_finite": verdict.matched,
        "answers": verdict.answers,
        "ties": verdict.ties,
        "second_opinions": result.second,
        "rounding": result.rounding,
        "worst": None
        if worst is None
        else {
            "output": worst.output,
            "max_abs": worst.max_abs,
            "max_rel": worst.max_rel,
        },
        "outputs": [
            {
                "compared": verdict.compared[m.output, m.region],
                "worst": measured(m),
                **drawn.of_output(result, m),
                "rounding": _rounding(result, m),
                "power": _power(result, m),
                "oracle": dataclasses.asdict(off)
                if m.region == "all" and (off := result.oracle.get(m.output))
                else None,
            }
            for m in verdict.worst
        ],
        "findings": [document_of(f) for f in verdict.findings],
        "progress": drawn.progress(result),
        "warnings": [document_of(w) for w in result.warnings],
        "minimal": _minimal(result.minimal, feed, drawn.of_minimal(result)),
        "explanation": None if explanation is None else explanation_of(explanation),
        "tolerance": {"precision": request.precision, **dataclasses.asdict(request.tolerance)},
        "effort": dataclasses.asdict(request.effort),
        "command": again.words(request),
        "reference": _side(request.reference, result.engines.get("reference")),
        "candidate": _side(request.candidate, result.engines.get("candidate")),
        "inputs": [_input(result, s) for s in result.signature.inputs],
        **({"store": dataclasses.asdict(s)} if (s := result.from_store) is not None else {}),
        "notes": list(result.notes),
        "settings": settings(),
        "environment": dataclasses.asdict(result.environment),
        "seconds": {name: round(value, 4) for name, value in result.seconds.items()},
    }


def settings() -> list[dict[str, Json]]:
    """What the command took from a project's file."""
    return [dataclasses.asdict(setting) for setting in held()]


def explanation_of(explanation: Explanation) -> dict[str, Json]:
    """Who is to blame, with what each rung said."""
    return {
        "stage": explanation.stage,
        "summary": explanation.summary,
        "weights": [weight(w) for w in explanation.weights],
        "culprits": [culprit(c) for c in explanation.culprits],
        "worst": [culprit(c) for c in explanation.worst],
        "aligned": {"tensors": explanation.aligned, "of": explanation.of},
        "strip": [dataclasses.asdict(n) for n in explanation.strip],
        "rungs": [dataclasses.asdict(r) for r in explanation.rungs],
        "seconds": explanation.seconds,
    }


def culprit(op: Culprit) -> dict[str, Json]:
    """An op, and what it adds to the difference. Infinity where it fails."""
    return {
        "node": op.node,
        "op_type": op.op_type,
        "outputs": list(op.outputs),
        "reference_op": op.reference_op,
        "own": op.own,
        "inherited": op.inherited,
        "rounding": op.rounding,
        "evidence": op.evidence,
    }


def weight(said: WeightSaid) -> dict[str, Json]:
    """What became of one weight."""
    return {
        "name": said.name,
        "reference": said.reference,
        "kind": said.kind,
        "elements": said.elements,
        "of": said.of,
        "max_abs": said.max_abs,
        "index": list(said.index),
        "expected": said.expected,
        "actual": said.actual,
        "message": str(said),
    }


def _input(result: Result, spec: TensorSpec) -> dict[str, Json]:
    said = spec.name in result.signature.said
    return {**fields(spec), "notation": printed(spec), "said": said}


def early(result: Result) -> str:
    """That and when a run was ended; "" for one that came to its end."""
    if result.ended_by is None:
        return ""
    by = "interrupted" if result.ended_by == signal.SIGINT else signal_name(result.ended_by)
    return f"{by} after {result.verdict.examples} examples: what was found so far, no verdict"


def verdict_of(result: Result) -> Literal["parity", "differs", "error"]:
    """In one word; "error" is a run that was ended before it had found anything."""
    if result.passed:
        return "parity"
    return "error" if result.partial and not result.verdict.findings else "differs"


def failure(message: str, *, partial: bool = False) -> dict[str, Json]:
    """The document for a run that reached no verdict. partial: since it was ended early."""
    return {
        **head(),
        "verdict": "error",
        "passed": False,
        "partial": partial,
        "examples": 0,
        "elements": 0,
        "worst": None,
        "findings": [],
        "minimal": None,
        "error": message,
    }


def dumps(value: dict[str, Json]) -> str:
    """JSON text. NaN and infinity, which JSON has no numbers for, become strings."""
    text = json.dumps(finite(value), ensure_ascii=False, indent=2, allow_nan=False)
    return json_text(text) + "\n"


def document_of(finding: Finding | Warned) -> dict[str, Json]:
    """A finding or warning: its fields as they are, and a line for a person."""
    return {"kind": kind(finding), "message": shown(finding), **dataclasses.asdict(finding)}


def measured(m: Measured) -> dict[str, Json]:
    """What one feed showed; how its differences are spread is told of all feeds together."""
    return {f.name: getattr(m, f.name) for f in dataclasses.fields(m) if f.name != "octaves"}


def _minimal(
    minimal: Minimal | None, feed: str | None = None, more: dict[str, Json] | None = None
) -> dict[str, Json] | None:
    if minimal is None:
        return None
    example = minimal.example
    return {
        "label": example.label,
        "text": list(example.texts) if example.texts is not None else None,
        "lengths": list(example.lengths) if example.lengths is not None else None,
        "feed": {
            name: {
                "dtype": str(array.dtype),
                "shape": list(array.shape),
                # Ids tell a reader something; pictures don't, and are in the bundle.
                "values": None if is_large(array) else array.tolist(),
                **((figures(array) or {}) if is_large(array) else {}),
            }
            for name, array in example.feed.items()
        },
        "file": feed,
        "findings": [document_of(f) for f in minimal.findings],
        "reproduced": minimal.reproduced,
        "tried": minimal.tried,
        **(more or {}),
    }


def _rounding(result: Result, m: Measured) -> dict[str, Json] | None:
    """How far rounding alone moves an output, and how far the candidate was off there."""
    measured = result.noise.get(m.output)
    if measured is None or not measured.rounding or m.region not in COUNTED:
        return None
    return {
        "noise": measured.rounding,
        "max_abs": measured.max_abs,
        "ratio": measured.max_abs / measured.rounding,
    }


def _power(result: Result, m: Measured) -> dict[str, Json] | None:
    """How far the reference varies over the feeds, at least, beside what is allowed."""
    seen = result.power.get(m.output)
    if seen is None or m.region not in COUNTED:
        return None
    return {"spread": seen.spread, "magnitude": seen.magnitude, "allowed": seen.allowed}


def _side(side: Side, info: EngineInfo | None) -> dict[str, Json]:
    return {
        "model": str(side.model.program),
        "files": [str(path) for path in side.model.files],
        "format": side.model.format,
        "engine": side.engine,
        "version": info.version if info else None,
        "options": dict(info.effective) if info else dict(side.options),
    }


def finite(value: Json) -> Json:
    """A value in what JSON has: NaN and infinity as strings, every sequence as a list."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value
