"""Models whose whole numbers are hard to come by: a healthy pair passes, a fault is found."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from parity.compare.findings import ValuesDiffer
from parity.errors import InputError
from parity.model.artifact import resolve
from parity.model.domains import signature
from parity.model.spec import AttentionMask, Columns, Indices, TensorSpec, TokenIds, Values
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from tests.kinds import plant
from tests.kinds.plant import Fault
from tests.marks import slowly

node = helper.make_node

NETS = (
    "tabular",
    "keras",
    "boxes",
    "one_hot",
    "speech",
    "choice",
    "seq2seq",
    "rate",
    "fields",
    "vad",
    "graph",
)

_COUNTED = plant.through(
    "src_pos",
    node("Shape", ["src_pos"], ["pos_shape"]),
    node("ConstantOfShape", ["pos_shape"], ["zeros"],
         value=helper.make_tensor("z", 7, [1], [1])),
    node("CumSum", ["zeros", "one_axis"], ["planted"], exclusive=1),
    constants={"one_axis": 1},
)  # fmt: skip
_PREFIX = plant.through(
    "src_mask",
    node("ReduceSum", ["src_mask", "axes"], ["count"], keepdims=1),
    node("Shape", ["src_mask"], ["mask_shape"]),
    node("ConstantOfShape", ["mask_shape"], ["ones"], value=helper.make_tensor("o", 1, [1], [1.0])),
    node("CumSum", ["ones", "axis"], ["place"], exclusive=1),
    node("Less", ["place", "count"], ["inside"]),
    node("Cast", ["inside"], ["planted"], to=1),
    constants={"axes": [1], "axis": 1},
)
_UNCLIPPED = plant.through("hour", node("Abs", ["hour"], ["planted"]))

FAULTS: dict[str, tuple[str, Fault]] = {
    "most shops are negated": ("tabular", plant.rows((300, 6), plant.negated)),
    "two shops are swapped": ("tabular", plant.rows((300, 6), plant.swapped)),
    "weekdays above 1 are 1": ("tabular", plant.clamped("weekday", 1)),
    "negative hours are not cut": ("tabular", _UNCLIPPED),
    "most words are negated": ("keras", plant.rows((400, 16), plant.negated)),
    "words above 1 are 1": ("keras", plant.clamped("words", 1.0)),
    "most tops are negated": ("boxes", plant.rows((101, 16), plant.negated)),
    "two heights are swapped": ("boxes", plant.rows((101, 16), plant.swapped, nth=1)),
    "sides above 1 are 1": ("boxes", plant.clamped("bbox", 1)),
    "ids above 1 are 1": ("one_hot", plant.clamped("ids", 1)),
    "most rows are negated": ("one_hot", plant.rows((300, 16), plant.negated)),
    "kinds above 1 are 1": ("one_hot", plant.clamped("kinds", 1)),
    "a text of 150 is wrong": ("speech", plant.at_length("text", 150, 150, axis=0)),
    "two words of a text are swapped": ("speech", plant.rows((200, 16), plant.swapped)),
    "two words of a choice are swapped": ("choice", plant.rows((300, 16), plant.swapped)),
    "choices are wrong at 100": ("choice", plant.at_length("input_ids", 100, 100, axis=2)),
    "positions are counted anew": ("seq2seq", _COUNTED),
    "the mask is taken for a count": ("seq2seq", _PREFIX),
    "two words of the second input are swapped": ("seq2seq", plant.rows((120, 16), plant.swapped)),
    "the slow branch is never taken": ("vad", plant.constant("rate", 16000)),
    "the fast branch is never taken": ("vad", plant.constant("rate", 8000)),
    "the state is lost": ("vad", plant.constant("state", np.float32(0))),
    "a second of sound is wrong": ("vad", plant.at_length("wave", 8000, 10**6)),
    "an id of the second field is off": ("fields", plant.rows((130, 6), plant.negated_row(105))),
    "places above 2 are 2": ("graph", plant.clamped("edges", 2)),
    "all edges begin at the first node": ("graph", plant.constant("edges", 0)),
    "a rate of 16001 is fast, too": ("rate", plant.clamped("sr", [16000])),
}  # fmt: skip


def request(reference: Path, candidate: Path, **options: object) -> Request:
    given: dict[str, object] = {"effort": Effort(5, shrink_s=5), **options}
    engine = "ort" if reference.suffix == ".onnx" else "paddle"
    return Request(
        Side(resolve(reference), engine),
        Side(resolve(candidate), "ort"),
        **given,  # type: ignore[arg-type]
    )


def broken(kinds: Path, net: str, fault: Fault, **options: object) -> Result:
    """The verdict on a faulty export against the healthy one, which starts faster than Paddle."""
    healthy = kinds / "pir" / net / "model.onnx"
    with tempfile.TemporaryDirectory() as folder:
        return verify(request(healthy, plant.planted(healthy, fault, Path(folder)), **options))


def inputs(path: Path) -> dict[str, TensorSpec]:
    return {spec.name: spec for spec in signature(resolve(path)).inputs}


def lines(result: Result) -> list[str]:
    return [str(finding) for finding in result.verdict.findings]


@pytest.mark.parametrize("name", slowly(NETS, "vad", "choice", "graph"))
def test_a_healthy_pair_passes_without_a_warning(kinds: Path, name: str) -> None:
    folder = kinds / "pir" / name
    result = verify(request(folder / "inference.json", folder / "model.onnx", effort=Effort(40)))
    assert result.passed, lines(result)
    assert result.verdict.elements > 100
    assert result.warnings == ()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_behind_the_hard_part_is_found(kinds: Path, name: str) -> None:
    net, fault = FAULTS[name]
    assert not broken(kinds, net, fault).passed, name


@pytest.mark.parametrize("name", [*NETS, "age"])
def test_all_formats_say_the_same_of_the_inputs(kinds: Path, name: str) -> None:
    said = inputs(kinds / "pir" / name / "inference.json")
    assert said == inputs(kinds / "pir" / name / "model.onnx")
    old = kinds / "pdmodel" / name / "inference.pdmodel"
    assert said == inputs(old) if old.exists() else name in ("choice", "vad")


def test_what_is_concluded(kinds: Path) -> None:
    folder = kinds / "pir"
    words = inputs(folder / "keras" / "inference.json")["words"]
    assert (words.dtype, words.domain) == ("float32", TokenIds(401, lowest=1))
    bbox = inputs(folder / "boxes" / "inference.json")["bbox"]
    x, y = Values(0.0, 200.0), Values(0.0, 100.0)
    assert bbox.domain == Columns(2, (x, y, x, y), ordered=((2, 0), (3, 1)))
    assert bbox.shape == ("batch", "sequence", 4)
    edges = inputs(folder / "graph" / "inference.json")["edges"]
    assert edges.domain == Indices("nodes")
    tabular = inputs(folder / "tabular" / "inference.json")
    assert tabular["shop"].domain == Values(0.0, 299.0, whole=True)
    assert tabular["weekday"].domain == Values(0.0, 6.0)
    mask = inputs(folder / "seq2seq" / "inference.json")["src_mask"]
    assert mask.domain == AttentionMask("src_ids")
    for name in ("inference.json", "model.onnx"):
        vad = signature(resolve(folder / "vad" / name))
        assert (vad.least, vad.stride) == ({"wave_axis1": 64}, {"wave_axis1": 32})
    fields = inputs(folder / "fields" / "inference.json")["fields"].domain
    assert isinstance(fields, Columns)
    assert [(v.low, v.high) for v in fields.of] == [(0, 129), (-100, 29), (-107, 22)]
    rate = inputs(folder / "rate" / "inference.json")["sr"]
    assert isinstance(rate.domain, Values)
    assert {15999.0, 16000.0, 16001.0} <= set(rate.domain.points)


def test_whole_numbers_of_which_nothing_is_known_are_asked_for(kinds: Path) -> None:
    folder = kinds / "pir" / "age"
    with pytest.raises(InputError, match=r"--input 'age: int64\[batch,1\] in \[LOW,HIGH\]'"):
        verify(request(folder / "inference.json", folder / "model.onnx"))


@pytest.mark.parametrize(
    ("net", "rows", "kind"),
    [
        ("keras", (400, 16), None),
        ("keras", (400, 16), "tensors"),
        ("seq2seq", (120, 16), None),
        ("tabular", (300, 6), None),
        ("tabular", (300, 6), "tensors"),
    ],
)
def test_rows_that_differ_are_fed_under_every_plan(
    kinds: Path, net: str, rows: tuple[int, int], kind: str | None
) -> None:
    fault = plant.rows(rows, plant.swapped)
    result = broken(kinds, net, fault, max_length=1, max_batch=1, kind=kind)
    assert ValuesDiffer in {type(f) for f in result.verdict.findings}
    (line,) = [note for note in result.notes if "two tables" in note]
    assert line.endswith("all fed")
