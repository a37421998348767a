"""Indices among equal scores may be others; indices of other scores may not."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from parity.compare.findings import NothingCompared
from parity.compare.verdict import Tally
from parity.engines import EngineInfo
from parity.errors import ModelError
from parity.inputs import Example
from parity.model.artifact import resolve
from parity.model.domains import signature
from parity.model.formats.read import graph_of
from parity.model.parts.tapped import tapped
from parity.model.rules.selection import behind, direct
from parity.verify.checks import ties as check
from parity.verify.comparer import Comparer
from parity.verify.doubt.question import Answer
from parity.verify.doubt.ties import Ties
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from parity.workers.worker import Worker
from tests.kinds import plant
from tests.kinds.test_kinds import lines, request

node = helper.make_node


def index_output(
    model: onnx.ModelProto, name: str, *nodes: onnx.NodeProto, **constants: int
) -> None:
    """Put nodes behind an output, which they read as "was" and make as "now"."""
    for made in model.graph.node:
        plant.renamed(made.output, name, "was")
        plant.renamed(made.input, name, "was")
    for key, value in constants.items():
        model.graph.initializer.append(numpy_helper.from_array(np.asarray(value), key))
    for made in nodes:
        plant.renamed(made.output, "now", name)
        model.graph.node.append(made)


def order_turned(model: onnx.ModelProto) -> None:
    """The order of all scores from the worst to the best."""
    index_output(
        model, model.graph.output[2].name,
        node("Shape", ["was"], ["shape"]), node("Gather", ["shape", "one"], ["length"]),
        node("Sub", ["length", "one"], ["last"]), node("Sub", ["last", "was"], ["now"]), one=1,
    )  # fmt: skip


def next_place(model: onnx.ModelProto) -> None:
    """The entry behind the best."""
    index_output(
        model, model.graph.output[1].name,
        node("Shape", ["was"], ["shape"]), node("Add", ["was", "one"], ["next"]),
        node("Shape", ["x"], ["of"]), node("Gather", ["of", "one"], ["length"]),
        node("Mod", ["next", "length"], ["now"]), one=1,
    )  # fmt: skip


def always_first(model: onnx.ModelProto) -> None:
    """The best class is the first."""
    index_output(model, model.graph.output[3].name, node("Mul", ["was", "zero"], ["now"]), zero=0)


def kept_anew(model: onnx.ModelProto) -> None:
    """What hangs on the selection is off by a thousandth."""
    name = model.graph.output[4].name
    index_output(model, name, node("Mul", ["was", "more"], ["now"]))
    model.graph.initializer.append(numpy_helper.from_array(np.float32(1.001), "more"))


def test_ties_are_no_findings_and_are_counted(kinds: Path) -> None:
    folder = kinds / "pir" / "select"
    result = verify(request(folder / "inference.json", folder / "model.onnx", max_length=9))
    assert result.passed, lines(result)
    assert any("entries are others, among scores" in note for note in result.notes)


@pytest.mark.parametrize("fault", [order_turned, next_place, always_first, kept_anew])
def test_another_index_is_a_finding(kinds: Path, tmp_path: Path, fault: plant.Fault) -> None:
    healthy = kinds / "pir" / "select" / "model.onnx"
    broken = plant.planted(healthy, fault, tmp_path)
    result = verify(request(healthy, broken, max_length=9))
    assert not result.passed
    assert "ValuesDiffer" in {type(f).__name__ for f in result.verdict.findings}


def test_rows_left_out_on_most_feeds_are_a_finding(kinds: Path) -> None:
    model = kinds / "pir" / "select" / "model.onnx"
    asked = request(model, model)
    ties = Ties(asked.reference, asked.tolerance, {})
    tally = Tally(examples=9)
    ran = SimpleNamespace(
        sides=SimpleNamespace(arbiter=SimpleNamespace(ties=ties)),
        search=SimpleNamespace(found=SimpleNamespace(tally=tally)),
    )
    ties.feeds["kept"] = 3
    assert not check.after(ran).findings  # type: ignore[arg-type]
    ties.feeds["kept"] = 4
    (finding,) = check.after(ran).findings  # type: ignore[arg-type]
    assert isinstance(finding, NothingCompared)


def test_rows_that_hang_on_a_tie_are_left_out(kinds: Path) -> None:
    """Those of the same selection, and only where the two sides chose otherwise, or might."""
    model = kinds / "pir" / "select" / "model.onnx"
    names = [spec.name for spec in graph_of(model).outputs]
    asked = request(model, model)
    with_ties = np.zeros((2, 5, 8), np.float32)
    with_ties[1] = np.random.default_rng(0).uniform(-3, 3, (5, 8))
    worker = Worker("ort", asked.reference.model, {}, open_timeout_s=60, run_timeout_s=60)
    ties = Ties(asked.reference, asked.tolerance, {"open_timeout_s": 60, "run_timeout_s": 60})
    with worker:
        worker.start()
        worker.ready()
        feed = {"x": with_ties}
        result = worker.run(feed).result
        assert isinstance(result, dict)
        expected = {name: np.array(array) for name, array in result.items()}
    comparer = Comparer(asked, signature(asked.reference.model), {name: name for name in names})
    try:
        for row, left in ((0, 0), (1, 1)):
            actual = {name: array.copy() for name, array in expected.items()}
            actual[names[4]][row] += 1
            numbers = comparer.numbers(Example(feed, ""), expected, actual)
            question = comparer.question(Example(feed, ""), expected, actual, numbers, {})
            answer = ties.answer(question, Answer(expected, numbers))
            assert len(answer.comparison.findings) == left, row
        assert ties.feeds == {names[4]: 1}
    finally:
        ties.close()


@pytest.mark.parametrize("name", ["inference.json", "model.onnx"])
def test_what_selects_is_read_from_the_graph(kinds: Path, tmp_path: Path, name: str) -> None:
    graph = graph_of(kinds / "pir" / "select" / name)
    found = direct(graph)
    assert list(found) == [spec.name for spec in graph.outputs[1:4]]
    place, order, best = found.values()
    assert (place.axis, place.count, best.count) == (1, 3, 1)
    assert place.scores == order.scores
    assert behind(graph, graph.outputs[4].name) == (place,)


@pytest.mark.parametrize(
    ("form", "name"),
    [("pir", "inference.json"), ("pir", "model.onnx"), ("pdmodel", "inference.pdmodel")],
)
def test_an_inner_tensor_is_an_output_of_a_copy(
    kinds: Path, tmp_path: Path, form: str, name: str
) -> None:
    model = resolve(kinds / form / "rate" / name)
    graph = graph_of(model.program)
    inner = next(n.outputs[0] for n in graph.nodes if n.op == "matmul")
    copy, (made,) = tapped(model, [inner], tmp_path)
    assert [spec.name for spec in graph_of(copy.program).outputs] == [graph.outputs[0].name, made]
    feed = {"wave": np.ones((2, 64), np.float32), "sr": np.array([16000])}
    with Worker(model.engine, copy, {}, open_timeout_s=60, run_timeout_s=60) as worker:
        worker.start()
        assert isinstance(worker.ready(), EngineInfo)
        result = worker.run(feed).result
        assert isinstance(result, dict)
        assert result[made].shape == (2, 4)
        assert np.abs(result[made]).max() > 0
    with pytest.raises(ModelError, match='no tensor "nothing"'):
        tapped(model, ["nothing"], tmp_path)


def threshold(*, strict: bool = True, above: float = 0.0, turned: bool = False) -> onnx.ModelProto:
    """Whether the sum of a row is above a number; turned: the sum goes the other way round."""
    order = np.arange(6)[::-1] if turned else np.arange(6)
    nodes = [
        node("Gather", ["x", "order"], ["t"], axis=1),
        node("MatMul", ["t", "w"], ["s"]),
        node("Greater" if strict else "GreaterOrEqual", ["s", "above"], ["y"]),
        node("Greater", ["x", "zero"], ["positive"]),
    ]
    w = np.array([1.1, 1.3, 1.7, 1.7, 1.3, 1.1], np.float32)
    stored = {"order": order, "w": w, "above": np.float32(above), "zero": np.float32(0)}
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", 1, ["n", 6])],
        [helper.make_tensor_value_info(n, onnx.TensorProto.BOOL, None) for n in ("y", "positive")],
        [numpy_helper.from_array(np.asarray(a), n) for n, a in stored.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def verified(folder: Path, candidate: onnx.ModelProto) -> Result:
    def side(name: str, proto: onnx.ModelProto) -> Side:
        onnx.save(proto, folder / f"{name}.onnx")
        return Side(resolve(folder / f"{name}.onnx"), "ort")

    reference = side("reference", threshold())
    return verify(Request(reference, side("candidate", candidate), effort=Effort(10, shrink_s=2)))


def test_a_threshold_that_rounding_settles_is_a_tie(tmp_path: Path) -> None:
    assert verified(tmp_path, threshold(turned=True)).passed


def test_another_threshold_is_none(tmp_path: Path) -> None:
    result = verified(tmp_path, threshold(above=2.0))
    assert {getattr(f, "output", "") for f in result.verdict.findings} == {"y"}


def test_what_is_compared_exactly_has_no_ties(tmp_path: Path) -> None:
    candidate = threshold()
    candidate.graph.node[3].op_type = "GreaterOrEqual"
    result = verified(tmp_path, candidate)
    assert {getattr(f, "output", "") for f in result.verdict.findings} == {"positive"}
