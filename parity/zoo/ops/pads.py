"""Padding: modes, values, layouts, sizes from tensors."""

from parity.zoo.ops._net import nets

NETS = nets("pads", """
constant2d | F.pad(x, [1, 2, 0, 3]) | x: N,3,H,W
constant2d-value | F.pad(x, [1, 2, 0, 3], value=0.5) |
constant2d-minus-one | F.pad(x, [1, 1, 1, 1], value=-1.0) |
constant2d-nhwc | F.pad(x, [1, 2, 0, 3], data_format="NHWC") | x: N,H,W,3
reflect2d | F.pad(x, [1, 2, 0, 3], mode="reflect") | x: N,3,H,W
reflect2d-nhwc | F.pad(x, [1, 2, 0, 3], mode="reflect", data_format="NHWC") | x: N,H,W,3
replicate2d | F.pad(x, [1, 2, 0, 3], mode="replicate") | x: N,3,H,W
circular2d | F.pad(x, [1, 2, 0, 3], mode="circular") |
negative2d | F.pad(x, [-1, 2, 0, -2]) |
constant1d | F.pad(x, [1, 2], data_format="NCL") | x: N,3,L
constant1d-value | F.pad(x, [1, 2], value=0.5, data_format="NCL") |
constant1d-nlc | F.pad(x, [1, 2], data_format="NLC") | x: N,L,3
reflect1d | F.pad(x, [1, 2], mode="reflect", data_format="NCL") | x: N,3,L
replicate1d | F.pad(x, [1, 2], mode="replicate", data_format="NCL") |
constant3d | F.pad(x, [1, 2, 0, 1, 2, 1], data_format="NCDHW") | x: N,2,4,H,W
constant3d-ndhwc | F.pad(x, [1, 2, 0, 1, 2, 1], data_format="NDHWC") | x: N,4,H,W,2
reflect3d | F.pad(x, [1, 2, 0, 1, 2, 1], mode="reflect", data_format="NCDHW") | x: N,2,4,H,W
replicate3d | F.pad(x, [1, 2, 0, 1, 2, 1], mode="replicate", data_format="NCDHW") |
all-axes | F.pad(x, [0, 0, 1, 2], mode="constant", value=0.0) | x: N,5
all-axes-value | F.pad(x, [0, 0, 1, 2], mode="constant", value=1.5) |
all-axes-three | F.pad(x, [0, 1, 2, 0, 1, 1], mode="constant") | x: N,3,5
tensor | F.pad(x, y) | x: N,3,H,W; y: int32 4 below 3
int64 | F.pad(x, [1, 2, 0, 3]) | x: int64 N,3,H,W
int32 | F.pad(x, [1, 2, 0, 3], value=7) | x: int32 N,3,H,W
float64 | F.pad(x, [1, 2, 0, 3], value=2.0) | x: float64 N,3,H,W
layer-zero | m(x) | x: N,3,H,W | nn.ZeroPad2D([1, 2, 0, 3])
layer-one | m(x) | | nn.Pad2D(1, mode="replicate")
""")  # fmt: skip
