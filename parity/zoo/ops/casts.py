"""From one type to another."""

from parity.zoo.ops._net import nets

NETS = nets("casts", """
float32-float64 | paddle.cast(x, "float64") | x: N,3
float32-int32 | paddle.cast(x, "int32") |
float32-int64 | paddle.cast(x, "int64") |
float32-bool | paddle.cast(x, "bool") | x: N,3
float32-float16 | paddle.cast(paddle.cast(x, "float16"), "float32") |
float32-uint8 | paddle.cast(x, "uint8") | x: N,3 from 0 200
float32-int8 | paddle.cast(x, "int8") | x: N,3 from -100 100
float64-float32 | paddle.cast(x, "float32") | x: float64 N,3
float64-int64 | paddle.cast(x, "int64") |
int32-float32 | paddle.cast(x, "float32") | x: int32 N,3
int32-int64 | paddle.cast(x, "int64") |
int32-bool | paddle.cast(x, "bool") | x: int32 N,3 below 2
int64-float32 | paddle.cast(x, "float32") | x: int64 N,3
int64-int32 | paddle.cast(x, "int32") |
int64-float64 | paddle.cast(x, "float64") |
int64-bool | paddle.cast(x, "bool") | x: int64 N,3 below 2
bool-float32 | paddle.cast(x, "float32") | x: bool N,3
bool-int64 | paddle.cast(x, "int64") |
bool-int32 | paddle.cast(x, "int32") |
uint8-float32 | paddle.cast(x, "float32") | x: uint8 N,3
same | paddle.cast(x, "float32") + 1 | x: N,3
rank0 | paddle.cast(x.sum(), "int64") + y | x: 4; y: int64 3
round-trip | paddle.cast(paddle.cast(x, "int64"), "float32") | x: N,3
mask | (1.0 - paddle.cast(x, "float32")) * -1e4 | x: int64 N,S below 2
mask-unsqueezed | paddle.unsqueeze((x == 0).astype("float32") * -1e4, [1, 2]) | x: int64 N,S below 3
int64-large | paddle.cast(x * 1000003 * 1000003, "float64") | x: int64 N,3
""")  # fmt: skip
