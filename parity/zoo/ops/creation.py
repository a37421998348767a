"""Tensors from nothing, or from a shape."""

from parity.zoo.ops._net import nets

NETS = nets("creation", """
full | x + paddle.full([2, 3], 2.5) | x: 2,3
full-int64 | x + paddle.full([3], 7, "int64") | x: int64 N,3
full-shape | x + paddle.full([paddle.shape(x)[0], 3], 1.5) | x: N,3
full-tensor-value | paddle.full([2, 3], x.max()) | x: 4
full-like | x + paddle.full_like(x, 0.75) | x: N,3
full-like-cast | paddle.full_like(x, 2, dtype="int64") + x.astype("int64") | x: N,3
full-bool | paddle.logical_xor(x, paddle.full([3], True, "bool")) | x: bool N,3
zeros-like | paddle.zeros_like(x) - x | x: N,3
ones-like | paddle.ones_like(x) + x | x: N,3
ones-like-int64 | paddle.cumsum(paddle.ones_like(x), axis=-1) - 1 | x: int64 N,S
zeros-shape | paddle.concat([x, paddle.zeros([paddle.shape(x)[0], 2])], axis=1) | x: N,3
arange | x + paddle.arange(3, dtype="float32") | x: N,3
arange-step | x + paddle.arange(6, 0, -2, dtype="float32") | x: N,3
arange-float | x + paddle.arange(0.5, 2.0, 0.5) | x: N,3
arange-shape | x + paddle.arange(0, paddle.shape(x)[1], dtype="int64") | x: int64 N,S
arange-shape-float | x + paddle.arange(0, paddle.shape(x)[1], dtype="float32") | x: N,S
linspace | x + paddle.linspace(0, 1, 5) | x: N,5
linspace-down | x + paddle.linspace(2.0, -1.0, 4) | x: N,4
linspace-int | x + paddle.linspace(0, 10, 4, dtype="int32") | x: int32 N,4
logspace | x + paddle.logspace(0, 2, 4) | x: N,4
eye | paddle.matmul(x, paddle.eye(3)) + paddle.eye(3) | x: 3,3
eye-wide | x + paddle.eye(3, 5) | x: 3,5
eye-int64 | x + paddle.eye(4, dtype="int64") | x: int64 4,4
assign-value | x + paddle.assign(np.array([[1.5, -2.0, 0.25]], "float32")) | x: N,3
assign-value-int64 | x + paddle.assign(np.array([5, 2**40, -1], "int64")) | x: int64 N,3
assign-value-bool | paddle.logical_and(x, paddle.assign(np.array([True, False, True]))) | x: bool N,3
assign-value-rank0 | x + paddle.assign(np.array(2.5, "float32")) | x: N,3
to-tensor | x * paddle.to_tensor([1.0, 2.0, 3.0]) | x: N,3
to-tensor-rank0 | x * paddle.to_tensor(0.1) | x: N,3
tril-indices | x + paddle.tril_indices(3, 3, 0).astype("float32") | x: 2,6
empty-like-shape | paddle.shape(paddle.empty_like(x)) + x.astype("int32").sum() | x: N,3
size | paddle.numel(x) * y | x: N,3,S; y: int64 2
rank | paddle.rank(x).astype("float32") + x | x: N,3
sequence-mask | F.sequence_mask(x, maxlen=6, dtype="float32") | x: int64 N from 1 6
sequence-mask-open | F.sequence_mask(x, maxlen=paddle.max(x), dtype="int64") |
position-ids | paddle.cumsum((x != 0).astype("int64"), axis=-1) * (x != 0).astype("int64") | x: int64 N,S below 4
diagflat | paddle.diagflat(x) | x: 3
vander | paddle.vander(x, 3) | x: 4 small
complex-parts | paddle.real(paddle.complex(x, y)) + paddle.imag(paddle.complex(y, x)) | x: N,3; y: N,3
poly | paddle.polar(x, y).real() | x: N,3 positive; y: N,3
clone | paddle.clone(x) * 2 | x: N,3
""")  # fmt: skip
