"""``parity.export``, ``inspect``, ``explain``, ``load_case``, ``check_case``, ``matrix``."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

import parity
from parity.errors import CaseError, ModelError, UsageError

CASE = """\
summary = "a case"
precisions = ["fp32"]
[reference]
path = "model.json"
[candidate]
path = "model.onnx"
[inputs.few]
max_batch = 1
max_length = 4
examples = 1
"""


@pytest.fixture
def case(work: Path) -> Path:
    """A case in golden/tiny, of the small model and the file that was exported from it."""
    folder = work / "golden" / "tiny"
    folder.mkdir(parents=True)
    for name in ("model.json", "model.pdiparams", "model.onnx"):
        shutil.copy(work / name, folder)
    (folder / "case.toml").write_text(CASE)
    return folder


def spoil(path: Path) -> str:
    """Change one weight of an ONNX file; its name."""
    model = onnx.load(path)
    holders = {t.name: t for t in model.graph.initializer}
    holders |= {n.output[0]: n.attribute[0].t for n in model.graph.node if n.op_type == "Constant"}
    name, tensor = max(
        ((n, t) for n, t in holders.items() if t.data_type == onnx.TensorProto.FLOAT),
        key=lambda named: np.prod(named[1].dims),
    )
    changed = numpy_helper.to_array(tensor) * np.float32(1.5)
    tensor.CopyFrom(numpy_helper.from_array(changed, tensor.name))
    onnx.save(model, path)
    return str(name)


def test_inspect_is_what_the_command_writes(work: Path) -> None:
    found = parity.inspect("model")
    assert found.artifact.format == "pir"
    assert [spec.name for spec in found.inputs] == ["input_ids"]
    assert found.notation[0].startswith("input_ids: int64[")
    assert found.beside == (Path("model.onnx"),)
    done = subprocess.run(
        [sys.executable, "-m", "parity", "inspect", "model", "--json", "-"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == found.to_json()
    with pytest.raises(ModelError):
        parity.inspect("gone")


def test_what_inspect_prints_is_what_check_takes(work: Path) -> None:
    (said,) = parity.inspect("model").notation
    options: Any = {
        "max_examples": 1,
        "max_batch": 1,
        "max_length": 4,
        "shrink_budget_s": 0.5,
        "explain_budget_s": 0,
    }
    result = parity.check("model.onnx", "reference.onnx", inputs=said, **options)
    assert result
    assert result.to_dict()["inputs"][0]["said"]


def test_export_says_what_came_out(work: Path) -> None:
    """The Paddle model of the folder, whatever ONNX files lie in it."""
    (work / "model.onnx").write_bytes(b"stale")
    (work / "reference.onnx").unlink()
    made = parity.export(work, out="new/made.onnx", opset=14, once=True)
    assert made.path == Path("new/made.onnx")
    assert (made.source.format, made.opset, made.opset_changed) == ("pir", 14, False)
    assert made.to_dict()["sha256"] == made.sha256
    assert json.loads(made.to_json())["file"] == "new/made.onnx"
    found = parity.inspect(made.path)
    assert found.facts
    assert repr(found).startswith("<parity.Inspected new/made.onnx: input_ids")
    assert found.notation[0] in found._repr_html_()
    assert repr(made) == "<parity.Exported new/made.onnx: opset 14, fp32>"
    assert "effective_opset: 14" in made._repr_html_()
    with pytest.raises(UsageError, match="ends in"):
        parity.export(work, out="made.txt")
    Path("new/mine.onnx").write_bytes(b"mine")
    with pytest.raises(UsageError, match="--force"):
        parity.export(work, out="new/mine.onnx")
    assert Path("new/mine.onnx").read_bytes() == b"mine"


def test_explain_names_the_weight(work: Path) -> None:
    spoil(work / "model.onnx")
    feed = {"input_ids": np.array([[1, 2, 3]], np.int64)}
    found = parity.explain("model.onnx", feed=feed, explain_budget_s=30)
    assert found.blamed
    assert found.stage == "weights"
    assert found.weights
    assert found.to_dict()["feed"] == {"input_ids": [1, 3]}
    assert found.summary in str(found).replace("\n", " ")
    assert "<pre>" in found._repr_html_()


def test_explain_takes_one_feed(work: Path) -> None:
    Path("feeds").mkdir()
    for number in (1, 2):
        np.savez(f"feeds/{number}.npz", input_ids=np.ones((1, number), np.int64))
    with pytest.raises(parity.ParityError, match="2 feeds; --feed takes one"):
        parity.explain("model.onnx", feed="feeds")


def test_load_case(case: Path) -> None:
    found = parity.load_case("tiny")
    assert found.folder.resolve() == parity.load_case(case).folder
    assert found.summary == "a case"
    with pytest.raises(CaseError, match='no case "tinny"; did you mean "tiny"'):
        parity.load_case("tinny")


@pytest.mark.slow  # the commands' own tests go through the same functions
def test_a_matrix_that_passes_and_a_case_that_does_not(case: Path) -> None:
    found = parity.matrix(parity.load_case("tiny"), opsets=[13, 14])
    assert found
    assert [r.status for r in found.results] == ["passed"]
    assert found.to_dict()["passed"] is True
    assert "| tiny" in found.to_markdown()
    found.raise_for_findings()
    spoil(case / "model.onnx")
    bad = parity.check_case("tiny", explain_budget_s=0, shrink_budget_s=1, database="examples")
    assert not bad
    assert bad.code == 1
    assert [r.status for r in bad.bad] == ["failed"]
    assert bad.to_dict()["verdict"] == "differs"
    with pytest.raises(parity.DiffersError, match=r"tiny\[file-fp32-few\]: failed: "):
        bad.raise_for_findings()
    assert "tiny[file-fp32-few]" in bad._repr_html_()
    assert "<th>verdict</th>" in bad._repr_html_()


def test_what_cannot_run_is_no_pass(case: Path) -> None:
    shutil.move(case / "model.json", case / "gone.json")
    broken = parity.matrix("tiny", opsets="13")
    assert not broken
    with pytest.raises(AssertionError):
        broken.raise_for_findings()
    with pytest.raises(CaseError, match="no precision int8"):
        parity.matrix("tiny", precisions=["int8"])
    with pytest.raises(UsageError, match="opsets"):
        parity.matrix("tiny", opsets="99")
