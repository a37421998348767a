"""Faults that show in feeds only where two conditions meet."""

import numpy as np
from onnx import TensorProto, helper

from tests.planted.surgery import Surgery


def segments_ignored_from(s: Surgery, start: int) -> None:
    """Segment 0 for every token from a position on."""
    shape, one_d, width, counted, before, kept, used = (s.fresh() for _ in range(7))
    limit, zero, one, axis = (
        s.add_constant(np.array(value, np.int64)) for value in (start, 0, 1, [1])
    )
    place = next(i for i, n in enumerate(s.graph.node) if "token_type_ids" in n.input)
    s.rewire("token_type_ids", used)
    for node in reversed(
        [
            helper.make_node("Shape", ["token_type_ids"], [shape]),
            helper.make_node("Gather", [shape, axis], [one_d]),
            helper.make_node("Squeeze", [one_d], [width]),
            helper.make_node("Range", [zero, width, one], [counted]),
            helper.make_node("Less", [counted, limit], [before]),
            helper.make_node("Cast", [before], [kept], to=TensorProto.INT64),
            helper.make_node("Mul", ["token_type_ids", kept], [used]),
        ]
    ):
        s.graph.node.insert(max(place, 4), node)


def off_in(s: Surgery, rows: int, width: int) -> None:
    """Every logit is off by 0.01 in a batch of so many rows or more, so long or longer."""
    shape, large, every, much, off = (s.fresh() for _ in range(5))
    least = s.add_constant(np.array([rows - 1, width - 1], np.int64))
    by = s.add_constant(np.array(0.01, np.float32))
    s.graph.node.extend(
        [
            helper.make_node("Shape", ["input_ids"], [shape]),
            helper.make_node("Greater", [shape, least], [large]),
            helper.make_node("Cast", [large], [every], to=TensorProto.FLOAT),
            helper.make_node("ReduceMin", [every], [much], keepdims=0),
            helper.make_node("Mul", [much, by], [off]),
        ]
    )
    s.behind(0, "Add", [off])
