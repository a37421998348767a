"""Branches, loops, arrays."""

from parity.zoo.ops._net import nets

NETS = nets("control", """
cond | paddle.static.nn.cond(x.sum() > 0, lambda: x * 2, lambda: x - 1) | x: N,3
cond-two-outputs | paddle.static.nn.cond(x.sum() > 0, lambda: (x * 2, x + 1), lambda: (x - 1, x * 3)) |
cond-shape | paddle.static.nn.cond(paddle.shape(x)[0] > 2, lambda: x * 2, lambda: x - 1) |
cond-nested | paddle.static.nn.cond(x.sum() > 0, lambda: paddle.static.nn.cond(x.max() > 2, lambda: x * 2, lambda: x * 3), lambda: x - 1) |
cond-layer | paddle.static.nn.cond(x.sum() > 0, lambda: m(x), lambda: x) | x: N,3 | nn.Linear(3, 3)
case | paddle.static.nn.case([(x.sum() > 3, lambda: x * 2), (x.sum() > 0, lambda: x + 1)], default=lambda: -x) | x: N,3
switch-case | paddle.static.nn.switch_case(y, {0: lambda: x * 2, 1: lambda: x + 1}, default=lambda: -x) | x: N,3; y: int32 1 below 3
while | paddle.static.nn.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, v * 2), [paddle.zeros([1], "int64"), x]) | x: N,3
while-rank0 | paddle.static.nn.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, v * 2), [paddle.zeros([], "int64"), x]) |
while-data | paddle.static.nn.while_loop(lambda v: v.max() < 50, lambda v: (v * 2 + 1,), [paddle.abs(x)]) |
while-shape | paddle.static.nn.while_loop(lambda i, v: i < paddle.shape(x)[0], lambda i, v: (i + 1, v + 1.5), [paddle.zeros([1], "int32"), x]) |
while-invariant | paddle.static.nn.while_loop(lambda i, v: i < 2, lambda i, v: (i + 1, v + y), [paddle.zeros([1], "int64"), x]) | x: N,3; y: N,3
while-zero-times | paddle.static.nn.while_loop(lambda i, v: i < 0, lambda i, v: (i + 1, v * 2), [paddle.zeros([1], "int64"), x]) | x: N,3
select-by-where | paddle.where(x.sum() > 0, x * 2, x - 1) | x: N,3
""")  # fmt: skip
