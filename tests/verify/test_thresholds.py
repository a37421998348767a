"""Floats that a graph holds against a number are fed around it, far from the guessed range too."""

from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.model.artifact import resolve
from parity.model.domains import signature
from parity.model.notation.applied import told
from parity.verify.feeds.suspects import suspects
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from tests.diagnose.ladder.small import FLOAT, model
from tests.verify.conftest import Bench

N = helper.make_node


def buckets(
    *, bounds: tuple[float, ...] = (18.0, 40.0, 65.0), strict: bool = False,
    most: float = 200.0, last: float = 4.0,
) -> onnx.ModelProto:  # fmt: skip
    """Ages into buckets, with a value each; and an amount of money up to a most."""
    nodes = [
        N("Unsqueeze", ["age", "axis"], ["u"]),
        N("Greater" if strict else "GreaterOrEqual", ["u", "bounds"], ["above"]),
        N("Cast", ["above"], ["ones"], to=TensorProto.INT64),
        N("ReduceSum", ["ones", "axis"], ["bucket"], keepdims=0),
        N("Gather", ["values", "bucket"], ["of_age"]),
        N("Clip", ["amount", "zero", "most"], ["limited"]),
        N("Div", ["limited", "most"], ["share"]),
        N("Add", ["of_age", "share"], ["score"]),
    ]
    stored = {
        "axis": np.array([-1]),
        "bounds": np.asarray(bounds, np.float32),
        "values": np.array([1.0, 2.0, 3.0, last], np.float32),
        "zero": np.float32(0),
        "most": np.float32(most),
    }
    graph = helper.make_graph(
        nodes,
        "buckets",
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["n"]) for n in ("age", "amount")],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["n"])],
        [numpy_helper.from_array(np.asarray(a), n) for n, a in stored.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 16)], ir_version=8)


def request(bench: Bench, candidate: onnx.ModelProto, *said: str) -> Request:
    candidate.producer_name = "an exporter"
    made = bench.request(bench.save("buckets", candidate), effort=Effort(5, shrink_s=5))
    reference = Side(resolve(bench.save("reference", buckets())), "ort")
    return replace(made, reference=reference, said=said)


def ran(bench: Bench, candidate: onnx.ModelProto, *said: str) -> Result:
    return verify(request(bench, candidate, *said))


@pytest.mark.parametrize(
    "said",
    [
        (),
        pytest.param(("age: in [0,110]",), marks=pytest.mark.slow),
        pytest.param(("age: whole in [0,110]",), marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize(
    "fault",
    [{"bounds": (18.0, 40.0, 66.0)}, {"strict": True}, {"last": 4.5}],
    ids=["another bound", "the bound itself", "the last bucket"],
)
def test_a_fault_at_a_bound(bench: Bench, said: tuple[str, ...], fault: dict[str, object]) -> None:
    result = ran(bench, buckets(**fault), *said)  # type: ignore[arg-type]
    assert not result.verdict.passed
    assert result.minimal is not None


def test_a_fault_at_a_limit(bench: Bench) -> None:
    result = ran(bench, buckets(most=100.0))
    assert not result.verdict.passed


def test_healthy_ones_are_at_parity_and_the_numbers_are_named(bench: Bench) -> None:
    result = ran(bench, buckets())
    assert result.verdict.passed
    assert "age: the graph holds it against 18, 40, 65; numbers around each are fed" in result.notes
    assert [n for n in result.notes if n.startswith("amount: the graph holds it against 0, 200")]


def test_what_a_person_said_bounds_what_is_fed(bench: Bench) -> None:
    asked = request(bench, buckets())
    found = told(signature(asked.reference.model), ["age: in [0,50]"])
    age = next(s for s in suspects(asked, found).signature.inputs if s.name == "age")
    points = getattr(age.domain, "points", ())
    assert {18.0, 40.0} < set(points)
    assert max(points) <= 50.0


def rates(*, asks: bool) -> onnx.ModelProto:
    """A mean over what is there: a missing rate counts as nothing."""
    nodes = [
        N("IsNaN", ["rates"], ["gone"]),
        N("Where", ["gone" if asks else "never", "zero", "rates"], ["known"]),
        N("ReduceMean", ["known"], ["score"], axes=[1], keepdims=0),
        N("Cast", ["gone"], ["flags"], to=TensorProto.FLOAT),
    ]
    stored = {"zero": np.float32(0), "never": np.zeros((1, 4), np.bool_)}
    return model(
        nodes, {"rates": (FLOAT, ["n", 4])},
        {"score": (FLOAT, ["n"]), "flags": (FLOAT, ["n", 4])}, stored, opset=16,
    )  # fmt: skip


@pytest.mark.parametrize("said", [(), ("rates: in [0,1]",)])
def test_a_number_that_is_missing_is_fed_where_the_graph_asks_for_it(
    bench: Bench, said: tuple[str, ...]
) -> None:
    candidate = rates(asks=False)
    made = bench.request(bench.save("candidate", candidate), effort=Effort(5, shrink_s=5))
    reference = Side(resolve(bench.save("rates", rates(asks=True))), "ort")
    result = verify(replace(made, reference=reference, said=said))
    assert not result.verdict.passed
    assert result.minimal is not None
    assert np.isnan(result.minimal.feed["rates"]).sum() == 1
    assert any("asks whether it is NaN" in note for note in result.notes)
    healthy = verify(replace(made, candidate=replace(reference, options={"optimization": "basic"}),
                             reference=reference, said=said))  # fmt: skip
    assert healthy.verdict.passed, healthy.verdict.findings


def ago(*, most: float) -> onnx.ModelProto:
    """Seconds to a row of a table by their power of two, as recommenders have it."""
    nodes = [
        N("Min", ["seconds", "most"], ["within"]),
        N("Log", ["within"], ["log"]),
        N("Div", ["log", "two"], ["twos"]),
        N("Floor", ["twos"], ["whole"]),
        N("Clip", ["whole", "zero", "last"], ["row"]),
        N("Cast", ["row"], ["index"], to=TensorProto.INT64),
        N("Gather", ["table", "index"], ["score"]),
    ]
    table = np.random.default_rng(0).normal(size=20).astype(np.float32)
    stored = {"most": np.float32(most), "two": np.float32(np.log(2.0)), "zero": np.float32(0),
              "last": np.float32(19), "table": table}  # fmt: skip
    return model(nodes, {"seconds": (FLOAT, ["n"])}, {"score": (FLOAT, ["n"])}, stored, opset=16)


@pytest.mark.parametrize(("most", "passes"), [(5000.0, False), (1e30, True)])
def test_every_row_that_a_float_leads_to_is_read(bench: Bench, most: float, passes: bool) -> None:
    """Though a logarithm's input is guessed to be no more than 3."""
    candidate = ago(most=most)
    candidate.producer_name = "an exporter"
    made = bench.request(bench.save("candidate", candidate), effort=Effort(5, shrink_s=5))
    reference = Side(resolve(bench.save("ago", ago(most=1e30))), "ort")
    result = verify(replace(made, reference=reference))
    assert result.verdict.passed is passes, result.verdict.findings
    if not passes:
        assert result.minimal is not None
        assert result.minimal.feed["seconds"].max() >= 8192
