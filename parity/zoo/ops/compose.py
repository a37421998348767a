"""Small compositions where exporters and runtimes fuse, drop or mistake something."""

from parity.zoo.ops._net import nets

NETS = nets("compose", """
input-is-output | [x, x + 1] | x: N,3
input-only-assigned | [paddle.assign(x), x * 2] |
same-output-twice | [x * 2, x * 2] |
output-used-on | [y * 2, (y * 2) + x] | x: N,3; y: N,3
several-outputs | [x + y, x - y, x * y] |
outputs-of-split | [a + 1 for a in paddle.split(x, 2, axis=1)] | x: N,4
constant-branch | x + paddle.cos(paddle.full([3], 0.5)) | x: N,3
equal-ops | paddle.cos(x) + paddle.cos(x) |
stack-of-cos-sin | paddle.stack([paddle.cos(x), paddle.sin(x), paddle.cos(x)], axis=1) |
gelu-by-hand | x * 0.5 * (1.0 + paddle.erf(x / 2.0**0.5)) |
gelu-tanh-by-hand | 0.5 * x * (1 + paddle.tanh(0.7978845608 * (x + 0.044715 * x**3))) |
layer-norm-by-hand | (x - x.mean(-1, keepdim=True)) / paddle.sqrt(((x - x.mean(-1, keepdim=True)) ** 2).mean(-1, keepdim=True) + 1e-5) | x: N,S,6
layer-norm-by-hand-var | (x - x.mean(-1, keepdim=True)) / paddle.sqrt(x.var(-1, unbiased=False, keepdim=True) + 1e-5) |
softmax-by-hand | paddle.exp(x - x.max(-1, keepdim=True)) / paddle.exp(x - x.max(-1, keepdim=True)).sum(-1, keepdim=True) |
swish-by-hand | x * F.sigmoid(x) | x: N,3,H,W
hard-swish-by-hand | x * paddle.clip(x + 3, 0, 6) / 6 |
squeeze-excite | x * F.sigmoid(m(F.adaptive_avg_pool2d(x, 1))) | x: N,4,H,W | nn.Conv2D(4, 4, 1)
conv-bn-eval | m[1](m[0](x)) | x: N,3,H,W | [nn.Conv2D(3, 4, 3), nn.BatchNorm2D(4)]
conv-bn-shared | m[1](m[0](x)) + m[0](x) | | [nn.Conv2D(3, 4, 3), nn.BatchNorm2D(4)]
conv-pad-before | m(F.pad(x, [1, 0, 0, 1])) | | nn.Conv2D(3, 4, 3)
conv-pad-value-before | m(F.pad(x, [1, 1, 1, 1], value=1.0)) | | nn.Conv2D(3, 4, 3)
conv-mul-add | m(x) * 1.5 + 0.25 | | nn.Conv2D(3, 4, 3)
conv-transpose-bn | m[1](m[0](x)) | | [nn.Conv2DTranspose(3, 4, 2, stride=2), nn.BatchNorm2D(4)]
bn-before-conv | m[1](m[0](x)) | | [nn.BatchNorm2D(3), nn.Conv2D(3, 4, 3, padding=1)]
linear-bn | m[1](m[0](x)) | x: N,4 | [nn.Linear(4, 5), nn.BatchNorm1D(5)]
linear-add | m(x) + y | x: N,4; y: N,5 | nn.Linear(4, 5)
linear-scaled | m(x) * 0.125 | x: N,4 | nn.Linear(4, 5)
matmul-transpose-scale | paddle.matmul(x, y.transpose([0, 2, 1])) * 0.5 | x: N,3,4; y: N,5,4
transpose-transpose | x.transpose([0, 2, 1]).transpose([0, 2, 1]) + 1 | x: N,3,5
transpose-reshape | x.transpose([0, 2, 1]).reshape([0, -1]) | x: N,3,4
reshape-reshape | x.reshape([0, -1]).reshape([-1, 3, 4]) |
squeeze-unsqueeze | x.squeeze(1).unsqueeze(-1) | x: N,1,4
cast-cast | x.astype("int32").astype("float32") + x | x: N,3
double-negation | -(-x) + 1 | x: N,3
relu-relu | F.relu(F.relu(x) - 0.5) |
clip-relu | paddle.clip(F.relu(x), 0.0, 1.5) |
add-zero | x + 0.0 * y | x: N,3; y: N,3
mul-one | x * 1.0 - y |
where-mask-softmax | F.softmax(paddle.where(y, x, paddle.full_like(x, -1e9)), axis=-1) | x: N,5; y: bool N,5
shared-embedding | paddle.matmul(m(x), m.weight, transpose_y=True) | x: int64 N,S below 7 | nn.Embedding(7, 4)
embedding-sum | m[0](x) + m[1](y) | x: int64 N,S below 7; y: int64 N,S below 2 | [nn.Embedding(7, 4), nn.Embedding(2, 4)]
embedding-norm | m[1](m[0](x)) | x: int64 N,S below 7 | [nn.Embedding(7, 4), nn.LayerNorm(4)]
positions | m(paddle.cumsum(paddle.ones_like(x), axis=-1) - 1) | x: int64 N,S | nn.Embedding(9, 4)
pooled-first | paddle.tanh(m(x[:, 0])) | x: N,S,4 | nn.Linear(4, 4)
masked-mean | (x * y).sum(1) / paddle.clip(y.sum(1), min=1e-9) | x: N,S,4; y: N,S,1 unit
unstack-two | paddle.unstack(m(x).transpose([2, 0, 1]), axis=0) | x: N,S,4 | nn.Linear(4, 2)
rotary | x * paddle.cos(y) + paddle.concat([-x[..., 2:], x[..., :2]], -1) * paddle.sin(y) | x: N,S,4; y: S,4
rotary-interleaved | paddle.stack([-x[..., 1::2], x[..., ::2]], -1).reshape([0, -1, 4]) | x: N,S,4
causal-mask | x + paddle.triu(paddle.full([5, 5], -1e4), 1) | x: N,5,5
residual-norm | m(x + y) | x: N,S,6; y: N,S,6 | nn.LayerNorm(6)
bias-gelu | F.gelu(x + y) | x: N,S,6; y: 6
upsample-concat | paddle.concat([F.interpolate(x, scale_factor=2, mode="nearest"), y], 1) | x: N,3,4,5; y: N,2,8,10
upsample-add | F.interpolate(x, size=paddle.shape(y)[2:], mode="nearest") + y | x: N,3,4,5; y: N,3,H,W
slice-reverse-concat | paddle.concat([x[:, 2:], x[:, :2]], axis=1) | x: N,5
loss | F.cross_entropy(x, y, reduction="none") | x: N,5; y: int64 N below 5
loss-soft | F.cross_entropy(x, F.softmax(y), soft_label=True, reduction="none") | x: N,5; y: N,5
loss-softmax | F.softmax_with_cross_entropy(x, y) | x: N,5; y: int64 N,1 below 5
loss-mse | F.mse_loss(x, y, reduction="none") | x: N,5; y: N,5
loss-smooth-l1 | F.smooth_l1_loss(x, y, reduction="none") |
loss-bce | F.binary_cross_entropy_with_logits(x, y, reduction="none") | x: N,5; y: N,5 unit
loss-kl | F.kl_div(x, y, reduction="none") | x: N,5; y: N,5 unit
""")  # fmt: skip
