"""Comparisons and logic."""

from parity.zoo.ops._net import nets

NETS = nets("compare", """
equal | x == y | x: N,3; y: N,3
equal-int64 | x == y | x: int64 N,3 below 3; y: int64 N,3 below 3
equal-int32 | x == y | x: int32 N,3 below 3; y: int32 N,3 below 3
equal-bool | paddle.equal(x, y) | x: bool N,3; y: bool N,3
equal-float64 | x == paddle.round(x) | x: float64 N,3
equal-round | x == paddle.round(x) | x: N,3
equal-scalar | x == 0 | x: int64 N,3 below 3
not-equal | x != y | x: int64 N,3 below 3; y: int64 3 below 3
not-equal-float | x != paddle.floor(x) | x: N,3
not-equal-bool | paddle.not_equal(x, y) | x: bool N,3; y: bool N,3
greater | x > y | x: N,3; y: N,3
greater-int64 | x > y | x: int64 N,3; y: int64 N,3
greater-int32 | x > y | x: int32 N,3; y: int32 N,3
greater-equal | x >= y | x: N,3; y: 3
greater-equal-ties | x >= paddle.round(x) | x: N,3
greater-equal-int64 | x >= y | x: int64 N,3; y: int64 N,3
less | x < y | x: N,3; y: N,3
less-float64 | x < y | x: float64 N,3; y: float64 N,3
less-equal | x <= paddle.round(x) | x: N,3
less-equal-int64 | x <= y | x: int64 N,3; y: int64 N,3
less-scalar | x < 0.5 | x: N,3
greater-nan | x > y | x: N,3 special; y: N,3
logical-and | paddle.logical_and(x, y) | x: bool N,3; y: bool N,3
logical-and-row | paddle.logical_and(x, y) | x: bool N,3; y: bool 3
logical-or | paddle.logical_or(x, y) | x: bool N,3; y: bool N,3
logical-xor | paddle.logical_xor(x, y) |
logical-not | paddle.logical_not(x) | x: bool N,3
logical-and-float | paddle.logical_and(x, y) | x: N,3; y: N,3
logical-not-int64 | paddle.logical_not(x) | x: int64 N,3 below 3
allclose | paddle.allclose(x, paddle.round(x * 8) / 8).astype("float32") + x | x: N,3
isclose | paddle.isclose(x, paddle.round(x), atol=0.2) | x: N,3
equal-all | paddle.equal_all(x, paddle.round(x)).astype("float32") + x | x: N,3
where | paddle.where(x > 0, x, y) | x: N,3; y: N,3
where-row | paddle.where(x > 0, x, y) | x: N,3; y: 3
where-scalar | paddle.where(x > 0, x, paddle.zeros_like(x)) | x: N,3
where-int64 | paddle.where(x > 0, x, y) | x: int64 N,3; y: int64 N,3
where-bool | paddle.where(z, x, y) | x: bool N,3; y: bool N,3; z: bool N,3
where-index | paddle.nonzero(x) | x: bool N,3
where-index-float | paddle.nonzero(x) | x: N,3
where-index-tuple | paddle.nonzero(x, as_tuple=True) | x: bool N,3
masked-select | paddle.masked_select(x, y) | x: N,3; y: bool N,3
masked-fill | paddle.masked_fill(x, y, -1.5) |
is-empty | paddle.is_empty(x).astype("float32") + x | x: N,3
""")  # fmt: skip
