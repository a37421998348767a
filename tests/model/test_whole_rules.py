"""Whole numbers on their way to what they index: through arithmetic, choices and columns."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.model.artifact import resolve
from parity.model.domains import signature
from parity.model.numbers import cuts, turning
from parity.model.spec import AttentionMask, Columns, Domain, Shape, TokenIds, Values
from parity.model.validity import valid_positions

if TYPE_CHECKING:
    from tests.model.conftest import MakeOnnx

N = helper.make_node
BS: list[int | str | None] = [None, None]


def table(name: str, rows: int, columns: int = 4) -> onnx.TensorProto:
    return numpy_helper.from_array(np.ones((rows, columns), np.float32), name)


def constant(name: str, value: object, dtype: type = np.int64) -> onnx.TensorProto:
    return numpy_helper.from_array(np.asarray(value, dtype), name)


def inputs(path: Path) -> dict[str, tuple[Shape, Domain | None]]:
    return {spec.name: (spec.shape, spec.domain) for spec in signature(resolve(path)).inputs}


def domain(path: Path, name: str) -> Domain | None:
    return inputs(path)[name][1]


LOOK = N("Gather", ["w", "at"], ["y"])

WAYS: dict[str, tuple[list[onnx.NodeProto], dict[str, object], TokenIds]] = {
    "as they are": ([N("Identity", ["ids"], ["at"])], {}, TokenIds(30)),
    "one more": ([N("Add", ["ids", "c"], ["at"])], {"c": 1}, TokenIds(29, lowest=-1)),
    "an offset taken off": ([N("Sub", ["ids", "c"], ["at"])], {"c": 100},
                            TokenIds(130, lowest=100)),
    "twice": ([N("Mul", ["ids", "c"], ["at"])], {"c": 2}, TokenIds(15)),
    "from the end": ([N("Sub", ["c", "ids"], ["at"])], {"c": 29}, TokenIds(30)),
    "negative ones replaced": (
        [N("Less", ["ids", "c"], ["below"]), N("Where", ["below", "c", "ids"], ["at"])],
        {"c": 0}, TokenIds(30, lowest=-8),
    ),
    "negative ones from the end": (
        [N("Less", ["ids", "c"], ["below"]), N("Add", ["ids", "rows"], ["more"]),
         N("Where", ["below", "more", "ids"], ["at"])],
        {"c": 0, "rows": 30}, TokenIds(30, lowest=-30),
    ),
    "clipped": ([N("Clip", ["ids", "c", "d"], ["at"])], {"c": 0, "d": 29},
                TokenIds(38, lowest=-8)),
    "clipped at one end": ([N("Min", ["ids", "c"], ["at"])], {"c": 29}, TokenIds(38)),
    "halved": ([N("Div", ["ids", "c"], ["at"])], {"c": 2}, TokenIds(60, lowest=-1)),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_ids_are_followed_through_arithmetic(make_onnx: "MakeOnnx", way: str) -> None:
    nodes, constants, expected = WAYS[way]
    stored = [table("w", 30), *(constant(key, value) for key, value in constants.items())]
    path = make_onnx([*nodes, LOOK], {"ids": BS}, initializers=stored)
    assert domain(path, "ids") == expected


def test_floats_that_are_cast_to_ids(make_onnx: "MakeOnnx") -> None:
    path = make_onnx(
        [N("Cast", ["ids"], ["at"], to=7), LOOK],
        {"ids": BS},
        dtypes={"ids": TensorProto.FLOAT},
        initializers=[table("w", 30)],
    )
    assert domain(path, "ids") == TokenIds(30)


COLUMNS: dict[str, list[onnx.NodeProto]] = {
    "Gather": [N("Gather", ["x", "zero"], ["a"], axis=2), N("Gather", ["x", "one"], ["b"], axis=2)],
    "Slice": [
        N("Slice", ["x", "zeros", "ones", "last"], ["a1"]), N("Squeeze", ["a1", "last"], ["a"]),
        N("Slice", ["x", "ones", "twos", "last"], ["b1"]), N("Squeeze", ["b1", "last"], ["b"]),
    ],
    "Split": [
        N("Split", ["x"], ["a1", "b1"], axis=2), N("Squeeze", ["a1", "last"], ["a"]),
        N("Squeeze", ["b1", "last"], ["b"]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("op", COLUMNS)
def test_each_column_is_bounded_by_its_own_table(make_onnx: "MakeOnnx", op: str) -> None:
    path = make_onnx(
        [
            *COLUMNS[op],
            N("Gather", ["w", "a"], ["wa"]),
            N("Gather", ["v", "b"], ["vb"]),
            N("Add", ["wa", "vb"], ["y"]),
        ],
        {"x": [None, None, 2]},
        initializers=[
            table("w", 30), table("v", 9), constant("zero", 0), constant("one", 1),
            constant("zeros", [0]), constant("ones", [1]), constant("twos", [2]),
            constant("last", [2]),
        ],
    )  # fmt: skip
    assert domain(path, "x") == Columns(2, (Values(0, 29), Values(0, 8)))


def test_a_column_that_indexes_two_tables_is_bounded_by_the_smaller(make_onnx: "MakeOnnx") -> None:
    path = make_onnx(
        [
            *COLUMNS["Gather"],
            N("Gather", ["w", "a"], ["wa"]),
            N("Gather", ["v", "a"], ["va"]),
            N("Gather", ["w", "b"], ["wb"]),
            N("Sum", ["wa", "va", "wb"], ["y"]),
        ],
        {"x": [None, None, 2]},
        initializers=[table("w", 30), table("v", 9), constant("zero", 0), constant("one", 1)],
    )
    assert domain(path, "x") == Columns(2, (Values(0, 8), Values(0, 29)))


def test_offsets_stored_by_field(make_onnx: "MakeOnnx") -> None:
    """Recommenders keep the tables of all fields in one."""
    path = make_onnx(
        [N("Add", ["x", "starts"], ["at"]), LOOK],
        {"x": [None, 3]},
        initializers=[table("w", 60), constant("starts", [0, 10, 30])],
    )
    assert domain(path, "x") == Columns(1, (Values(0, 59), Values(-10, 49), Values(-30, 29)))


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        (
            [N("Equal", ["x", "c"], ["t"])],
            Values(15999, 16002, points=(15999, 16000, 16001, 16002)),
        ),
        ([N("Less", ["x", "c"], ["t"])], Values(15998, 16001, points=(15999, 16000, 16001))),
        ([N("OneHot", ["x", "depth", "off"], ["t"])], Values(0, 6)),
        ([N("Equal", ["x", "list"], ["t"])], Values(0, 4)),
        ([N("Neg", ["x"], ["t"])], None),
    ],
)
def test_what_indexes_nothing(
    make_onnx: "MakeOnnx", nodes: list[onnx.NodeProto], expected: Values | None
) -> None:
    path = make_onnx(
        [*nodes, N("Cast", ["t"], ["y"], to=1)],
        {"x": [None, 1]},
        initializers=[
            constant("c", 16000), constant("depth", 7), constant("off", [0, 1]),
            constant("list", [0, 1, 2, 3, 4]),
        ],
    )  # fmt: skip
    found = domain(path, "x")
    if expected is None or not isinstance(found, Values):
        assert found is expected
        return
    assert set(expected.points) <= set(found.points)
    assert found.low <= expected.low + 1
    assert found.high >= expected.high - 1


def test_a_table_read_by_ones_and_zeros_is_a_table(make_onnx: "MakeOnnx") -> None:
    path = make_onnx(
        [N("OneHot", ["ids", "depth", "off"], ["t"]), N("MatMul", ["t", "w"], ["y"])],
        {"ids": BS},
        initializers=[table("w", 30), constant("depth", 30), constant("off", [0, 1], np.float32)],
    )
    assert domain(path, "ids") == TokenIds(30)


def test_a_symbol_that_is_renamed_is_renamed_everywhere(make_onnx: "MakeOnnx") -> None:
    path = make_onnx(
        [
            N("Gather", ["w", "ids"], ["e"]),
            N("Mul", ["e", "weights"], ["y"]),
        ],
        {"ids": ["b", "src_len"], "weights": ["b", "src_len", 4]},
        dtypes={"weights": TensorProto.FLOAT},
        initializers=[table("w", 30)],
    )
    shapes = {name: shape for name, (shape, _) in inputs(path).items()}
    assert shapes == {"ids": ("batch", "sequence"), "weights": ("batch", "sequence", 4)}


def test_the_values_at_which_a_graph_turns(make_onnx: "MakeOnnx") -> None:
    plain = [N("Gather", ["w", "ids"], ["e"])]
    apart = [
        N("Equal", ["ids", "id"], ["is"]),
        N("Cast", ["is"], ["more"], to=1),
        N("Unsqueeze", ["more", "last"], ["each"]),
        N("Add", ["e", "each"], ["y"]),
    ]
    stored = [table("w", 30), constant("id", 17), constant("last", [2])]
    healthy = make_onnx(plain, {"ids": BS}, initializers=stored[:1], name="healthy.onnx")
    planted = make_onnx([*plain, *apart], {"ids": BS}, initializers=stored)
    assert turning(resolve(healthy), "ids") == ()
    assert turning(resolve(planted), "ids") == (16, 17, 18, 19)


def test_lengths_at_which_only_the_candidate_cuts(make_onnx: "MakeOnnx") -> None:
    plain = [N("Gather", ["w", "ids"], ["e"])]
    stored = [table("w", 30), constant("start", [0]), constant("end", [150]), constant("at", [1])]
    healthy = resolve(make_onnx(plain, {"ids": BS}, initializers=stored[:1], name="healthy.onnx"))
    cut = resolve(
        make_onnx(
            [N("Slice", ["ids", "start", "end", "at"], ["few"]), N("Gather", ["w", "few"], ["e"])],
            {"ids": BS},
            initializers=stored,
        )
    )
    assert cuts(healthy, cut, 512) == (150, 151, 152)
    assert cuts(healthy, cut, 100) == ()
    assert cuts(cut, cut, 512) == ()
    assert cuts(healthy, healthy, 512) == ()


@pytest.mark.parametrize("shape", [(2, 3, 1), (2, 1, 3), (2, 1, 1, 3), (2, 3, 3), (2, 1, 3, 3)])
def test_padding_is_read_from_masks_of_any_rank(shape: tuple[int, ...]) -> None:
    from parity.model.spec import TensorSpec

    valid = np.array([[True, True, False], [True, False, False]])
    pairs = valid[:, :, None] & valid[:, None, :]
    mask = (valid if np.prod(shape) == 6 else pairs).reshape(shape).astype(np.float32)
    specs = [
        TensorSpec("ids", "int64", ("batch", "sequence"), TokenIds(30)),
        TensorSpec("mask", "float32", shape, AttentionMask("ids")),
    ]
    feed = {"ids": np.zeros((2, 3), np.int64), "mask": mask}
    found = valid_positions(specs, feed)
    assert found is not None
    assert (found == valid).all()
