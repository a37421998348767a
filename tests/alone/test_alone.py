"""One model against itself, with real engines: a healthy one holds, a planted fault is told."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from parity.alone.held import Held
from parity.cli.main import parity
from parity.errors import EngineError, UsageError
from parity.inputs import Example
from tests.exports import encoders
from tests.exports.conftest import cache as cache
from tests.exports.conftest import shared_cache as shared_cache

Document = dict[str, Any]


def command(*arguments: str) -> int:
    with parity.make_context("parity", list(arguments)) as context:
        return int(parity.invoke(context))


def asked(folder: Path, model: onnx.ModelProto, *more: str) -> tuple[int, Document]:
    path, out = folder / "model.onnx", folder / "out.json"
    onnx.save(model, path)
    code = command("check", "--self", str(path), "--max-length", "12", "--json", str(out), *more)
    return code, json.loads(out.read_text())


def broken(document: Document) -> set[str]:
    return {f.get("invariant", f["kind"]) for f in document["findings"]}


def holds(document: Document) -> Mapping[str, bool]:
    return {one["name"]: one["holds"] for one in document["invariants"]}


def inserted(nodes: list[onnx.NodeProto], constants: Mapping[str, Any]) -> onnx.ModelProto:
    """The encoder, with nodes between its states "bent" and what follows, which reads "other"."""
    model = encoders.encoder()
    for node in model.graph.node:
        node.input[:] = ["other" if name == "bent" else name for name in node.input]
    at = next(i for i, n in enumerate(model.graph.node) if "bent" in n.output) + 1
    every = [*model.graph.node[:at], *nodes, *model.graph.node[at:]]
    del model.graph.node[:]
    model.graph.node.extend(every)
    model.graph.initializer.extend(
        numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()
    )
    return model


node = helper.make_node


def test_a_healthy_model_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, document = asked(tmp_path, encoders.encoder())
    assert (code, document["passed"], document["findings"]) == (0, True, [])
    names = ("repeat", "process", "threads", "row", "order", "padding")
    assert holds(document) == dict.fromkeys(names, True)
    assert all(one["elements"] > 50 and one["feeds"] > 3 for one in document["invariants"])
    assert "a repeated run is the same" in capsys.readouterr().out


def test_random_numbers_are_no_repetition(tmp_path: Path) -> None:
    model = inserted(
        [node("RandomNormalLike", ["bent"], ["noise"], scale=0.01),
         node("Add", ["bent", "noise"], ["other"])], {},
    )  # fmt: skip
    code, document = asked(tmp_path, model)
    assert code == 1
    assert {"repeat", "process"} <= broken(document)
    worst = next(f for f in document["findings"] if f["invariant"] == "repeat")
    assert worst["max_abs"] > worst["allowed"] > 0
    assert worst["output"] == "logits"


def test_the_mean_of_a_batch_makes_rows_depend(tmp_path: Path) -> None:
    model = inserted(
        [node("ReduceMean", ["bent"], ["mean"], axes=[0], keepdims=1),
         node("Sub", ["bent", "mean"], ["other"])], {},
    )  # fmt: skip
    _, document = asked(tmp_path, model)
    assert broken(document) == {"row"}


def test_sums_over_earlier_rows_depend_on_their_order(tmp_path: Path) -> None:
    model = inserted(
        [node("CumSum", ["bent", "axis"], ["sum"]), node("Mul", ["sum", "tenth"], ["small"]),
         node("Add", ["bent", "small"], ["other"])],
        {"axis": np.int64(0), "tenth": np.float32(0.1)},
    )  # fmt: skip
    _, document = asked(tmp_path, model)
    assert broken(document) == {"row", "order"}


def test_a_sum_over_padding_is_told(tmp_path: Path) -> None:
    model = inserted(
        [node("ReduceMean", ["bent"], ["mean"], axes=[1], keepdims=1),
         node("Add", ["bent", "mean"], ["other"])], {},
    )  # fmt: skip
    _, document = asked(tmp_path, model)
    assert broken(document) == {"padding"}


@pytest.mark.parametrize(
    ("fault", "found"), [("flicker", {"repeat"}), ("remember", {"repeat", "process"})]
)
def test_an_engine_that_answers_otherwise(tmp_path: Path, fault: str, found: set[str]) -> None:
    more = ["--candidate-engine", "fake"]
    for option in ("of=ort", f"fault={fault}"):
        more += ["--candidate-option", option]
    code, document = asked(tmp_path, encoders.encoder(), *more)
    assert code == 1
    assert found & broken(document), broken(document)


def test_an_engine_whose_threads_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process with one thread is another model: what a kernel would do, planted in between."""
    from parity.alone import subject
    from parity.verify.reference import worker_of as usual

    plain = tmp_path / "plain.onnx"
    onnx.save(encoders.encoder(), plain)
    other = encoders.encoder()
    tags = next(t for t in other.graph.initializer if t.name == "tags")
    tags.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tags) * np.float32(1.01), "tags"))
    onnx.save(other, tmp_path / "other.onnx")

    def planted(side: Any, threads: int, timeouts: Any) -> Any:
        worker = usual(side, threads, timeouts)
        if worker.options["threads"] == 1:
            worker.model = type(worker.model)("onnx", tmp_path / "other.onnx")
        return worker

    monkeypatch.setattr(subject, "worker_of", planted)
    _, document = asked(tmp_path, encoders.encoder())
    assert broken(document) == {"threads"}


@pytest.mark.usefixtures("cache")
def test_dynamic_int8_depends_on_its_batch_by_design(tmp_path: Path) -> None:
    from parity.exports.derive import derive
    from parity.model.artifact import resolve

    source = encoders.save(encoders.encoder(), tmp_path / "source.onnx")
    made = derive(resolve(source), opset=13, precision="int8")
    code, document = asked(tmp_path, onnx.load(made.path))
    assert (code, document["findings"]) == (0, [])
    skipped = {one["name"]: one["skipped"] for one in document["invariants"] if one["skipped"]}
    assert set(skipped) == {"row", "padding"}
    (row,) = (one for one in document["invariants"] if one["name"] == "row")
    assert row["moved"] > 1e-3  # measured, and said
    assert not row["holds"]
    assert "by design" in skipped["row"]


def test_what_can_not_be_asked_is_one_line(tmp_path: Path) -> None:
    onnx.save(encoders.encoder(), tmp_path / "model.onnx")
    path = str(tmp_path / "model.onnx")
    with pytest.raises(UsageError, match="one model at a time"):
        command("check", "--self", path, path)
    with pytest.raises(UsageError, match="leave out --reference"):
        command("check", "--self", path, "--reference", path)
    more = ["--candidate-engine", "fake", "--candidate-option", "fault=raise"]
    with pytest.raises(EngineError, match="fails on all"):
        command("check", "--self", path, "--max-length", "6", *more)


def test_an_invariant_that_compared_nothing_does_not_hold() -> None:
    held = Held("repeat").and_also(Example({}, "empty"), {}, {})
    assert held.elements == 0
    gone = Held("repeat").and_also(Example({}, "gone"), {"y": np.ones(2, np.float32)}, {})
    assert "no such answer any more" in str(gone.findings["y"])
    nan = np.full(2, np.nan, np.float32)
    spoilt = Held("repeat").and_also(Example({}, "nan"), {"y": np.ones(2, np.float32)}, {"y": nan})
    assert spoilt.findings
