"""Rows of word tables that differ are read from the files, in every format."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from parity.errors import ModelError
from parity.model.artifact import resolve
from parity.model.tables import unequal_rows
from tests.model.conftest import MakeOnnx

NETS = {"ernie": "input_ids", "bert": "input_ids", "explicit": "a", "lac": "token_ids"}
EXPORTS = ["pir/{}/opset7.onnx", "pir/{}/opset13.onnx", "pdmodel/{}/opset16.onnx"]
PROGRAMS = {"pir": "inference.json", "pdmodel": "inference.pdmodel"}

Floats = NDArray[np.float32]
WORDS: Floats = np.random.default_rng(3).normal(size=(9000, 4)).astype(np.float32)


def rows(reference: Path, candidate: Path, name: str = "ids") -> list[int]:
    found = unequal_rows(resolve(reference), resolve(candidate), name)
    return [int(i) for unequal in found for i in unequal.ids]


@pytest.mark.parametrize("form", EXPORTS)
@pytest.mark.parametrize("net", NETS)
def test_an_export_has_the_same_table(net: str, form: str, nets: Path) -> None:
    candidate = nets / form.format(net)
    program = candidate.with_name(PROGRAMS[form.split("/")[0]])
    assert rows(program, candidate, NETS[net]) == []


@pytest.mark.parametrize("form", EXPORTS)
@pytest.mark.parametrize("net", NETS)
def test_rows_that_changed_places_are_told(net: str, form: str, nets: Path, tmp_path: Path) -> None:
    export = nets / form.format(net)
    program = export.with_name(PROGRAMS[form.split("/")[0]])
    model = onnx.load(export)
    stored = [a.t for n in model.graph.node if n.op_type == "Constant" for a in n.attribute]
    (table,) = [
        t
        for t in [*stored, *model.graph.initializer]
        if list(t.dims) == [50, 8] and not set(numpy_helper.to_array(t).ravel()) <= {0.0, 1.0}
    ]
    words = numpy_helper.to_array(table).copy()
    words[[20, 33]] = words[[33, 20]]
    table.CopyFrom(numpy_helper.from_array(words, table.name))
    onnx.save(model, tmp_path / "model.onnx")
    assert rows(program, tmp_path / "model.onnx", NETS[net]) == [20, 33]


def test_a_row_that_only_the_mask_of_padding_clears(nets: Path, tmp_path: Path) -> None:
    """Paddle2ONNX writes padding_idx as a factor; the wrong row in it is a wrong table."""
    export = nets / "pir/explicit/opset13.onnx"
    model = onnx.load(export)
    masks = [
        a.t
        for n in model.graph.node
        if n.op_type == "Constant"
        for a in n.attribute
        if list(a.t.dims) == [50, 8] and set(numpy_helper.to_array(a.t).ravel()) == {0.0, 1.0}
    ]
    (mask,) = masks
    ones = np.ones((50, 8), np.float32)
    ones[[1, 17]] = 0
    mask.CopyFrom(numpy_helper.from_array(ones, mask.name))
    onnx.save(model, tmp_path / "model.onnx")
    assert rows(export.with_name("inference.json"), tmp_path / "model.onnx", "a") == [17]


def swapped(*at: int) -> Floats:
    words = WORDS.copy()
    words[list(at)] = words[list(reversed(at))]
    return words


@pytest.fixture
def table(make_onnx: MakeOnnx) -> MakeOnnx:
    """A model that looks words up in this table, after these nodes on it."""

    def make(words: NDArray[np.generic], name: str = "other.onnx", *more: onnx.NodeProto) -> Path:
        last = more[-1].output[0] if more else "words"
        return make_onnx(
            [*more, helper.make_node("Gather", [last, "ids"], ["out"])],
            {"ids": ["b", "s"]},
            initializers=[numpy_helper.from_array(words, "words")],
            name=name,
        )

    return make


def test_every_part_of_a_large_table_is_read(table: MakeOnnx) -> None:
    reference = table(WORDS, "reference.onnx")
    assert rows(reference, table(WORDS)) == []
    for at in ((0, 1), (4095, 4096), (8191, 8999), (8998, 8999)):
        assert rows(reference, table(swapped(*at))) == list(at)


def test_a_row_is_another_if_one_number_is(table: MakeOnnx) -> None:
    words = WORDS.copy()
    words[4711, 3] = np.nextafter(words[4711, 3], 9)
    words[4712, 0] = np.nan
    both = WORDS.copy()
    both[5, 1] = np.nan
    assert rows(table(WORDS, "reference.onnx"), table(words)) == [4711, 4712]
    assert rows(table(both, "reference.onnx"), table(both)) == []
    assert rows(table(both, "reference.onnx"), table(WORDS)) == [5]


def test_fp16_counts_as_equal_within_its_rounding(table: MakeOnnx) -> None:
    reference = table(WORDS, "reference.onnx")
    cast = helper.make_node("Cast", ["words"], ["cast"], to=TensorProto.FLOAT)
    assert rows(reference, table(WORDS.astype(np.float16), "half.onnx", cast)) == []
    assert rows(reference, table(swapped(6, 7).astype(np.float16), "half.onnx", cast)) == [6, 7]


def test_rows_that_the_candidate_lacks(table: MakeOnnx) -> None:
    reference = table(WORDS, "reference.onnx")
    assert rows(reference, table(WORDS[:-2])) == [8998, 8999]
    assert rows(table(WORDS[:-2], "short.onnx"), table(WORDS)) == []


def test_what_cannot_be_compared_names_no_row(table: MakeOnnx, make_onnx: MakeOnnx) -> None:
    reference = table(WORDS, "reference.onnx")
    assert rows(reference, table(WORDS[:, :3])) == []
    assert rows(reference, table((WORDS * 10).astype(np.int8), "whole.onnx")) == []
    computed = helper.make_node("Neg", ["words"], ["negative"])
    assert rows(reference, table(WORDS, "computed.onnx", computed)) == []
    no_table = make_onnx(
        [helper.make_node("Cast", ["ids"], ["out"], to=TensorProto.FLOAT)], {"ids": ["b", "s"]}
    )
    assert rows(reference, no_table) == []
    assert rows(reference, reference, "no such input") == []


def test_external_weights(table: MakeOnnx, tmp_path: Path) -> None:
    reference = table(WORDS, "reference.onnx")
    model = onnx.load(table(swapped(7000, 7001)))
    onnx.save(
        model, tmp_path / "external.onnx", save_as_external_data=True, location="weights.bin",
        size_threshold=0,
    )  # fmt: skip
    assert rows(reference, tmp_path / "external.onnx") == [7000, 7001]


def test_numbers_instead_of_bytes(table: MakeOnnx, make_onnx: MakeOnnx) -> None:
    words = swapped(1, 2)
    listed = helper.make_tensor("words", TensorProto.FLOAT, words.shape, words.ravel().tolist())
    candidate = make_onnx(
        [helper.make_node("Gather", ["words", "ids"], ["out"])],
        {"ids": ["b", "s"]},
        initializers=[listed],
    )
    assert rows(table(WORDS, "reference.onnx"), candidate) == [1, 2]


def test_a_damaged_file(table: MakeOnnx) -> None:
    reference = resolve(table(WORDS, "reference.onnx"))
    path = table(WORDS)
    candidate = resolve(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ModelError, match="truncated"):
        unequal_rows(reference, candidate, "ids")


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="Linux tells what is mapped")
def test_a_table_that_was_compared_is_not_kept_in_memory(table: MakeOnnx) -> None:
    words = np.random.default_rng(0).normal(size=(4000, 256)).astype(np.float32)
    model = table(words)
    assert rows(model, model) == []
    lines = Path("/proc/self/smaps").read_text().splitlines()
    places = [i for i, line in enumerate(lines) if line.endswith(str(model))]
    held = [int(line.split()[1]) for i in places for line in lines[i : i + 8] if "Rss:" in line]
    assert held
    assert sum(held) < 400  # kB, of 4,000
