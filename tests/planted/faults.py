"""Faults, each a change to an exported ERNIE, and what must be found of it.

Data: one row a fault. A row says which kind of finding is told first, how small
the feed must get, and whether ids 0 and 1 at length 1 would show anything at
all. ``EQUIVALENT`` are changes that leave the function as it is: they must pass.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper

from parity.compare.coverage import UnseenDiffers
from parity.compare.findings import (
    CandidateFailed,
    DtypeDiffers,
    Finding,
    InputDiffers,
    NonFiniteDiffers,
    OutputMissing,
    PaddingDiffers,
    ShapeDiffers,
    ValuesDiffer,
)
from tests.planted.conditions import off_in, segments_ignored_from
from tests.planted.surgery import Floats, Surgery

Change = Callable[[Surgery], None]


@dataclass(frozen=True)
class Small:
    """What the smallest failing feed must be; None where it doesn't matter.

    rows, width: its shape. tokens: most tokens that are not padding. ids: the
    token, if it is one alone, is among these. pad: whether the pad id is in it.
    """

    rows: int | None = None
    width: int | None = None
    tokens: int | None = None
    ids: frozenset[int] | None = None
    pad: bool | None = None


@dataclass(frozen=True)
class Fault:
    """change: what is done to the export. kind: of the first finding told.

    hidden: ids 0 and 1 at length 1, the default inputs of other tools, don't show
    it. model: the head that it is planted in.
    """

    name: str
    change: Change
    kind: type[Finding] = ValuesDiffer
    small: Small = Small()
    hidden: bool = False
    model: str = "token_cls"

    def plant(self, model: onnx.ModelProto) -> onnx.ModelProto:
        """A copy of a model with the fault in it."""
        surgery = Surgery(model)
        self.change(surgery)
        return surgery.model


# Attention


def _softmax_axis(axis: int, layer: int = 0) -> Change:
    def change(s: Surgery) -> None:
        s.attribute(s.of("Softmax")[layer], "axis", axis)

    return change


def _softmax_lost(s: Surgery) -> None:
    node = s.of("Softmax")[0]
    s.replace(node, [helper.make_node("Identity", [node.input[0]], [node.output[0]])])


def _heads_swapped(*parts: int) -> Change:
    """The first two of four heads, in some of query 0, key 1, value 2, out 3."""

    def change(s: Surgery) -> None:
        for part in parts:
            node = s.linear[part]
            if part == 3:
                s.change(s.weight(node), lambda w: _swap_heads(w.T).T)
            else:
                s.change(s.weight(node), _swap_heads)
                s.change(s.bias(node), _swap_heads)

    return change


def _swap_heads(weight: Floats) -> Floats:
    a, b, *rest = np.split(weight, 4, axis=-1)
    return np.concatenate([b, a, *rest], axis=-1)


def _scale_lost(s: Surgery) -> None:
    scores = s.maker(s.of("Softmax")[0].input[0])
    assert scores is not None
    product = s.maker(scores.input[0])
    assert product is not None
    scale = s.maker(product.input[0])  # + 0, which Paddle's scale op ends with
    assert scale is not None
    scale = s.maker(scale.input[0])
    assert scale is not None
    s.change(s.constant_input(scale), np.ones_like)


def _batch_fixed(s: Surgery) -> None:
    """[0, 0, heads, size] becomes [1, -1, heads, size]: right for one row, as traced."""
    for node in s.of("Reshape"):
        name = s.constant(node.input[1])
        if name is not None and s.get(name).shape == (4,):
            s.set(name, np.array([1, -1, *s.get(name)[2:].tolist()], np.int64))


# Mask


def _mask(value: float) -> Change:
    return lambda s: s.change(s.constant_input(s.mask), lambda w: np.full_like(w, value))


def _pad_id(s: Surgery) -> None:
    (equal,) = s.of("Equal")
    s.change(s.constant_input(equal), lambda w: w + 1)


def _mask_axis(s: Surgery) -> None:
    """[B, 1, S, 1] for [B, 1, 1, S]: it masks queries, which changes no softmax."""
    (node,) = s.of("Unsqueeze")
    s.set(s.constant_input(node), np.array([1, 3], np.int64))


# Embedding


def _rows(part: str, how: Callable[[Floats], Floats | None]) -> Change:
    return lambda s: s.change(getattr(s, part), how)


def _clamp(start: int) -> Callable[[Floats], None]:
    def how(table: Floats) -> None:
        table[start:] = table[start - 1]

    return how


def _reverse(start: int) -> Callable[[Floats], None]:
    def how(table: Floats) -> None:
        table[start:] = table[start:][::-1].copy()

    return how


def _swap(a: int, b: int) -> Callable[[Floats], None]:
    def how(table: Floats) -> None:
        table[[a, b]] = table[[b, a]]

    return how


def _zero(row: int) -> Callable[[Floats], None]:
    def how(table: Floats) -> None:
        table[row] = 0

    return how


def _nan(*index: int) -> Callable[[Floats], None]:
    def how(table: Floats) -> None:
        table[index] = np.nan

    return how


def _reverse_last(count: int) -> Callable[[Floats], None]:
    def how(table: Floats) -> None:
        table[-count:] = table[-count:][::-1].copy()

    return how


def _pairs_swapped(count: int) -> Callable[[Floats], None]:
    """The last rows, each with its neighbour."""

    def how(table: Floats) -> None:
        table[-count::2], table[-count + 1 :: 2] = (
            table[-count + 1 :: 2].copy(),
            table[-count::2].copy(),
        )

    return how


def _cut(rows: int) -> Change:
    return lambda s: s.change(s.positions, lambda table: table[:rows])


def _words_cut(s: Surgery) -> None:
    s.change(s.words_mask, lambda table: table[:-1])
    s.change(s.words, lambda table: table[:-1])


def _positions_from_one(s: Surgery) -> None:
    """The cumulative sum itself, without its ``- 1``."""
    (cumsum,) = s.of("CumSum")
    (minus,) = [n for n in s.users(cumsum.output[0]) if n.op_type == "Sub"]
    s.replace(minus, [helper.make_node("Identity", [minus.input[0]], list(minus.output))])


def _positions_along_rows(s: Surgery) -> None:
    """Counts rows of the batch: position 0 everywhere in the first, 1 in the second."""
    (cumsum,) = s.of("CumSum")
    axis = s.constant(cumsum.input[1])
    assert axis is not None
    s.set(axis, np.array(0, np.int64))


def _segments_ignored(s: Surgery) -> None:
    (gather,) = [n for n in s.of("Gather") if s.source(n.input[1]) == "token_type_ids"]
    zero = s.add_constant(np.array(0, np.int64))
    ignored = s.fresh()
    s.graph.node.insert(1, helper.make_node("Mul", ["token_type_ids", zero], [ignored]))
    s.rewire("token_type_ids", ignored)
    s.graph.node[1].input[0] = "token_type_ids"
    assert gather.input[1] == ignored


# Layers


def _epsilon(value: float) -> Change:
    def change(s: Surgery) -> None:
        for name in s.epsilons:
            s.change(name, lambda w: np.full_like(w, value))

    return change


def _gelu_tanh(s: Surgery) -> None:
    """The tanh approximation: erf(y) as tanh(2/sqrt(pi) * (y + 0.08943 y^3))."""
    # Source: Hendrycks and Gimpel, GELU, with x = sqrt(2) y in 0.044715 x^3.
    factor = s.add_constant(np.array(2 / np.sqrt(np.pi), np.float32))
    cubic = s.add_constant(np.array(2 * 0.044715, np.float32))
    for node in s.of("Erf"):
        (y,), (erf,) = node.input, node.output
        squared, cube, scaled, total, inner = (s.fresh() for _ in range(5))
        s.replace(
            node,
            [
                helper.make_node("Mul", [y, y], [squared]),
                helper.make_node("Mul", [squared, y], [cube]),
                helper.make_node("Mul", [cube, cubic], [scaled]),
                helper.make_node("Add", [y, scaled], [total]),
                helper.make_node("Mul", [total, factor], [inner]),
                helper.make_node("Tanh", [inner], [erf]),
            ],
        )


def _layer_skipped(s: Surgery) -> None:
    before, after = s.norms[2], s.norms[4]  # two a layer, behind the embedding's
    s.rewire(after, before)


def _residual_lost(s: Surgery) -> None:
    (add,) = s.users(s.linear[3].output[0])
    (sum_,) = s.users(add.output[0])
    assert sum_.op_type == "Add"
    s.replace(sum_, [helper.make_node("Identity", [add.output[0]], list(sum_.output))])


def _bias_zero(linear: int) -> Change:
    return lambda s: s.change(s.bias(s.linear[linear]), np.zeros_like)


def _weight(linear: int, how: Callable[[Floats], Floats | None]) -> Change:
    return lambda s: s.change(s.weight(s.linear[linear]), how)


def _noise(s: Surgery) -> None:
    """Another answer each time, as of a dropout left on. (ONNX Runtime drops Dropout itself.)"""
    shape = s.norms[0]
    noise, small, noisy = s.fresh(), s.fresh(), s.fresh()
    factor = s.add_constant(np.array(0.05, np.float32))
    s.rewire(shape, noisy)
    place = next(i for i, n in enumerate(s.graph.node) if shape in n.output)
    for node in (
        helper.make_node("Add", [shape, small], [noisy]),
        helper.make_node("Mul", [noise, factor], [small]),
        helper.make_node("RandomNormalLike", [shape], [noise]),
    ):
        s.graph.node.insert(place + 1, node)


# Outputs and inputs


def _renamed(to: str) -> Change:
    def change(s: Surgery) -> None:
        s.behind(0, "Identity")
        s.graph.node[-1].output[0] = to
        s.graph.output[0].name = to

    return change


def _dropped(output: int) -> Change:
    def change(s: Surgery) -> None:
        del s.graph.output[output]

    return change


def _swapped(s: Surgery) -> None:
    first, second = (o.name for o in s.graph.output)
    s.behind(0, "Identity")
    s.behind(1, "Identity")
    a, b = s.graph.node[-2:]
    assert (a.output[0], b.output[0]) == (first, second)
    a.output[0], b.output[0] = second, first


def _copied(s: Surgery) -> None:
    """The second output twice."""
    s.behind(0, "Identity")
    s.graph.node[-1].input[0] = s.graph.output[1].name


def _transposed(*perm: int) -> Change:
    def change(s: Surgery) -> None:
        s.behind(0, "Transpose", perm=list(perm))
        s.declare(0, free=True)

    return change


def _unsqueezed(s: Surgery) -> None:
    s.behind(0, "Unsqueeze", [s.add_constant(np.array([0], np.int64))])
    s.declare(0, free=True)


def _cast(element: int) -> Change:
    def change(s: Surgery) -> None:
        s.behind(0, "Cast", to=element)
        s.declare(0, element)

    return change


def _rounded(s: Surgery) -> None:
    s.behind(0, "Cast", to=TensorProto.FLOAT16)
    s.behind(0, "Cast", to=TensorProto.FLOAT)


def _softmaxed(s: Surgery) -> None:
    """Probabilities where logits are expected."""
    s.behind(0, "Softmax", axis=-1)


def _input_renamed(s: Surgery) -> None:
    s.rewire("token_type_ids", "segment_ids")
    next(i for i in s.graph.input if i.name == "token_type_ids").name = "segment_ids"


def _input_int32(s: Surgery) -> None:
    wide = s.fresh()
    s.rewire("input_ids", wide)
    s.graph.node.insert(0, helper.make_node("Cast", ["input_ids"], [wide], to=TensorProto.INT64))
    spec = next(i for i in s.graph.input if i.name == "input_ids")
    spec.type.tensor_type.elem_type = TensorProto.INT32


def _length_fixed(s: Surgery) -> None:
    """The sequence declared as 128 long."""
    for spec in s.graph.input:
        spec.type.tensor_type.shape.dim[1].ClearField("dim_param")
        spec.type.tensor_type.shape.dim[1].dim_value = 128


def _unused_tasks(s: Surgery) -> None:
    (name,) = [
        c for n in s.of("Gather") if (c := s.constant(n.input[0])) and s.get(c).shape[0] == 16
    ]
    s.change(name, lambda table: np.concatenate([table[:1], 0 * table[1:]]))


def _inputs_reversed(s: Surgery) -> None:
    inputs = list(s.graph.input)[::-1]
    del s.graph.input[:]
    s.graph.input.extend(inputs)


VOCABULARY = 1500  # rows of the word table in ernie-planted.toml
LAST_TEN = frozenset(range(VOCABULARY - 10, VOCABULARY))
ONE_TOKEN = Small(rows=1, tokens=1)
TWO_TOKENS = Small(rows=1, tokens=2)
PADDED = Small(tokens=3, pad=True)


FAULTS: tuple[Fault, ...] = (
    # Attention
    Fault("softmax over queries", _softmax_axis(2), small=TWO_TOKENS, hidden=True),
    Fault("softmax over heads", _softmax_axis(1), small=ONE_TOKEN),
    Fault("softmax over queries, last layer", _softmax_axis(2, 1), small=TWO_TOKENS, hidden=True),
    Fault("softmax lost", _softmax_lost, small=ONE_TOKEN),
    Fault("values of two heads swapped", _heads_swapped(2), small=ONE_TOKEN),
    Fault("queries of two heads swapped", _heads_swapped(0), small=TWO_TOKENS, hidden=True),
    Fault("attention scores not scaled", _scale_lost, small=TWO_TOKENS, hidden=True),
    Fault("batch fixed to one row", _batch_fixed, CandidateFailed, Small(rows=2), hidden=True),
    # Mask
    Fault("mask 0", _mask(0.0), small=PADDED, hidden=True),
    Fault("mask -10", _mask(-10.0), small=PADDED, hidden=True),
    Fault("mask positive", _mask(1e4), small=PADDED, hidden=True),
    Fault("pad id off by one", _pad_id, small=TWO_TOKENS, hidden=True),
    Fault("mask over queries", _mask_axis, small=PADDED, hidden=True),
    # Embedding
    Fault("positions clamped from 64", _rows("positions", _clamp(64)),
          small=Small(rows=1, width=65), hidden=True),
    Fault("positions reversed from 64", _rows("positions", _reverse(64)),
          small=Small(rows=1, width=65), hidden=True),
    Fault("positions clamped from 128", _rows("positions", _clamp(128)),
          small=Small(rows=1, width=129), hidden=True),
    Fault("positions reversed from 128", _rows("positions", _reverse(128)),
          small=Small(rows=1, width=129), hidden=True),
    Fault("positions clamped from 511", _rows("positions", _clamp(511)),
          small=Small(rows=1, width=512), hidden=True),
    Fault("two positions swapped", _rows("positions", _swap(300, 301)),
          small=Small(rows=1, width=301), hidden=True),
    Fault("positions clamped from 700", _rows("positions", _clamp(700)),
          small=Small(rows=1, width=701), hidden=True),
    Fault("last two positions swapped", _rows("positions", _swap(-2, -1)),
          small=Small(rows=1, width=1023), hidden=True),
    Fault("position table cut by one", _cut(-1), CandidateFailed,
          Small(rows=1, width=1024), hidden=True),
    Fault("position table cut at 128", _cut(128), CandidateFailed,
          Small(rows=1, width=129), hidden=True),
    # Wrong from the first token on; told first is that the last one has no row left.
    Fault("positions from 1", _positions_from_one, CandidateFailed, Small(rows=1, width=1024)),
    Fault("positions counted along the batch", _positions_along_rows,
          small=Small(rows=1, tokens=2), hidden=True),
    Fault("last ten vocabulary rows swapped", _rows("words", _pairs_swapped(10)),
          small=Small(rows=1, tokens=1, ids=LAST_TEN), hidden=True),
    Fault("last ten vocabulary rows reversed", _rows("words", _reverse_last(10)),
          small=Small(rows=1, tokens=1, ids=LAST_TEN), hidden=True),
    Fault("last vocabulary row NaN", _rows("words", _nan(-1, 5)), NonFiniteDiffers,
          Small(rows=1, tokens=1, ids=frozenset({VOCABULARY - 1})), hidden=True),
    Fault("vocabulary cut by one", _words_cut, CandidateFailed,
          Small(rows=1, tokens=1, ids=frozenset({VOCABULARY - 1})), hidden=True),
    Fault("pad row not zero", _rows("words_mask", np.ones_like), PaddingDiffers),
    Fault("segments 0 and 1 swapped", _rows("segments", _swap(0, 1)), small=ONE_TOKEN),
    Fault("last segment zero", _rows("segments", _zero(3)), small=ONE_TOKEN, hidden=True),
    Fault("segments ignored", _segments_ignored, small=ONE_TOKEN),
    Fault("segments ignored from 200", lambda s: segments_ignored_from(s, 200),
          small=Small(rows=1, width=201), hidden=True),
    Fault("off in large batches", lambda s: off_in(s, 3, 128),
          small=Small(rows=3, width=128), hidden=True),
    # Layers
    Fault("tanh GELU", _gelu_tanh, small=ONE_TOKEN),
    Fault("LayerNorm epsilon 1e-5", _epsilon(1e-5), small=ONE_TOKEN),
    Fault("LayerNorm epsilon 1e-6", _epsilon(1e-6), small=ONE_TOKEN),
    Fault("a layer skipped", _layer_skipped, small=ONE_TOKEN),
    Fault("a residual lost", _residual_lost, small=ONE_TOKEN),
    Fault("query bias zero", _bias_zero(0), small=TWO_TOKENS, hidden=True),
    Fault("value bias zero", _bias_zero(2), small=ONE_TOKEN),
    Fault("FFN bias zero", _bias_zero(5), small=ONE_TOKEN),
    Fault("FFN rows swapped", _weight(5, _swap(0, 1)), small=ONE_TOKEN),
    Fault("a column of a weight NaN", _weight(4, _nan(0, 0)), NonFiniteDiffers, ONE_TOKEN),
    Fault("one class NaN", _weight(12, _nan(0, 6)), NonFiniteDiffers, ONE_TOKEN),
    Fault("another answer each time", _noise),
    # Outputs and inputs
    Fault("output renamed", _renamed("logits"), OutputMissing),
    Fault("output renamed as the exporter would", _renamed("fetch_name_1"), OutputMissing),
    Fault("first output dropped", _dropped(0), OutputMissing, model="qa"),
    Fault("second output dropped", _dropped(1), OutputMissing, model="qa"),
    Fault("outputs swapped", _swapped, model="qa", small=ONE_TOKEN),
    Fault("one output twice", _copied, model="qa", small=ONE_TOKEN),
    Fault("output transposed", _transposed(0, 2, 1), ShapeDiffers, ONE_TOKEN),
    Fault("batch and sequence transposed", _transposed(1, 0), ShapeDiffers, TWO_TOKENS,
          hidden=True, model="qa"),
    Fault("an axis too many", _unsqueezed, ShapeDiffers, ONE_TOKEN),
    Fault("output in float64", _cast(TensorProto.DOUBLE), DtypeDiffers, ONE_TOKEN),
    Fault("output in float16", _cast(TensorProto.FLOAT16), DtypeDiffers, ONE_TOKEN),
    Fault("output rounded to float16", _rounded, small=ONE_TOKEN),
    Fault("probabilities for logits", _softmaxed, small=ONE_TOKEN),
    Fault("input renamed", _input_renamed, InputDiffers),
    Fault("input in int32", _input_int32, InputDiffers),
    Fault("length fixed to 128", _length_fixed, CandidateFailed, hidden=False),
    # Moves the logits by less than rounding does: it stands in the file.
    Fault("LayerNorm epsilon 1e-9", _epsilon(1e-9), UnseenDiffers, hidden=True),
)  # fmt: skip


EQUIVALENT: tuple[Fault, ...] = (
    Fault("nothing changed", lambda s: None),
    # A key's bias adds the same to every score of a query, which softmax takes away.
    Fault("key bias zero", _bias_zero(1)),
    Fault("two heads swapped throughout", _heads_swapped(0, 1, 2, 3)),
    Fault("unused task rows zero", _unused_tasks),
    Fault("inputs in another order", _inputs_reversed),
)
