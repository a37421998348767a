"""Pools: ceil_mode, exclusive, adaptive, layouts."""

from parity.zoo.ops._net import nets

NETS = nets("pools", """
max2d | F.max_pool2d(x, 2) | x: N,3,H,W
max2d-stride-one | F.max_pool2d(x, 3, stride=1) |
max2d-padding | F.max_pool2d(x, 3, stride=2, padding=1) |
max2d-padding-four | F.max_pool2d(x, 3, stride=2, padding=[0, 1, 1, 0]) |
max2d-ceil | F.max_pool2d(x, 3, stride=2, ceil_mode=True) |
max2d-ceil-padding | F.max_pool2d(x, 2, stride=2, padding=1, ceil_mode=True) |
max2d-ceil-overhang | F.max_pool2d(x, 2, stride=3, ceil_mode=True) |
max2d-same | F.max_pool2d(x, 3, stride=2, padding="SAME") |
max2d-valid | F.max_pool2d(x, 3, stride=2, padding="VALID") |
max2d-kernel-two | F.max_pool2d(x, [2, 3], stride=[2, 1]) |
max2d-nhwc | F.max_pool2d(x, 2, data_format="NHWC") | x: N,H,W,3
max2d-mask | F.max_pool2d(x, 2, return_mask=True) | x: N,3,H,W distinct
max2d-negative | F.max_pool2d(x - 100, 3, stride=2, padding=1) | x: N,3,H,W
max2d-float64 | F.max_pool2d(x, 2) | x: float64 N,3,H,W
avg2d | F.avg_pool2d(x, 2) | x: N,3,H,W
avg2d-padding | F.avg_pool2d(x, 3, stride=2, padding=1) |
avg2d-inclusive | F.avg_pool2d(x, 3, stride=2, padding=1, exclusive=False) |
avg2d-ceil | F.avg_pool2d(x, 3, stride=2, ceil_mode=True) |
avg2d-ceil-padding | F.avg_pool2d(x, 3, stride=2, padding=1, ceil_mode=True) |
avg2d-ceil-inclusive | F.avg_pool2d(x, 3, stride=2, padding=1, ceil_mode=True, exclusive=False) |
avg2d-same | F.avg_pool2d(x, 3, stride=2, padding="SAME") |
avg2d-same-inclusive | F.avg_pool2d(x, 3, stride=2, padding="SAME", exclusive=False) |
avg2d-padding-four | F.avg_pool2d(x, 3, padding=[0, 1, 1, 0]) |
avg2d-divisor | F.avg_pool2d(x, 2, divisor_override=3) |
avg2d-nhwc | F.avg_pool2d(x, 2, data_format="NHWC") | x: N,H,W,3
max1d | F.max_pool1d(x, 2) | x: N,3,L
max1d-padding | F.max_pool1d(x, 3, stride=2, padding=1) |
max1d-ceil | F.max_pool1d(x, 2, stride=2, ceil_mode=True) |
max1d-mask | F.max_pool1d(x, 2, return_mask=True) | x: N,3,L distinct
avg1d | F.avg_pool1d(x, 2) | x: N,3,L
avg1d-padding | F.avg_pool1d(x, 3, stride=2, padding=1) |
avg1d-inclusive | F.avg_pool1d(x, 3, stride=2, padding=1, exclusive=False) |
avg1d-ceil | F.avg_pool1d(x, 2, ceil_mode=True) |
max3d | F.max_pool3d(x, 2) | x: N,2,6,H,W
max3d-padding | F.max_pool3d(x, 3, stride=2, padding=1) |
max3d-ceil | F.max_pool3d(x, 2, stride=2, ceil_mode=True) |
max3d-mask | F.max_pool3d(x, 2, return_mask=True) | x: N,2,4,H,W distinct
avg3d | F.avg_pool3d(x, 2) | x: N,2,6,H,W
avg3d-inclusive | F.avg_pool3d(x, 3, stride=2, padding=1, exclusive=False) |
adaptive-avg2d-one | F.adaptive_avg_pool2d(x, 1) | x: N,3,H,W
adaptive-avg2d-divides | F.adaptive_avg_pool2d(x, 4) | x: N,3,8,12
adaptive-avg2d-odd | F.adaptive_avg_pool2d(x, [3, 5]) | x: N,3,8,12
adaptive-avg2d-open | F.adaptive_avg_pool2d(x, 2) | x: N,3,H,W
adaptive-avg2d-none | F.adaptive_avg_pool2d(x, [None, 3]) | x: N,3,8,12
adaptive-avg2d-nhwc | F.adaptive_avg_pool2d(x, 1, data_format="NHWC") | x: N,H,W,3
adaptive-max2d-one | F.adaptive_max_pool2d(x, 1) | x: N,3,H,W
adaptive-max2d-divides | F.adaptive_max_pool2d(x, 4) | x: N,3,8,12
adaptive-max2d-odd | F.adaptive_max_pool2d(x, [3, 5]) | x: N,3,8,12
adaptive-max2d-mask | F.adaptive_max_pool2d(x, 4, return_mask=True) | x: N,3,8,12 distinct
adaptive-avg1d-one | F.adaptive_avg_pool1d(x, 1) | x: N,3,L
adaptive-avg1d-three | F.adaptive_avg_pool1d(x, 3) | x: N,3,12
adaptive-max1d | F.adaptive_max_pool1d(x, 3) |
adaptive-avg3d-one | F.adaptive_avg_pool3d(x, 1) | x: N,2,4,H,W
adaptive-avg3d-two | F.adaptive_avg_pool3d(x, 2) | x: N,2,4,6,8
lp2d | F.lp_pool2d(x, 2.0, 2) | x: N,3,H,W
unpool2d | F.max_unpool2d(*F.max_pool2d(x, 2, return_mask=True), 2) | x: 2,3,8,6 distinct
fractional | F.fractional_max_pool2d(x, [3, 4], random_u=0.3) | x: N,3,8,9
""")  # fmt: skip
