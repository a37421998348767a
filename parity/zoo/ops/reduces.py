"""Sums, means, extrema, norms over axes."""

from parity.zoo.ops._net import nets

NETS = nets("reduces", """
sum-last | paddle.sum(x, axis=-1) | x: N,3,5
sum-axis1-keep | paddle.sum(x, axis=1, keepdim=True) |
sum-two | paddle.sum(x, axis=[0, -1]) |
sum-all | paddle.sum(x) |
sum-all-keep | paddle.sum(x, keepdim=True) |
sum-int32 | paddle.sum(x, axis=1) | x: int32 N,3,5
sum-int64 | paddle.sum(x, axis=1) | x: int64 N,3,5
sum-bool | paddle.sum(x, axis=1) | x: bool N,3,5
sum-float64 | paddle.sum(x, axis=1) | x: float64 N,3,5
sum-cast | paddle.sum(x, axis=1, dtype="float64") | x: N,3,5
sum-empty | paddle.sum(x[:, 3:], axis=1) + y | x: N,3,5; y: N,5
mean-last | paddle.mean(x, axis=-1) | x: N,3,5
mean-two-keep | paddle.mean(x, axis=[1, 2], keepdim=True) |
mean-all | paddle.mean(x) |
max-last | paddle.max(x, axis=-1) |
max-two-keep | paddle.max(x, axis=[0, 2], keepdim=True) |
max-all | paddle.max(x) |
max-int64 | paddle.max(x, axis=1) | x: int64 N,3,5
max-int32 | paddle.max(x, axis=1) | x: int32 N,3,5
max-float64 | paddle.max(x, axis=1) | x: float64 N,3,5
min-last | paddle.min(x, axis=-1) | x: N,3,5
min-all | paddle.min(x) |
min-int64 | paddle.min(x, axis=-2, keepdim=True) | x: int64 N,3,5
prod-last | paddle.prod(x, axis=-1) | x: N,3,5 small
prod-all | paddle.prod(x) | x: N,3,5 small
prod-int64 | paddle.prod(x, axis=1) | x: int64 N,3,5
amax-last | paddle.amax(x, axis=-1) | x: N,3,5
amin-two | paddle.amin(x, axis=[1, 2]) |
all-last | paddle.all(x, axis=-1) | x: bool N,9,2
all-all | paddle.all(x) | x: bool N
any-last | paddle.any(x, axis=-1, keepdim=True) | x: bool N,9,2
any-two | paddle.any(x, axis=[0, 2]) |
logsumexp-last | paddle.logsumexp(x, axis=-1) | x: N,3,5
logsumexp-two-keep | paddle.logsumexp(x, axis=[1, 2], keepdim=True) |
logsumexp-all | paddle.logsumexp(x) |
std-last | paddle.std(x, axis=-1) |
std-biased | paddle.std(x, axis=1, unbiased=False) |
var-last | paddle.var(x, axis=-1) |
norm-2 | paddle.linalg.norm(x, p=2, axis=-1) |
norm-1 | paddle.linalg.norm(x, p=1, axis=-1, keepdim=True) |
norm-3 | paddle.linalg.norm(x, p=3, axis=1) |
norm-half | paddle.linalg.norm(x, p=0.5, axis=1) |
norm-0 | paddle.linalg.norm(x, p=0, axis=1) |
norm-inf | paddle.linalg.norm(x, p=float("inf"), axis=-1) |
norm-minus-inf | paddle.linalg.norm(x, p=float("-inf"), axis=-1) |
norm-fro | paddle.linalg.norm(x, p="fro", axis=[1, 2]) |
norm-fro-all | paddle.linalg.norm(x) |
normalize-1 | F.normalize(x, axis=1) |
normalize-last-p1 | F.normalize(x, p=1, axis=-1) |
dist-2 | paddle.dist(x, y, 2) | x: N,3,5; y: N,3,5
dist-0 | paddle.dist(x, y, 0) |
dist-inf | paddle.dist(x, y, float("inf")) |
numel | paddle.numel(x).astype("float32") + x | x: N,3,5
count-nonzero | paddle.count_nonzero(x, axis=1) |
nansum | paddle.nansum(x, axis=1) | x: N,3,5 special
nanmean | paddle.nanmean(x, axis=1) | x: N,3,5
median | paddle.median(x, axis=-1) | x: N,3,5 distinct
mode | paddle.mode(x, axis=-1)[0] |
""")  # fmt: skip
