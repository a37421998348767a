"""Functions of one number."""

from parity.zoo.ops._net import nets

NETS = nets("activations", """
relu | F.relu(x) | x: N,3,5
relu-float64 | F.relu(x) | x: float64 N,3,5
relu-rank0 | F.relu(x.sum()) + x | x: N,3,5
relu-rank1 | F.relu(x) | x: N
relu6 | F.relu6(x) | x: N,3,5
leaky-relu | F.leaky_relu(x) |
leaky-relu-third | F.leaky_relu(x, 0.3) |
leaky-relu-float64 | F.leaky_relu(x, 0.25) | x: float64 N,3,5
elu | F.elu(x) | x: N,3,5
elu-half | F.elu(x, 0.5) |
selu | F.selu(x) |
selu-own | F.selu(x, scale=1.5, alpha=1.2) |
celu | F.celu(x, 0.7) |
gelu | F.gelu(x) |
gelu-approximate | F.gelu(x, approximate=True) |
gelu-float64 | F.gelu(x) | x: float64 N,3,5
silu | F.silu(x) | x: N,3,5
swish | F.swish(x) |
mish | F.mish(x) |
sigmoid | F.sigmoid(x) |
hardsigmoid | F.hardsigmoid(x) |
hardsigmoid-own | F.hardsigmoid(x, slope=0.2, offset=0.4) |
hardswish | F.hardswish(x) |
hardtanh | F.hardtanh(x) |
hardtanh-two | F.hardtanh(x, -2.0, 2.0) |
hardshrink | F.hardshrink(x) |
hardshrink-one | F.hardshrink(x, 1.0) |
softshrink | F.softshrink(x) |
softshrink-one | F.softshrink(x, 1.0) |
tanhshrink | F.tanhshrink(x) |
thresholded-relu | F.thresholded_relu(x) |
thresholded-relu-half | F.thresholded_relu(x, 0.5) |
softplus | F.softplus(x) |
softplus-beta | F.softplus(x, beta=2.0, threshold=5.0) |
softsign | F.softsign(x) |
log-sigmoid | F.log_sigmoid(x) |
prelu-one | m(x) | x: N,3,5 | nn.PReLU()
prelu-channels | m(x) | x: N,3,H,W | nn.PReLU(3)
prelu-channels-nhwc | m(x) | x: N,H,W,3 | nn.PReLU(3, data_format="NHWC")
prelu-rank3 | m(x) | x: N,3,5 | nn.PReLU(3)
glu | F.glu(x, axis=-1) | x: N,3,6
glu-axis1 | F.glu(x, axis=1) | x: N,4,5
maxout | F.maxout(x, groups=2, axis=1) | x: N,4,H,W
maxout-last | F.maxout(x, groups=3, axis=-1) | x: N,H,W,6
rrelu | F.rrelu(x, training=False) | x: N,3,5
softmax-last | F.softmax(x, axis=-1) |
softmax-axis1 | F.softmax(x, axis=1) |
softmax-axis0 | F.softmax(x, axis=0) |
softmax-minus-two | F.softmax(x, axis=-2) | x: N,3,4,5
softmax-rank1 | F.softmax(x) | x: N
softmax-cast | F.softmax(x, dtype="float64") | x: N,3,5
softmax-float64 | F.softmax(x, axis=1) | x: float64 N,3,5
log-softmax-last | F.log_softmax(x, axis=-1) | x: N,3,5
log-softmax-axis1 | F.log_softmax(x, axis=1) |
log-softmax-axis0 | F.log_softmax(x, axis=0) |
dropout-eval | F.dropout(x, 0.5, training=False) + 1 |
dropout-infer | F.dropout(x, 0.5, training=False, mode="downscale_in_infer") |
tanh | paddle.tanh(x) |
abs | paddle.abs(x) |
abs-int32 | paddle.abs(x) | x: int32 N,3,5
abs-int64 | paddle.abs(x) | x: int64 N,3,5
ceil | paddle.ceil(x) | x: N,3,5
floor | paddle.floor(x) |
round | paddle.round(x) |
round-decimals | paddle.round(x, decimals=1) |
trunc | paddle.trunc(x) |
frac | paddle.frac(x) |
sign | paddle.sign(x) |
square | paddle.square(x) |
square-int64 | paddle.square(x) | x: int64 N,3,5
sqrt | paddle.sqrt(x) | x: N,3,5 positive
rsqrt | paddle.rsqrt(x) |
reciprocal | paddle.reciprocal(x) | x: N,3,5 nonzero
exp | paddle.exp(x) | x: N,3,5
exp-float64 | paddle.exp(x) | x: float64 N,3,5 small
expm1 | paddle.expm1(x) | x: N,3,5 small
log | paddle.log(x) | x: N,3,5 positive
log2 | paddle.log2(x) |
log10 | paddle.log10(x) |
log1p | paddle.log1p(x) |
log1p-tiny | paddle.log1p(x * 1e-6) | x: N,3,5 unit
sin | paddle.sin(x) | x: N,3,5
cos | paddle.cos(x) |
tan | paddle.tan(x) | x: N,3,5 inner
asin | paddle.asin(x) |
acos | paddle.acos(x) |
atan | paddle.atan(x) | x: N,3,5
sinh | paddle.sinh(x) | x: N,3,5 small
cosh | paddle.cosh(x) |
asinh | paddle.asinh(x) |
acosh | paddle.acosh(x + 1) | x: N,3,5 positive
atanh | paddle.atanh(x) | x: N,3,5 inner
erf | paddle.erf(x) | x: N,3,5
erfinv | paddle.erfinv(x) | x: N,3,5 inner
digamma | paddle.digamma(x) | x: N,3,5 positive
lgamma | paddle.lgamma(x) |
logit | paddle.logit(x) | x: N,3,5 from 0.05 0.95
stanh | paddle.stanh(x, 0.5, 1.5) | x: N,3,5
scale | paddle.scale(x, 2.5, 0.5) |
scale-bias-first | paddle.scale(x, 2.5, 0.5, bias_after_scale=False) |
scale-int64 | paddle.scale(x, 3.0, 1.0) | x: int64 N,3,5
clip | paddle.clip(x, -1.0, 1.5) | x: N,3,5
clip-min | paddle.clip(x, min=0.25) |
clip-max | paddle.clip(x, max=0.25) |
clip-int64 | paddle.clip(x, -2, 3) | x: int64 N,3,5
clip-int32 | paddle.clip(x, -2, 3) | x: int32 N,3,5
clip-tensor | paddle.clip(x, y.min(), y.max()) | x: N,3,5; y: 3
clip-float64 | paddle.clip(x, -0.5, 0.5) | x: float64 N,3,5
isnan | paddle.isnan(x) | x: N,3,5 special
isinf | paddle.isinf(x) |
isfinite | paddle.isfinite(x) |
nan-to-num | paddle.nan_to_num(x) |
relu-nan | F.relu(x) |
clip-nan | paddle.clip(x, -1.0, 1.0) |
sigmoid-nan | F.sigmoid(x) |
label-smooth | F.label_smooth(x) | x: N,5 unit
""")  # fmt: skip
