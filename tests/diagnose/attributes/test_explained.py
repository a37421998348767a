"""A failing check says which attribute is to blame, after the weights."""

import json
from pathlib import Path

import onnx
import pytest

from parity.diagnose import explain as module
from parity.diagnose.explain import explain
from parity.model.artifact import resolve
from parity.report import bundle, document
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from tests.diagnose.attributes.conftest import Folder
from tests.diagnose.attributes.faults import Fault, attribute


def run(folder: Path, fault: Fault, into: Path) -> Result:
    proto = onnx.load(folder / "model.onnx")
    fault(proto)
    onnx.save(proto, into / "faulty.onnx")
    reference = Side(resolve(folder, want="paddle"), "paddle")
    candidate = Side(resolve(into / "faulty.onnx"), "ort")
    effort = Effort(1, shrink_s=1)
    return verify(Request(reference, candidate, effort=effort, max_batch=2, max_length=8))


@pytest.mark.slow
def test_an_attribute_is_the_cause(model: Folder, tmp_path: Path) -> None:
    result = run(model("speech"), attribute("GRU.0", "linear_before_reset", 0), tmp_path)
    assert not result.passed
    found = explain(result)
    assert found is not None
    assert (found.stage, found.weights) == ("attributes", ())
    assert found.summary.startswith(
        'blamed: the attributes. GRU "GRU.0": linear_before_reset 0, the reference\'s pd_op.rnn '
        "takes 1. The "
    )
    told = document.document(result, found)["explanation"]
    assert told["stage"] == "attributes"
    assert told["culprits"] == [
        {
            "node": "GRU.0",
            "op_type": "GRU",
            "outputs": ["GRU.1", "GRU.2"],
            "reference_op": "pd_op.rnn",
            "own": None,
            "inherited": None,
            "rounding": None,
            "evidence": "linear_before_reset 0, the reference's pd_op.rnn takes 1",
        }
    ]
    bundle.write(tmp_path / "bundle", result, found)
    kept = json.loads((tmp_path / "bundle" / "report.json").read_text("utf-8"))
    assert kept["explanation"]["culprits"][0]["node"] == "GRU.0"


@pytest.mark.slow
def test_where_neither_is_to_blame_both_are_said_behind_the_op_that_is(
    model: Folder, tmp_path: Path
) -> None:
    def without_normalising(proto: onnx.ModelProto) -> None:
        """Another op in an op's place is nothing of its attributes."""
        next(n for n in proto.graph.node if n.op_type == "Sqrt").op_type = "Exp"

    found = explain(run(model("speech"), without_normalising, tmp_path))
    assert found is not None
    assert found.stage == "exporter"
    assert [c.reference_op for c in found.culprits] == ["pd_op.layer_norm"]
    assert found.summary.startswith("blamed: ")
    assert "The weights are not to blame" in found.summary
    assert "The attributes are not to blame: all " in found.summary


@pytest.mark.slow
def test_attributes_that_cant_be_read_cost_nothing_else(
    model: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("odd")

    monkeypatch.setattr(module, "attributes", fail)
    fault = attribute("GRU.0", "linear_before_reset", 0)
    found = explain(run(model("speech"), fault, tmp_path))
    assert found is not None
    assert found.stage == "exporter"
    assert "The weights are not to blame" in found.summary
    assert "The attributes could not be compared: ZeroDivisionError: odd" in found.summary
