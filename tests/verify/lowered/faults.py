"""Faults in ernie-tiny-ner's FP16 and INT8 files, each with what must be said of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from onnx import helper, numpy_helper

from tests.verify.lowered.conftest import Bed


@dataclass(frozen=True)
class Fault:
    """weight, parameter: named by the finding. said: a part of its line."""

    name: str
    precision: str
    plant: Callable[[Bed], None]
    weight: str
    parameter: str
    said: str = ""


def quantised_column(bed: Bed) -> None:
    values = bed.values("linear_4.w_0_quantized")
    values[:, 37] = bed.values("linear_4.w_0_zero_point")
    bed.put("linear_4.w_0_quantized", values)


def channel_scaled(bed: Bed) -> None:
    values = bed.values("linear_4.w_0_quantized").astype(np.float32)
    values[:, 5] = np.clip(np.rint(values[:, 5] * 1.1), -127, 127)
    bed.put("linear_4.w_0_quantized", values.astype(np.int8))


def times(name: str, factor: float) -> Callable[[Bed], None]:
    def plant(bed: Bed) -> None:
        values = bed.values(name)
        bed.put(name, (values.astype(np.float32) * np.float32(factor)).astype(values.dtype))

    return plant


def one_more(name: str) -> Callable[[Bed], None]:
    def plant(bed: Bed) -> None:
        values = bed.values(name)
        bed.put(name, (values.astype(np.int32) + 1).astype(values.dtype))

    return plant


def rows_change_places(name: str, one: int, other: int) -> Callable[[Bed], None]:
    def plant(bed: Bed) -> None:
        values = bed.values(name)
        values[[one, other]] = values[[other, one]]
        bed.put(name, values)

    return plant


def row_of_another(name: str, row: int, other: int) -> Callable[[Bed], None]:
    def plant(bed: Bed) -> None:
        values = bed.values(name)
        values[row] = values[other]
        bed.put(name, values)

    return plant


def takes(name: str, other: str) -> Callable[[Bed], None]:
    return lambda bed: bed.put(name, bed.values(other))


def turned(name: str) -> Callable[[Bed], None]:
    return lambda bed: bed.put(name, bed.values(name).T)


def swapped(one: str, other: str, *endings: str) -> Callable[[Bed], None]:
    def plant(bed: Bed) -> None:
        for ending in endings:
            first, second = bed.values(one + ending), bed.values(other + ending)
            bed.put(one + ending, second)
            bed.put(other + ending, first)

    return plant


def four_ulps(bed: Bed) -> None:
    values = bed.values("linear_4.w_0")
    values.view(np.uint16)[3, 7] += 4
    bed.put("linear_4.w_0", values)


INT8 = (
    Fault("a column of zeros", "int8", quantised_column,
          "linear_4.w_0_quantized", "linear_4.w_0", "(column 37)"),
    Fault("a bias of zeros", "int8", times("linear_6.b_0", 0), "linear_6.b_0", "linear_6.b_0"),
    Fault("the last two positions swapped", "int8",
          rows_change_places("embedding_1.w_0_quantized", 510, 511),
          "embedding_1.w_0_quantized", "embedding_1.w_0", "(rows 510, 511)"),
    Fault("a table's zero point + 1", "int8", one_more("embedding_2.w_0_zero_point"),
          "embedding_2.w_0_quantized", "embedding_2.w_0", "off 1.5 steps of uint8"),
    Fault("a matrix' zero point + 1", "int8", one_more("linear_3.w_0_zero_point"),
          "linear_3.w_0_quantized", "linear_3.w_0", "off 1.5 steps of int8"),
    Fault("a scale times 1.1", "int8", times("linear_3.w_0_scale", 1.1),
          "linear_3.w_0_quantized", "linear_3.w_0"),
    Fault("a channel times 1.1", "int8", channel_scaled,
          "linear_4.w_0_quantized", "linear_4.w_0", "(column 5)"),
    Fault("a row of a table is another's", "int8", row_of_another("Mul.5_quantized", 100, 200),
          "Mul.5_quantized", "embedding_0.w_0", "(row 100)"),
    Fault("two matrices of a shape swapped", "int8",
          swapped("linear_0.w_0", "linear_1.w_0", "_quantized", "_scale", "_zero_point"),
          "linear_0.w_0_quantized", "linear_0.w_0", "it holds linear_1.w_0"),
    Fault("the neighbour's scale", "int8", takes("linear_7.w_0_scale", "linear_8.w_0_scale"),
          "linear_7.w_0_quantized", "linear_7.w_0"),
    Fault("a bias' sign", "int8", times("linear_5.b_0", -1), "linear_5.b_0", "linear_5.b_0"),
    Fault("a transposed matrix", "int8", turned("linear_2.w_0_quantized"),
          "linear_2.w_0_quantized", "linear_2.w_0", "it holds linear_2.w_0 transposed"),
    Fault("a LayerNorm's weight times 1.02", "int8", times("helper.reshape.2", 1.02),
          "helper.reshape.2", "layer_norm_1.w_0"),
)  # fmt: skip

FP16 = (
    Fault("one weight four ulps off", "fp16", four_ulps,
          "linear_4.w_0", "linear_4.w_0", "1 of 65,536 are off (row 3)"),
    Fault("a bias of zeros", "fp16", times("linear_6.b_0", 0), "linear_6.b_0", "linear_6.b_0"),
    Fault("the last two positions swapped", "fp16",
          rows_change_places("embedding_1.w_0", 510, 511),
          "embedding_1.w_0", "embedding_1.w_0", "(rows 510, 511)"),
    Fault("a row of a table is another's", "fp16", row_of_another("Mul.5", 123, 124),
          "Mul.5", "embedding_0.w_0", "(row 123)"),
    Fault("two matrices of a shape swapped", "fp16", swapped("linear_0.w_0", "linear_1.w_0", ""),
          "linear_1.w_0", "linear_1.w_0", "it holds linear_0.w_0"),
    Fault("a transposed matrix", "fp16", turned("linear_2.w_0"),
          "linear_2.w_0", "linear_2.w_0", "it holds linear_2.w_0 transposed"),
    Fault("a bias' sign", "fp16", times("linear_5.b_0", -1), "linear_5.b_0", "linear_5.b_0"),
)  # fmt: skip

ALL = (*INT8, *FP16)


def mean_of_the_first_row(bed: Bed) -> None:
    """The second LayerNorm takes row 0's mean for every row."""
    means = [node for node in bed.graph.node if node.op_type == "ReduceMean"]
    made = means[2].output[0]
    means[2].output[0] = f"{made}_all"
    for name, value in (("from", 0), ("to", 1), ("axis", 0)):
        bed.graph.initializer.append(numpy_helper.from_array(np.array([value]), f"first_{name}"))
    reads = [f"{made}_all", "first_from", "first_to", "first_axis"]
    at = list(bed.graph.node).index(means[2]) + 1
    bed.graph.node.insert(at, helper.make_node("Slice", reads, [made]))
