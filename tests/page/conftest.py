"""Documents of real runs of small models, made once a session."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from parity.page.made import page
from parity.page.node import Node
from parity.page.render import html
from parity.report.document import document, dumps, failure
from parity.verify.request import Effort
from parity.verify.run import verify
from tests.once import once
from tests.verify.conftest import Bench, bench, tagger

Document = dict[str, Any]

__all__ = ["bench"]


def rendered(made: Document, **more: Any) -> str:
    """The page of a document."""
    return html(page(Node(made), **more))


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Document]:
    """One that passes, one that differs, one that could not run, several of them, an accuracy."""
    folder = once(tmp_path_factory, "pages", _make)
    return {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}


def _make(folder: Path) -> None:
    (folder / "models").mkdir()
    bench = Bench(folder / "models")
    effort = Effort(5, shrink_s=5)
    good = document(verify(bench.request(bench.save("near", _near()), effort=effort)))
    broken = bench.save("broken", tagger(broken_id=37))
    bad = document(verify(bench.request(broken, effort=effort)))
    none = failure("model.onnx: no such file")
    cells = [_cell(7, good, "passed"), _cell(13, bad, "failed"), _cell(16, None, "error")]
    made = {
        "good": good,
        "bad": bad,
        "error": none,
        "cells": _cells(cells, passed=False),
        "green": _cells([_cell(7, good, "passed"), _cell(13, good, "passed")], passed=True),
        "models": {
            **none, "error": None, "verdict": "differs", "passed_over": [],
            "models": [{"name": "a", **good}, {"name": "b", **bad}],
        },
        "accuracy": ACCURACY,
        "bench": BENCH,
        "speed": SPEED,
    }  # fmt: skip
    for name, one in made.items():
        (folder / f"{name}.json").write_text(dumps(one))


def _near() -> onnx.ModelProto:
    """The tagger with weights that rounding has moved: not equal, and at parity."""
    model = tagger()
    (linear,) = (t for t in model.graph.initializer if t.name == "linear")
    moved = np.nextafter(numpy_helper.to_array(linear), np.float32(np.inf))
    linear.CopyFrom(numpy_helper.from_array(moved, "linear"))
    return model


def _cell(opset: int, result: Document | None, status: str) -> Document:
    return {
        "cell": f"tiny[opset{opset}-fp32-ids]", "case": "tiny", "requested_opset": opset,
        "effective_opset": opset, "precision": "fp32", "inputs": "ids", "ir_version": 8,
        "nodes": 7, "coverage": "", "status": status,
        "reason": "" if status == "passed" else "it is so", "same_as": None, "warnings": [],
        "seconds": 1.25, "result": result,
    }  # fmt: skip


def _cells(cells: list[Document], *, passed: bool) -> Document:
    return {
        "schema": 1, "made_by": "parity 0.1.0", "passed": passed, "partial": False,
        "totals": f"{len(cells)} cells", "cells": cells,
    }  # fmt: skip


ACCURACY: Document = {
    "schema": 1, "made_by": "parity 0.1.0", "verdict": "differs", "passed": False,
    "judged": ["tiny int8 ort"],
    "data": {"file": "dev.txt", "format": "classes", "rows": 128, "left_out": 2,
             "bad": [{"file": "dev.txt", "line": 3, "why": "no tab"}]},
    "systems": [
        {"case": "tiny", "role": "reference", "engine": "paddle", "precision": "fp32",
         "failed": None, "figures": {"accuracy": 57.4219, "F1": 50.0}, "change": {},
         "flips": None, "answers": 128, "seconds": 1.5},
        {"case": "tiny", "role": "candidate", "engine": "ort", "precision": "int8",
         "failed": None, "figures": {"accuracy": 55.1, "F1": 49.996},
         "change": {"accuracy": -2.3219, "F1": -0.004},
         "flips": {"total": 12, "lost": 10, "won": 1, "other": 1, "p": 0.0117},
         "answers": 128, "seconds": 0.7},
        {"case": "tiny", "role": "candidate", "engine": "ort", "precision": "fp16",
         "failed": "it died", "figures": {}, "change": {}, "flips": None, "answers": 0,
         "seconds": 0.1},
    ],
    "findings": [{"kind": "AccuracyDropped", "message": "tiny int8 ort: dropped", "system":
                  "tiny int8 ort", "figure": "accuracy", "expected": 57.4219, "actual": 55.1,
                  "allowed": 1.0, "p": 0.0117}],
}  # fmt: skip

SPEED: Document = {
    "schema": 1, "made_by": "parity 0.1.0", "name": "tiny", "passed": True, "verdict": "measured",
    "threads": 2, "effort": {"warmup": 20, "rounds": 5}, "machine": {"cpu": "some", "cores": 2},
    "noisy": ["int8 ort at batch 1, length 16: 12%"], "judged": "batch 1, length 16",
    "limited": ["int8 ort"], "left_out": ["openvino isn't installed"], "findings": [],
    "columns": [
        {"name": name, "role": role, "engine": "ort", "version": "1.32.0", "effective": {},
         "precision": name[:4], "coverage": "", "file": "m.onnx", "bytes": 4345219,
         "load_s": 0.10775, "peak_bytes": 77393920, "failed": None,
         "timings": [{"batch": batch, "length": 16, "speedup": speedup, "latency_ms": 0.36712,
                      "qps": 2723.94 * batch, "p50_ms": 0.28514, "p95_ms": 0.448, "p99_ms": 2.539,
                      "first_s": 0.001539, "second_s": 0.000865, "runs": 694,
                      "rounds_s": [0.3, 0.31], "spread": 0.33} for batch in (1, 32)]}
        for name, role, speedup in (("fp32 ort", "reference", None), ("int8 ort", "candidate", 1.7))
    ],
}  # fmt: skip

BENCH: Document = {
    "schema": 1, "made_by": "parity 0.1.0", "machine": {"cpu": "some", "cores": 2},
    "threads": 2,
    "table": [
        {"engine": "ort", "precision": "fp32", "latency_ms": 12.25, "qps": 81.6, "spread": 0.03},
        {"engine": "ort", "precision": "int8", "latency_ms": 4.5, "qps": 222.2, "spread": None,
         "quantiles": {"p50": 4.4, "p99": 7.1}},
    ],
}  # fmt: skip
"""A document that no page was made for."""
