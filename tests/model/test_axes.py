"""Open axes followed through a graph: which agree, and how long they must be."""

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
import pytest

from parity.model.domains import signature
from parity.model.spec import Image, Signature, Values
from tests.blind_spots.nets import FLOAT, net, weight

Declared = Sequence[tuple[str, int, Sequence[int | str]]]


def read(
    folder: pytest.TempPathFactory, body: str, inputs: Declared, constants: Mapping[str, object]
) -> Signature:
    from parity.model.artifact import resolve

    path = folder.mktemp("axes") / "m.onnx"
    onnx.save(net(body, inputs=inputs, constants=constants), path)
    return signature(resolve(path))


def shapes(found: Signature) -> list[tuple[int | str, ...]]:
    return [spec.shape for spec in found.inputs]


X, Y = ("x", FLOAT, ("n", "t", 4)), ("y0", FLOAT, ("m", "u", 4))


@pytest.mark.parametrize(
    ("body", "agree"),
    [
        ("y = Add (x, y0)", True),
        ("a = MatMul (x, w) b = MatMul (y0, w) c = Tanh (a) y = Mul (c, b)", True),
        ("t0 = Transpose <perm: ints = [0, 2, 1]> (x) y = MatMul (t0, y0)", True),
        ("y = Concat <axis: int = 2> (x, y0)", True),
        ("y = Concat <axis: int = 1> (x, y0)", False),
        ("t0 = Transpose <perm: ints = [0, 2, 1]> (y0) y = MatMul (x, t0)", False),
        ("a = Softmax (x) b = CumSum (y0, one) y = Add (a, b)", False),
    ],
)
def test_axes_that_must_agree_share_a_symbol(
    tmp_path_factory: pytest.TempPathFactory, body: str, agree: bool
) -> None:
    found = read(tmp_path_factory, body, (X, Y), {"one": np.array(1)})
    first, second = shapes(found)
    assert (first[1] == second[1]) is agree


def test_what_convolutions_reach_over_is_the_least(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    body = """
        a = Conv <strides: ints = [5]> (x, k)
        b = Relu (a)
        y = Conv <strides: ints = [2], dilations: ints = [2], pads: ints = [1, 1]> (b, l)
    """
    constants = {"k": weight(4, 2, 10), "l": weight(3, 4, 3)}
    found = read(tmp_path_factory, body, (("x", FLOAT, ("n", 2, "t")),), constants)
    # (5 - 2) positions of the second, each a step of 5 of the first, which reaches over 10.
    assert found.least == {shapes(found)[0][2]: (3 - 1) * 5 + 10}


def test_rows_that_are_laid_out_as_pictures_keep_their_least(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """As Paddle does for a convolution of one axis."""
    body = """
        a = Unsqueeze (x, axis)
        b = Conv <strides: ints = [1, 4]> (a, k)
        c = Squeeze (b, axis)
        d = Unsqueeze (c, axis)
        e = Conv <strides: ints = [1, 2]> (d, l)
        y = Squeeze (e, axis)
    """
    constants = {"k": weight(4, 2, 1, 25), "l": weight(3, 4, 1, 9), "axis": np.array([2])}
    found = read(tmp_path_factory, body, (("x", FLOAT, ("n", 2, "t")),), constants)
    assert found.least == {shapes(found)[0][2]: (9 - 1) * 4 + 25}


@pytest.mark.parametrize(
    ("body", "shape", "domain"),
    [
        ("y = Relu (x)", ("n", 3, "h", "w"), Image(3)),
        ("y = Relu (x)", ("n", "h", "w", 3), Image(3, layout="NHWC")),
        ("y = Relu (x)", ("n", 64, 64, 1), Image(1, layout="NHWC")),
        ("y = Relu (x)", ("n", 4, "h", "w"), Image(4)),
        ("y = Relu (x)", ("n", 4, "t", 64), Values(-3, 3)),
        ("y = Div (x, most)", ("n", 3, "h", "w"), Image(3, 0, 255)),
        ("y = Mul (x, part)", ("n", "h", "w", 3), Image(3, 0, 255, "NHWC")),
        ("y = Div (most, x)", (), Values(0.5, 2, guessed=True)),
        ("y = Div (most, x)", ("n", 5), Values(0.5, 2, guessed=True)),
        ("y = Relu (x)", (1,), Values(0.5, 2, guessed=True)),
        ("y = Log (x)", ("n", 5), Values(0.01, 3, guessed=True)),
        ("y = Relu (x)", ("n", 5), Values(-3, 3)),
    ],
)
def test_what_floats_are_taken_for(
    tmp_path_factory: pytest.TempPathFactory,
    body: str,
    shape: tuple[int | str, ...],
    domain: object,
) -> None:
    constants = {"most": np.float32(255), "part": np.float32(1 / 255)}
    (spec,) = read(tmp_path_factory, body, (("x", FLOAT, shape),), constants).inputs
    assert spec.domain == domain
