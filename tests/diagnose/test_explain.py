"""A failing check says which weight is to blame, or that none is; it never fails for that."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from rich.console import Console

from parity.compare.findings import OutputMissing, ValuesDiffer
from parity.compare.verdict import Verdict
from parity.diagnose import explain as module
from parity.diagnose.explain import Explanation, explain
from parity.diagnose.ladder.rung import Climbed
from parity.diagnose.rung import Asked, Said
from parity.diagnose.rungs import fault
from parity.errors import ModelError
from parity.model.artifact import resolve
from parity.report import bundle, document, terminal
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from parity.written.culprit import Culprit
from parity.written.stretch import Stretch
from tests.diagnose.conftest import Bed, Folder, Plant
from tests.diagnose.test_weights import swap

Run = Callable[[Plant], Result]


@pytest.fixture
def run(folder: Folder, planted: Callable[[str, Plant], Path]) -> Run:
    def made(plant: Plant) -> Result:
        reference = Side(resolve(folder("tagger"), want="paddle"), "paddle")
        candidate = Side(resolve(planted("tagger", plant)), "ort")
        return verify(
            Request(reference, candidate, effort=Effort(1, shrink_s=1), max_batch=1, max_length=8)
        )

    return made


def healthy(bed: Bed) -> None:
    """Nothing planted."""


def doubled(bed: Bed) -> None:
    """The last addition adds its bias twice: a fault of the graph, not of a weight."""
    last = [n for n in bed.model.graph.node if n.op_type == "Add"][-1]
    twice = type(last)()
    twice.CopyFrom(last)
    bias = next(i for i in last.input if i.startswith("linear"))
    twice.name, last.output[0] = "twice", "once"
    twice.input[:] = ["once", bias]
    bed.model.graph.node.insert(list(bed.model.graph.node).index(last) + 1, twice)


@pytest.mark.slow
def test_a_swapped_weight_is_the_cause(run: Run, tmp_path: Path) -> None:
    result = run(swap("lstm_cell_0.w_0", "lstm_cell_1.w_0"))
    assert not result.passed
    found = explain(result)
    assert found is not None
    assert found.stage == "weights"
    assert {w.name for w in found.weights} == {"lstm_cell_0.w_0", "lstm_cell_1.w_0"}
    assert "holds what the reference has in `lstm_cell_" in found.summary
    told = document.document(result, found)["explanation"]
    assert (told["stage"], told["summary"]) == ("weights", found.summary)
    first = told["weights"][0]
    assert first["kind"] == "swapped"
    assert first["elements"] == 64 * 16
    assert first["max_abs"] > 0
    console = Console(width=100, record=True, file=io.StringIO())
    terminal.show(result, console, explanation=found)
    lines = console.export_text().splitlines()
    heads = [line.split()[0] for line in lines if line.strip()]
    said = heads.index("cause")
    assert heads[said : said + 4] == ["cause", "next", "graph", "smallest"]
    bundle.write(tmp_path / "bundle", result, found)
    kept = json.loads((tmp_path / "bundle" / "report.json").read_text("utf-8"))
    assert kept["explanation"]["summary"] == found.summary


def node(bed: Bed, *, op: str) -> int:
    return max(at for at, n in enumerate(bed.model.graph.node) if n.op_type == op)


def fails(bed: Bed) -> None:
    """An addition of three rows of zeros, before the last product: it fits rows of one or three."""
    at = node(bed, op="MatMul")
    last, zeros = bed.model.graph.node[at], np.zeros((1, 3, 1), np.float32)
    bed.model.graph.initializer.append(numpy_helper.from_array(zeros, "zeros"))
    added = helper.make_node("Add", [last.input[0], "zeros"], ["added"], name="odd")
    last.input[0] = "added"
    bed.model.graph.node.insert(at, added)


def opens_not(bed: Bed) -> None:
    """The same, with a width that fits no row."""
    fails(bed)
    zeros = np.zeros((1, 3, 5), np.float32)
    (kept,) = [t for t in bed.model.graph.initializer if t.name == "zeros"]
    kept.CopyFrom(numpy_helper.from_array(zeros, "zeros"))


def no_kernel(bed: Bed) -> None:
    """What ONNX allows, and the runtime has no kernel of."""
    graph, name = bed.model.graph, bed.model.graph.output[0].name
    (made,) = [n for n in graph.node if name in n.output]
    made.output[0] = "whole"
    graph.node.extend([
        helper.make_node("Cast", ["whole"], ["wide"], to=TensorProto.DOUBLE),
        helper.make_node("Asinh", ["wide"], ["other"], name="odd"),
        helper.make_node("Cast", ["other"], [name], to=TensorProto.FLOAT),
    ])  # fmt: skip


def invalid(bed: Bed) -> None:
    """An op in a type that ONNX doesn't allow."""
    graph = bed.model.graph
    graph.initializer.append(numpy_helper.from_array(np.ones((1, 2, 1), np.int16), "ones"))
    graph.node.append(helper.make_node("CumSum", ["ones", "last"], ["unread"], name="odd"))
    graph.initializer.append(numpy_helper.from_array(np.array(1), "last"))


def narrower(bed: Bed) -> None:
    """The output without its last class."""
    graph = bed.model.graph
    name = graph.output[0].name
    (made,) = [n for n in graph.node if name in n.output]
    made.output[0] = "whole"
    for kept, value in (("from", 0), ("to", -1), ("along", -1)):
        graph.initializer.append(numpy_helper.from_array(np.array([value]), kept))
    graph.node.append(helper.make_node("Slice", ["whole", "from", "to", "along"], [name]))


@pytest.mark.parametrize(
    ("plant", "stage", "op_type", "of"),
    [
        pytest.param(fails, "exporter", "MatMul", "pd_op.matmul", marks=pytest.mark.slow),
        (opens_not, "exporter", "Add", "pd_op.matmul"),
        (invalid, "exporter", "CumSum", ""),
        (no_kernel, "kernel", "Asinh", ""),
        pytest.param(narrower, "exporter", "Add", "pd_op.add", marks=pytest.mark.slow),
    ],
)
def test_what_fails_or_has_another_shape_is_explained(
    run: Run, plant: Plant, stage: str, op_type: str, of: str
) -> None:
    result = run(plant)
    found = explain(result)
    assert found is not None
    (culprit, *_) = found.culprits
    assert (found.stage, culprit.op_type, culprit.reference_op) == (stage, op_type, of)
    assert found.summary.startswith(f"blamed: the {stage}.")
    assert "The weights are not to blame" in found.summary


@pytest.mark.slow
def test_a_fault_of_the_graph_is_not_laid_on_the_weights(run: Run, tmp_path: Path) -> None:
    result = run(doubled)
    assert any(isinstance(f, ValuesDiffer) for f in result.verdict.findings), (
        result.verdict.findings
    )
    found = explain(result)
    assert found is not None
    assert (found.stage, found.weights) == ("exporter", ())
    assert found.summary.startswith("blamed: the exporter. Float64 sides with ONNX Runtime")
    names = [r.name for r in found.rungs]
    assert names[:3] == ["weights", "attributes", "ops"]
    assert names[3:] == ["reference", "optimiser", "elsewhere", "float64", "second exporter"]
    assert "Add" in {c.op_type for c in found.culprits}
    told = document.document(result, found)["explanation"]
    assert [r["name"] for r in told["rungs"] if r["ran"]][3:5] == ["optimiser", "float64"]
    assert "not to blame: all 11 are equal" in found.summary
    x = np.ones((1, 2), np.float32)
    guilty = Stretch(_identity().SerializeToString(), {"x": x}, {"y": 2 * x}, ("n",), ())
    bundle.write(
        tmp_path / "bundle",
        result,
        replace(found, culprits=(replace(found.culprits[0], stretch=guilty),)),
    )
    assert (tmp_path / "bundle" / "stretch" / "test_data_set_0" / "output_0.pb").is_file()
    assert bundle.retire(tmp_path / "bundle") is not None  # it lists the folder as its own


def _identity() -> onnx.ModelProto:
    node = helper.make_node("Identity", ["x"], ["y"])
    values = [helper.make_tensor_value_info(name, 1, [1, 2]) for name in ("x", "y")]
    return helper.make_model(helper.make_graph([node], "one", values[:1], values[1:]))


def test_an_engine_that_dies_at_loading_lays_nothing_on_the_graph(
    folder: Folder, planted: Callable[[str, Plant], Path]
) -> None:
    options = {"fault": "exit", "when": "open"}
    reference = Side(resolve(folder("tagger"), want="paddle"), "paddle")
    candidate = Side(resolve(planted("tagger", healthy)), "fake", options)
    found = explain(verify(Request(reference, candidate, effort=Effort(1, shrink_s=1))))
    assert found is not None
    assert "weights are not to blame" in found.summary
    assert "difference" not in found.summary  # nothing was compared


@pytest.mark.slow
def test_an_interrupted_run_climbs_nothing(run: Run) -> None:
    found = explain(replace(run(doubled), ended_by=2))
    assert found is not None
    assert found.stage == "unknown"
    assert [r.name for r in found.rungs] == ["weights", "attributes"]


def test_what_passes_is_not_explained(run: Run) -> None:
    result = run(healthy)
    assert result.passed
    assert explain(result) is None
    assert document.document(result)["explanation"] is None


DIFFERS = ValuesDiffer("y", (0,), 1.0, 2.0, 1.0, 0.5, 1e-5, 0.5, 1, 2)


def failed(folder: Folder, candidate: Path, **changes: object) -> Result:
    """A result as of a run in which values differed."""
    asked = Request(
        Side(resolve(folder("tagger"), want="paddle"), "paddle"), Side(resolve(candidate), "ort")
    )
    verdict = Verdict(1, {("y", "all"): 2}, (), (DIFFERS,))
    made = Result(replace(asked, **changes), verdict, None, (), None)  # type: ignore[arg-type]
    assert not made.passed
    return made


def test_without_a_feed_lower_precisions_and_other_findings_are_not_explained(
    folder: Folder,
) -> None:
    file = folder("tagger") / "model.onnx"
    assert explain(failed(folder, file)) is not None
    assert explain(failed(folder, file, precision="fp16")) is None
    missing = replace(failed(folder, file), verdict=Verdict(1, {}, (), (OutputMissing("y"),)))
    assert explain(missing) is None


def test_a_rounding_is_the_cause_of_a_difference(
    folder: Folder, planted: Callable[[str, Plant], Path]
) -> None:
    def plant(bed: Bed) -> None:
        values = bed["linear_0.w_0"]
        bed["linear_0.w_0"] = values.astype(np.float16).astype(np.float32)

    found = explain(failed(folder, planted("tagger", plant)))
    assert found is not None
    assert found.stage == "weights"
    assert found.summary.startswith("blamed: the weights. `linear_0.w_0` is rounded to float16")


@pytest.mark.parametrize(
    "error", [ModelError("a.onnx: damaged"), ZeroDivisionError("odd"), MemoryError()]
)
def test_a_failure_to_explain_is_a_line(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(module, "compare", fail)
    found = explain(failed(folder, folder("tagger") / "model.onnx"))
    assert isinstance(found, Explanation)
    assert found.stage == "unknown"
    assert found.summary.startswith("the weights could not be compared: ")
    assert str(error) in found.summary


def test_a_file_that_is_gone_is_a_line(
    folder: Folder, planted: Callable[[str, Plant], Path]
) -> None:
    path = planted("tagger", healthy)
    result = failed(folder, path)
    path.unlink()
    found = explain(result)
    assert found is not None
    assert "could not be compared" in found.summary


@pytest.mark.parametrize(("ratio", "stage"), [(0.9, "rounding"), (12.0, "exporter")])
def test_float64_against_the_reference_is_rounding_where_every_op_is_right(
    monkeypatch: pytest.MonkeyPatch, ratio: float, stage: str
) -> None:
    """One of the two would be wrong: an exporter to blame, and no op that it wrote."""
    most = Culprit("mean", "ReduceMean", ("m",), "pd_op.mean", "", ratio, 0.0, 1.0)
    ops = Said("ops", "no op is to blame", "rounding", worst=(most,), aligned=22, of=22)
    climbed = Climbed("exporter", "blamed: the exporter. Float64 sides with ONNX Runtime.")
    monkeypatch.setattr(fault, "up", lambda *_: climbed)
    anything: Any = object()
    asked = Asked(anything, None, failed=anything, earlier=(ops,))
    said = fault.by_ladder(asked)
    assert said is not None
    assert said.stage == stage
    assert ("exporter" in said.sentence) == (stage == "exporter")
    partly = replace(asked, earlier=(replace(ops, aligned=21),))
    again = fault.by_ladder(partly)
    assert again is not None
    assert again.stage == "exporter"
