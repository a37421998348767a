"""Each rule on the smallest graph that it is about, and on the nearest one that it is not."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.model.artifact import resolve
from parity.model.domains import signature
from parity.model.spec import (
    AttentionMask,
    Domain,
    Indices,
    Lengths,
    PositionIds,
    SegmentIds,
    Signature,
    TokenIds,
    Values,
)

if TYPE_CHECKING:
    from tests.model.conftest import MakeOnnx

N = helper.make_node
BS: list[int | str | None] = [None, None]


def table(name: str, rows: int, columns: int = 4) -> onnx.TensorProto:
    return numpy_helper.from_array(np.ones((rows, columns), np.float32), name)


def constant(name: str, value: object, dtype: type = np.int64) -> onnx.TensorProto:
    return numpy_helper.from_array(np.asarray(value, dtype), name)


def read(path: Path) -> Signature:
    return signature(resolve(path))


def domain(path: Path, name: str) -> Domain | None:
    return next(spec.domain for spec in read(path).inputs if spec.name == name)


class TestTables:
    def test_ids_are_followed_through_casts_and_reshapes(self, make_onnx: "MakeOnnx") -> None:
        path = make_onnx(
            [
                N("Cast", ["ids"], ["a"], to=6),
                N("Reshape", ["a", "flat"], ["b"]),
                N("Gather", ["w", "b"], ["y"]),
            ],
            {"ids": BS},
            initializers=[table("w", 30), constant("flat", [-1])],
        )
        assert domain(path, "ids") == TokenIds(30)

    def test_the_smallest_table_bounds_ids_that_index_two(self, make_onnx: "MakeOnnx") -> None:
        path = make_onnx(
            [
                N("Gather", ["w", "ids"], ["a"]),
                N("Gather", ["v", "ids"], ["b"]),
                N("Add", ["a", "b"], ["y"]),
            ],
            {"ids": BS},
            initializers=[table("w", 30), table("v", 20)],
        )
        assert domain(path, "ids") == TokenIds(20)

    def test_separate_tables_are_separate_sequences(self, make_onnx: "MakeOnnx") -> None:
        path = make_onnx(
            [
                N("Gather", ["w", "left"], ["a"]),
                N("Gather", ["v", "right"], ["b"]),
                N("ReduceMean", ["a"], ["ma"], axes=[1]),
                N("ReduceMean", ["b"], ["mb"], axes=[1]),
                N("Concat", ["ma", "mb"], ["y"], axis=-1),
            ],
            {"left": BS, "right": BS},
            initializers=[table("w", 30), table("v", 3)],
        )
        found = read(path)
        assert [spec.domain for spec in found.inputs] == [TokenIds(30), TokenIds(3)]
        assert [spec.shape for spec in found.inputs] == [
            ("batch", "sequence"),
            ("batch", "right_axis1"),
        ]

    @pytest.mark.parametrize(
        ("names", "rows", "expected"),
        [
            (("x", "z"), (30, 16), (TokenIds(30), SegmentIds(16))),
            (("x", "z"), (30, 17), (TokenIds(30, positions=17), PositionIds(17))),
            (("x", "type_ids"), (30, 20), (TokenIds(30), SegmentIds(20))),
            (("x", "pos"), (30, 9), (TokenIds(30, positions=9), PositionIds(9))),
            (("x", "position_ids"), (30, 512), (TokenIds(30, positions=512), PositionIds(512))),
        ],
    )
    def test_segments_and_positions_are_told_apart(
        self,
        make_onnx: "MakeOnnx",
        names: tuple[str, str],
        rows: tuple[int, int],
        expected: tuple[Domain, Domain],
    ) -> None:
        path = make_onnx(
            [
                N("Gather", ["w", names[0]], ["a"]),
                N("Gather", ["v", names[1]], ["b"]),
                N("Add", ["a", "b"], ["y"]),
            ],
            {names[1]: BS, names[0]: BS},
            initializers=[table("w", rows[0]), table("v", rows[1])],
        )
        assert (domain(path, names[0]), domain(path, names[1])) == expected

    def test_a_name_that_decides_is_said_to(self, make_onnx: "MakeOnnx") -> None:
        path = make_onnx(
            [
                N("Gather", ["w", "tokens"], ["a"]),
                N("Gather", ["v", "position_ids"], ["b"]),
                N("Add", ["a", "b"], ["y"]),
            ],
            {"tokens": BS, "position_ids": BS},
            initializers=[table("w", 30), table("v", 512)],
        )
        assert any("by its name" in line for line in read(path).evidence)

    def test_an_index_into_an_open_axis_is_below_its_size_in_the_feed(
        self, make_onnx: "MakeOnnx"
    ) -> None:
        path = make_onnx(
            [N("Relu", ["x"], ["a"]), N("Gather", ["a", "at"], ["y"], axis=1)],
            {"x": BS, "at": [None]},
            dtypes={"x": TensorProto.FLOAT},
        )
        assert domain(path, "at") == Indices("x", 1)

    @pytest.mark.parametrize("hard", ["unknown axis", "offset", "two axes", "two parts"])
    def test_an_index_into_an_axis_that_is_not_known_is_asked_for(
        self, make_onnx: "MakeOnnx", hard: str
    ) -> None:
        inner = {
            "unknown axis": [N("NonZero", ["x"], ["a"]), N("Gather", ["a", "at"], ["y"], axis=1)],
            "offset": [
                N("Relu", ["x"], ["a"]),
                N("Add", ["at", "one"], ["next"]),
                N("Gather", ["a", "next"], ["y"], axis=1),
            ],
            "two axes": [
                N("Gather", ["x", "at"], ["b"], axis=0),
                N("Gather", ["b", "at"], ["y"], axis=1),
            ],
            "two parts": [N("GatherND", ["x", "at"], ["y"])],
        }
        path = make_onnx(
            inner[hard],
            {"x": BS, "at": [None, 2] if hard == "two parts" else [None]},
            initializers=[numpy_helper.from_array(np.array(1, np.int64), "one")],
            dtypes={"x": TensorProto.FLOAT},
        )
        assert domain(path, "at") is None

    def test_an_index_into_a_computed_tensor_is_below_its_fixed_size(
        self, make_onnx: "MakeOnnx"
    ) -> None:
        path = make_onnx(
            [N("Relu", ["x"], ["a"]), N("Gather", ["a", "at"], ["y"], axis=1)],
            {"x": [None, 7], "at": [None]},
            dtypes={"x": TensorProto.FLOAT},
        )
        assert domain(path, "at") == Values(0.0, 6.0)

    def test_an_index_along_another_axis_is_no_word(self, make_onnx: "MakeOnnx") -> None:
        path = make_onnx(
            [N("Gather", ["w", "at"], ["y"], axis=1)],
            {"at": [None]},
            initializers=[table("w", 30)],
        )
        assert domain(path, "at") == Values(0.0, 3.0)


class TestPositions:
    def net(self, make_onnx: "MakeOnnx", ids: list[onnx.NodeProto]) -> Path:
        """Positions named "p", from nodes that may read "ids" and its length "n"."""
        return make_onnx(
            [
                N("Shape", ["ids"], ["s"]),
                N("Gather", ["s", "one"], ["n"]),
                *ids,
                N("Gather", ["w", "ids"], ["a"]),
                N("Gather", ["v", "p"], ["b"]),
                N("Add", ["a", "b"], ["y"]),
            ],
            {"ids": BS},
            initializers=[
                table("w", 30),
                table("v", 20),
                constant("zero", 0),
                constant("one", 1),
                constant("two", 2),
                constant("zeros", [0]),
                constant("ones", [1]),
                constant("steps", [list(range(18))]),
            ],
        )

    def test_a_range_reaches_as_far_as_the_table(self, make_onnx: "MakeOnnx") -> None:
        path = self.net(make_onnx, [N("Range", ["zero", "n", "one"], ["p"])])
        assert domain(path, "ids") == TokenIds(30, positions=20)

    def test_an_offset_shortens_the_sequence(self, make_onnx: "MakeOnnx") -> None:
        path = self.net(
            make_onnx, [N("Range", ["zero", "n", "one"], ["r"]), N("Add", ["r", "two"], ["p"])]
        )
        assert domain(path, "ids") == TokenIds(30, positions=18)

    def test_positions_that_skip_padding_start_after_the_pad_id(
        self, make_onnx: "MakeOnnx"
    ) -> None:
        """RoBERTa's: cumsum(ids != 1) * (ids != 1) + 1."""
        path = self.net(
            make_onnx,
            [
                N("Equal", ["ids", "one"], ["e"]),
                N("Not", ["e"], ["m"]),
                N("Cast", ["m"], ["i"], to=7),
                N("CumSum", ["i", "one"], ["c"]),
                N("Mul", ["c", "i"], ["d"]),
                N("Add", ["d", "one"], ["p"]),
            ],
        )
        assert domain(path, "ids") == TokenIds(30, positions=18)

    def test_stored_positions_cut_to_the_length(self, make_onnx: "MakeOnnx") -> None:
        path = self.net(
            make_onnx,
            [
                N("Unsqueeze", ["n", "zeros"], ["end"]),
                N("Slice", ["steps", "zeros", "end", "ones"], ["p"]),
            ],
        )
        found = domain(path, "ids")
        assert isinstance(found, TokenIds)
        assert found.positions == 18

    def test_constant_ids_are_no_positions(self, make_onnx: "MakeOnnx") -> None:
        path = self.net(make_onnx, [N("Expand", ["zeros", "s"], ["p"])])
        assert domain(path, "ids") == TokenIds(30)

    def test_a_table_cut_to_the_length(self, make_onnx: "MakeOnnx") -> None:
        path = make_onnx(
            [
                N("Shape", ["ids"], ["s"]),
                N("Slice", ["s", "ones", "twos", "zeros"], ["end"]),
                N("Slice", ["v", "zeros", "end", "ones"], ["b"]),
                N("Gather", ["w", "ids"], ["a"]),
                N("Add", ["a", "b"], ["y"]),
            ],
            {"ids": BS},
            initializers=[
                table("w", 30),
                numpy_helper.from_array(np.ones((1, 12, 4), np.float32), "v"),
                constant("zeros", [0]),
                constant("ones", [1]),
                constant("twos", [2]),
            ],
        )
        assert domain(path, "ids") == TokenIds(30, positions=12)


class TestMasks:
    def net(
        self,
        make_onnx: "MakeOnnx",
        nodes: list[onnx.NodeProto],
        inputs: dict[str, list[int | str | None]],
        dtypes: dict[str, int] | None = None,
    ) -> Path:
        """Scores "q" of ids are to become "z", which a softmax reads."""
        return make_onnx(
            [
                N("Gather", ["w", "ids"], ["x"]),
                N("MatMul", ["x", "k"], ["q"]),
                *nodes,
                N("Softmax", ["z"], ["y"]),
            ],
            {"ids": BS, **inputs},
            dtypes=dtypes,
            initializers=[
                table("w", 30),
                table("k", 4),
                constant("axis", [2]),
                constant("c3", 3),
                constant("one", 1.0, np.float32),
                constant("low", -1e4, np.float32),
                constant("high", 5.0, np.float32),
            ],
        )

    def test_equal_that_lowers_scores_gives_the_pad_id(self, make_onnx: "MakeOnnx") -> None:
        path = self.net(
            make_onnx,
            [
                N("Equal", ["ids", "c3"], ["e"]),
                N("Cast", ["e"], ["f"], to=1),
                N("Mul", ["f", "low"], ["g"]),
                N("Unsqueeze", ["g", "axis"], ["h"]),
                N("Add", ["q", "h"], ["z"]),
            ],
            {},
        )
        assert domain(path, "ids") == TokenIds(30, pad=3, masked=True)

    def test_equal_that_raises_scores_gives_none(self, make_onnx: "MakeOnnx") -> None:
        path = self.net(
            make_onnx,
            [
                N("Equal", ["ids", "c3"], ["e"]),
                N("Cast", ["e"], ["f"], to=1),
                N("Mul", ["f", "high"], ["g"]),
                N("Unsqueeze", ["g", "axis"], ["h"]),
                N("Add", ["q", "h"], ["z"]),
            ],
            {},
        )
        assert domain(path, "ids") == TokenIds(30)

    @pytest.mark.parametrize("inverted", [False, True])
    def test_where_with_either_branch_masked(self, make_onnx: "MakeOnnx", inverted: bool) -> None:
        nodes = [N("Equal", ["ids", "c3"], ["e"]), N("Unsqueeze", ["e", "axis"], ["u"])]
        if inverted:
            nodes += [N("Not", ["u"], ["v"]), N("Where", ["v", "q", "low"], ["z"])]
        else:
            nodes += [N("Where", ["u", "low", "q"], ["z"])]
        path = self.net(make_onnx, nodes, {})
        assert domain(path, "ids") == TokenIds(30, pad=3, masked=True)

    def test_equal_that_no_softmax_sees_is_no_mask(self, make_onnx: "MakeOnnx") -> None:
        path = self.net(
            make_onnx, [N("Equal", ["ids", "c3"], ["e"]), N("Identity", ["q"], ["z"])], {}
        )
        assert domain(path, "ids") == TokenIds(30)

    def mask_input(self, make_onnx: "MakeOnnx", nodes: list[onnx.NodeProto]) -> Path:
        return self.net(
            make_onnx,
            [*nodes, N("Unsqueeze", ["g", "axis"], ["h"]), N("Add", ["q", "h"], ["z"])],
            {"m": BS},
            {"m": TensorProto.FLOAT},
        )

    def test_a_mask_input_that_keeps_ones(self, make_onnx: "MakeOnnx") -> None:
        path = self.mask_input(
            make_onnx, [N("Sub", ["one", "m"], ["f"]), N("Mul", ["f", "low"], ["g"])]
        )
        assert domain(path, "m") == AttentionMask("ids")
        assert read(path).inputs[1].shape == ("batch", "sequence")

    def test_a_mask_input_that_drops_ones_is_no_attention_mask(self, make_onnx: "MakeOnnx") -> None:
        path = self.mask_input(make_onnx, [N("Mul", ["m", "low"], ["g"])])
        assert domain(path, "m") == Values(0.0, 1.0)

    def test_an_additive_mask_input_is_no_attention_mask(self, make_onnx: "MakeOnnx") -> None:
        path = self.mask_input(make_onnx, [N("Identity", ["m"], ["g"])])
        assert domain(path, "m") == Values(-1.0, 0.0)

    def test_a_mask_that_multiplies_embeddings(self, make_onnx: "MakeOnnx") -> None:
        path = self.net(
            make_onnx,
            [N("Unsqueeze", ["m", "axis"], ["u"]), N("Mul", ["q", "u"], ["z"])],
            {"m": BS},
            {"m": TensorProto.FLOAT},
        )
        assert domain(path, "m") == AttentionMask("ids")


class TestShapes:
    def test_a_length_fixed_for_the_ids_is_fixed_for_what_shares_them(
        self, make_onnx: "MakeOnnx"
    ) -> None:
        path = make_onnx(
            [
                N("Gather", ["w", "ids"], ["a"]),
                N("Gather", ["v", "types"], ["b"]),
                N("Add", ["a", "b"], ["y"]),
            ],
            {"ids": [None, 16], "types": BS},
            initializers=[table("w", 30), table("v", 2)],
        )
        assert [spec.shape for spec in read(path).inputs] == [("batch", 16), ("batch", 16)]

    def test_symbols_of_the_file_that_two_inputs_share_are_kept(
        self, make_onnx: "MakeOnnx"
    ) -> None:
        path = make_onnx(
            [N("Add", ["a", "b"], ["y"])],
            {"a": ["n", "t"], "b": ["n", "t"]},
            dtypes={"a": TensorProto.FLOAT, "b": TensorProto.FLOAT},
        )
        assert [spec.shape for spec in read(path).inputs] == [("batch", "t"), ("batch", "t")]

    def test_the_exporter_s_made_up_symbols_are_not(self, make_onnx: "MakeOnnx") -> None:
        path = make_onnx(
            [N("Concat", ["a", "b"], ["y"], axis=1)],
            {"a": [None, "DynamicDimension.1"], "b": [None, "DynamicDimension.1"]},
            dtypes={"a": TensorProto.FLOAT, "b": TensorProto.FLOAT},
        )
        assert [spec.shape for spec in read(path).inputs] == [
            ("batch", "a_axis1"),
            ("batch", "b_axis1"),
        ]

    @pytest.mark.parametrize(
        ("dtype", "expected"),
        [
            (TensorProto.BOOL, Values(0.0, 1.0)),
            (TensorProto.UINT8, Values(0.0, 255.0)),
            (TensorProto.FLOAT16, Values(-3.0, 3.0)),
        ],
    )
    def test_plain_inputs_have_a_safe_range(
        self, make_onnx: "MakeOnnx", dtype: int, expected: Values
    ) -> None:
        path = make_onnx([N("Cast", ["a"], ["y"], to=1)], {"a": BS}, dtypes={"a": dtype})
        assert domain(path, "a") == expected


def test_a_step_of_a_decoder_has_no_mask_and_its_memory_has_the_lengths(
    make_onnx: "MakeOnnx",
) -> None:
    """One token a row is no text: what multiplies it is a state, what is counted another input."""
    make = helper.make_node
    nodes = [
        make("Gather", ["table", "token"], ["word"]),
        make("Mul", ["state", "word"], ["mixed"]),
        make("Shape", ["memory"], ["shape"]),
        make("Gather", ["shape", "one"], ["length"]),
        make("Range", ["zero", "length", "one"], ["steps"]),
        make("Unsqueeze", ["memory_len", "axes"], ["column"]),
        make("Less", ["steps", "column"], ["valid"]),
        make("Cast", ["valid"], ["weights"], to=TensorProto.FLOAT),
        make("Unsqueeze", ["weights", "axes"], ["by_row"]),
        make("MatMul", ["by_row", "memory"], ["context"]),
        make("Squeeze", ["context", "axes"], ["flat"]),
        make("Add", ["mixed", "flat"], ["y"]),
    ]
    stored = {
        "table": np.ones((30, 4), np.float32),
        "zero": np.array(0),
        "one": np.array(1),
        "axes": np.array([1]),
    }
    path = make_onnx(
        nodes,
        {"token": ["n"], "state": ["n", 4], "memory": ["n", "m", 4], "memory_len": ["n"]},
        initializers=[numpy_helper.from_array(a, name) for name, a in stored.items()],
        dtypes={"state": TensorProto.FLOAT, "memory": TensorProto.FLOAT},
    )
    found = {spec.name: spec.domain for spec in signature(resolve(path)).inputs}
    assert found["token"] == Values(0.0, 29.0, whole=True)
    assert found["state"] == Values(-3.0, 3.0)
    assert found["memory_len"] == Lengths("memory")


def test_a_number_for_each_step_is_no_length(make_onnx: "MakeOnnx") -> None:
    """Durations, of which frames are made: compared with a count of frames, as lengths are."""
    make = helper.make_node
    nodes = [
        make("Gather", ["table", "phonemes"], ["rows"]),
        make("CumSum", ["durations", "one"], ["ends"]),
        make("Sub", ["ends", "durations"], ["starts"]),
        make("Unsqueeze", ["starts", "axes"], ["from"]),
        make("GreaterOrEqual", ["frames", "from"], ["begun"]),
        make("Unsqueeze", ["durations", "axes"], ["short"]),
        make("Less", ["frames", "short"], ["early"]),
        make("And", ["begun", "early"], ["within"]),
        make("Cast", ["within"], ["weights"], to=TensorProto.FLOAT),
        make("MatMul", ["weights", "rows"], ["y"]),
        make("Range", ["zero", "many", "one"], ["count"]),
        make("Reshape", ["count", "column"], ["frames"]),
    ]
    nodes = [*nodes[-2:], *nodes[:-2]]
    stored = {
        "table": np.ones((30, 4), np.float32), "zero": np.array(0), "one": np.array(1),
        "many": np.array(64), "axes": np.array([1]), "column": np.array([1, 64, 1]),
    }  # fmt: skip
    path = make_onnx(
        nodes, {"phonemes": ["n", "t"], "durations": ["n", "s"]},
        initializers=[numpy_helper.from_array(a, name) for name, a in stored.items()],
    )  # fmt: skip
    found = {spec.name: spec.domain for spec in signature(resolve(path)).inputs}
    assert found["phonemes"] == TokenIds(30)
    assert found["durations"] == Values(0.0, 63.0)  # what it is compared with
