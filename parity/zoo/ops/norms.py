"""Normalisations: layouts, epsilon, affine or not."""

from parity.zoo.ops._net import nets

NETS = nets("norms", """
batch2d | m(x) | x: N,3,H,W | nn.BatchNorm2D(3)
batch2d-epsilon | m(x) | | nn.BatchNorm2D(3, epsilon=0.1)
batch2d-no-affine | m(x) | | nn.BatchNorm2D(3, weight_attr=False, bias_attr=False)
batch2d-nhwc | m(x) | x: N,H,W,3 | nn.BatchNorm2D(3, data_format="NHWC")
batch2d-batch-statistics | m(x) | x: 3,3,H,W | nn.BatchNorm2D(3, use_global_stats=False)
batch1d | m(x) | x: N,3 | nn.BatchNorm1D(3)
batch1d-length | m(x) | x: N,3,L | nn.BatchNorm1D(3)
batch1d-nlc | m(x) | x: N,L,3 | nn.BatchNorm1D(3, data_format="NLC")
batch3d | m(x) | x: N,2,3,H,W | nn.BatchNorm3D(2)
layer | m(x) | x: N,S,6 | nn.LayerNorm(6)
layer-epsilon | m(x * 0.02) | | nn.LayerNorm(6, epsilon=1e-3)
layer-epsilon-tiny | m(x * 1e-4) | | nn.LayerNorm(6, epsilon=1e-12)
layer-no-affine | m(x) | | nn.LayerNorm(6, weight_attr=False, bias_attr=False)
layer-no-bias | m(x) | | nn.LayerNorm(6, bias_attr=False)
layer-two | m(x) | x: N,4,6 | nn.LayerNorm([4, 6])
layer-three | m(x) | x: N,3,4,5 | nn.LayerNorm([3, 4, 5])
layer-rank2 | m(x) | x: N,6 | nn.LayerNorm(6)
layer-float64 | F.layer_norm(x, 6, y, z) | x: float64 N,6; y: float64 6; z: float64 6
group | m(x) | x: N,6,H,W | nn.GroupNorm(2, 6)
group-one | m(x) | | nn.GroupNorm(1, 6)
group-each | m(x) | | nn.GroupNorm(6, 6)
group-epsilon | m(x) | | nn.GroupNorm(3, 6, epsilon=0.1)
group-no-affine | m(x) | | nn.GroupNorm(3, 6, weight_attr=False, bias_attr=False)
group-nhwc | m(x) | x: N,H,W,6 | nn.GroupNorm(3, 6, data_format="NHWC")
group-rank3 | m(x) | x: N,6,L | nn.GroupNorm(3, 6)
group-rank2 | m(x) | x: N,6 | nn.GroupNorm(3, 6)
instance2d | m(x) | x: N,3,H,W | nn.InstanceNorm2D(3)
instance2d-epsilon | m(x) | | nn.InstanceNorm2D(3, epsilon=0.1)
instance2d-no-affine | m(x) | | nn.InstanceNorm2D(3, weight_attr=False, bias_attr=False)
instance1d | m(x) | x: N,3,L | nn.InstanceNorm1D(3)
instance3d | m(x) | x: N,2,3,H,W | nn.InstanceNorm3D(2)
local-response | F.local_response_norm(x, 3) | x: 2,5,6,7
local-response-own | F.local_response_norm(x, 4, alpha=0.5, beta=0.6, k=1.5) |
spectral | m(x) | x: 4,6 | nn.SpectralNorm([4, 6], dim=0, power_iters=2)
rms | x * paddle.rsqrt(paddle.mean(x * x, axis=-1, keepdim=True) + 1e-6) | x: N,S,6
cosine-similarity | F.cosine_similarity(x, y, axis=-1) | x: N,S,6; y: N,S,6
pairwise-distance | F.pairwise_distance(x, y) | x: N,6; y: N,6
""")  # fmt: skip
