"""Resizing: modes, corners, sizes and scales, and sampling by a grid."""

from parity.zoo.ops._net import nets

NETS = nets("resizes", """
nearest-size | F.interpolate(x, size=[10, 13], mode="nearest") | x: N,3,7,8
nearest-size-down | F.interpolate(x, size=[4, 3], mode="nearest") |
nearest-scale-two | F.interpolate(x, scale_factor=2, mode="nearest") | x: N,3,H,W
nearest-scale-float | F.interpolate(x, scale_factor=1.5, mode="nearest") |
nearest-scale-pair | F.interpolate(x, scale_factor=[2.0, 3.0], mode="nearest") |
nearest-nhwc | F.interpolate(x, size=[10, 13], mode="nearest", data_format="NHWC") | x: N,7,8,3
nearest-tensor-size | F.interpolate(x, size=paddle.shape(y)[2:], mode="nearest") | x: N,3,7,8; y: N,3,H,W
nearest-fixed | F.interpolate(x, scale_factor=2, mode="nearest") | x: 2,3,7,8
bilinear-size | F.interpolate(x, size=[10, 13], mode="bilinear") | x: N,3,7,8
bilinear-size-down | F.interpolate(x, size=[4, 3], mode="bilinear") |
bilinear-corners | F.interpolate(x, size=[10, 13], mode="bilinear", align_corners=True) |
bilinear-corners-down | F.interpolate(x, size=[4, 3], mode="bilinear", align_corners=True) |
bilinear-mode-one | F.interpolate(x, size=[10, 13], mode="bilinear", align_mode=1) |
bilinear-mode-one-down | F.interpolate(x, size=[4, 3], mode="bilinear", align_mode=1) |
bilinear-one-pixel | F.interpolate(x, size=[1, 1], mode="bilinear", align_corners=True) |
bilinear-scale-two | F.interpolate(x, scale_factor=2, mode="bilinear") | x: N,3,H,W
bilinear-scale-half | F.interpolate(x, scale_factor=0.5, mode="bilinear") |
bilinear-scale-corners | F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True) |
bilinear-tensor-size | F.interpolate(x, size=paddle.shape(y)[2:], mode="bilinear") | x: N,3,7,8; y: N,3,H,W
bilinear-tensor-corners | F.interpolate(x, size=paddle.shape(y)[2:], mode="bilinear", align_corners=True) |
bilinear-nhwc | F.interpolate(x, size=[10, 13], mode="bilinear", data_format="NHWC") | x: N,7,8,3
bicubic-size | F.interpolate(x, size=[10, 13], mode="bicubic") | x: N,3,7,8
bicubic-corners | F.interpolate(x, size=[10, 13], mode="bicubic", align_corners=True) |
bicubic-down | F.interpolate(x, size=[4, 3], mode="bicubic") |
bicubic-scale | F.interpolate(x, scale_factor=2, mode="bicubic") | x: N,3,H,W
linear-size | F.interpolate(x, size=[13], mode="linear", data_format="NCW") | x: N,3,8
linear-corners | F.interpolate(x, size=[13], mode="linear", align_corners=True, data_format="NCW") |
linear-scale | F.interpolate(x, scale_factor=2, mode="linear", data_format="NCW") | x: N,3,L
trilinear-size | F.interpolate(x, size=[5, 10, 13], mode="trilinear", data_format="NCDHW") | x: N,2,3,7,8
trilinear-corners | F.interpolate(x, size=[5, 10, 13], mode="trilinear", align_corners=True, data_format="NCDHW") |
nearest3d | F.interpolate(x, size=[5, 10, 13], mode="nearest", data_format="NCDHW") |
area | F.interpolate(x, size=[4, 4], mode="area") | x: N,3,8,12
upsample | m(x) | x: N,3,H,W | nn.Upsample(scale_factor=2, mode="nearest")
upsample-bilinear | m(x) | x: N,3,7,8 | nn.UpsamplingBilinear2D(size=[14, 12])
upsample-nearest | m(x) | | nn.UpsamplingNearest2D(size=[14, 12])
grid-sample | F.grid_sample(x, y) | x: N,3,H,W; y: N,5,6,2 inner
grid-sample-outside | F.grid_sample(x, y) | x: N,3,H,W; y: N,5,6,2 small
grid-sample-corners-off | F.grid_sample(x, y, align_corners=False) |
grid-sample-nearest | F.grid_sample(x, y, mode="nearest") | x: N,3,H,W; y: N,5,6,2 inner
grid-sample-border | F.grid_sample(x, y, padding_mode="border") | x: N,3,H,W; y: N,5,6,2 small
grid-sample-reflection | F.grid_sample(x, y, padding_mode="reflection") |
affine-grid | F.affine_grid(x, [2, 3, 4, 5]) | x: 2,2,3
affine-grid-corners-off | F.affine_grid(x, [2, 3, 4, 5], align_corners=False) |
""")  # fmt: skip
