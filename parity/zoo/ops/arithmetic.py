"""Functions of two numbers and more, and how they are spread over each other."""

from parity.zoo.ops._net import nets

NETS = nets("arithmetic", """
add | x + y | x: N,3,5; y: N,3,5
add-row | x + y | x: N,3,5; y: 5
add-column | x + y | x: N,3,5; y: 3,1
add-both | x + y | x: N,1,5; y: 3,1
add-scalar | paddle.tanh(x) + 1.5 | x: N,3,5
add-rank0 | x + y.sum() | x: N,3,5; y: 4
add-int32 | x + y | x: int32 N,3; y: int32 N,3
add-int64 | x + y | x: int64 N,3; y: int64 3
add-bool | paddle.add(x, y) | x: bool N,3; y: bool N,3
add-mixed | x + y | x: N,3; y: float64 N,3
add-int-float | x + y.astype("float32") | x: N,3; y: int64 N,3
sub | x - y | x: N,3,5; y: N,3,5
sub-from | 2 - x | x: N,3,5
mul | x * y | x: N,3,5; y: 3,1
mul-int64 | x * y | x: int64 N,3; y: int64 N,3
mul-self | x * x | x: N,3,5
div | x / y | x: N,3,5; y: N,3,5 nonzero
div-scalar | x / 3 | x: N,3,5
div-int32 | x / y | x: int32 N,3; y: int32 N,3 nonzero
div-int64 | x / y | x: int64 N,3; y: int64 N,3 nonzero
div-zero | x / y | x: N,3; y: N,3
floordiv | x // y | x: N,3,5; y: N,3,5 nonzero
floordiv-int32 | x // y | x: int32 N,3; y: int32 N,3 nonzero
floordiv-int64 | x // y | x: int64 N,3; y: int64 N,3 nonzero
floordiv-scalar | x // 4 | x: int64 N,3
mod | x % y | x: N,3,5; y: N,3,5 nonzero
mod-int32 | x % y | x: int32 N,3; y: int32 N,3 nonzero
mod-int64 | x % y | x: int64 N,3; y: int64 N,3 nonzero
mod-scalar | x % 3 | x: int64 N,3
mod-float-scalar | x % 1.5 | x: N,3
fmod-like | x - paddle.trunc(x / y) * y | x: N,3; y: N,3 nonzero
pow | paddle.pow(x, y) | x: N,3 positive; y: N,3 small
pow-two | paddle.pow(x, 2) | x: N,3
pow-three | paddle.pow(x, 3.0) |
pow-half | paddle.pow(x, 0.5) | x: N,3 positive
pow-minus | paddle.pow(x, -1.5) |
pow-int64 | paddle.pow(x, 2) | x: int64 N,3
pow-base | paddle.pow(paddle.full([1], 2.0), x) | x: N,3 small
maximum | paddle.maximum(x, y) | x: N,3,5; y: N,3,5
maximum-row | paddle.maximum(x, y) | x: N,3,5; y: 5
maximum-int32 | paddle.maximum(x, y) | x: int32 N,3; y: int32 N,3
maximum-int64 | paddle.maximum(x, y) | x: int64 N,3; y: int64 N,3
minimum | paddle.minimum(x, y) | x: N,3,5; y: N,3,5
minimum-int64 | paddle.minimum(x, y) | x: int64 N,3; y: int64 N,3
maximum-nan | paddle.maximum(x, y) | x: N,3 special; y: N,3
fmax | paddle.fmax(x, y) |
fmin | paddle.fmin(x, y) |
atan2 | paddle.atan2(x, y) | x: N,3,5; y: N,3,5
atan2-axes | paddle.atan2(x, y) | x: N,3 from 0 1; y: N,3 from -1 0
hypot | paddle.hypot(x, y) | x: N,3; y: N,3
lerp | paddle.lerp(x, y, 0.3) |
lerp-tensor | paddle.lerp(x, y, z) | x: N,3; y: N,3; z: N,3 unit
heaviside | paddle.heaviside(x, y) | x: N,3; y: N,3
copysign | paddle.copysign(x, y) |
logaddexp | paddle.logaddexp(x, y) |
add-n | paddle.add_n([x, y, x]) |
multiplex | paddle.multiplex([x, y], z) | x: N,3; y: N,3; z: int32 N,1 below 2
bitwise-and | paddle.bitwise_and(x, y) | x: int32 N,3; y: int32 N,3
bitwise-and-bool | paddle.bitwise_and(x, y) | x: bool N,3; y: bool N,3
bitwise-or-int64 | paddle.bitwise_or(x, y) | x: int64 N,3; y: int64 N,3
bitwise-xor | paddle.bitwise_xor(x, y) | x: int32 N,3; y: int32 N,3
bitwise-not | paddle.bitwise_not(x) | x: int32 N,3
bitwise-not-bool | paddle.bitwise_not(x) | x: bool N,3
cumsum | paddle.cumsum(x, axis=1) | x: N,3,5
cumsum-last | paddle.cumsum(x, axis=-1) |
cumsum-flat | paddle.cumsum(x) |
cumsum-int64 | paddle.cumsum(x, axis=0) | x: int64 N,3
cumsum-cast | paddle.cumsum(x, axis=1, dtype="float64") | x: N,3
cumprod | paddle.cumprod(x, dim=1) | x: N,3,5 small
cummax | paddle.cummax(x, axis=1)[0] | x: N,3,5
cummin | paddle.cummin(x, axis=1)[0] |
logcumsumexp | paddle.logcumsumexp(x, axis=1) |
diff | paddle.diff(x, axis=-1) |
trapezoid | paddle.trapezoid(x, axis=-1) |
outer | paddle.outer(x, y) | x: N; y: 4
inner | paddle.inner(x, y) | x: N,4; y: 3,4
cross | paddle.cross(x, y, axis=1) | x: N,3; y: N,3
kron | paddle.kron(x, y) | x: 2,3; y: 3,2
neg | -x | x: N,3
neg-int64 | -x | x: int64 N,3
increment | paddle.increment(paddle.assign(x), 2.0) | x: 1
""")  # fmt: skip
