"""Order: sorting, the largest k, where the extreme stands."""

from parity.zoo.ops._net import nets

NETS = nets("sorts", """
argmax-last | paddle.argmax(x, axis=-1) | x: N,3,5 distinct
argmax-keep | paddle.argmax(x, axis=1, keepdim=True) |
argmax-flat | paddle.argmax(x) + y | x: 3,5 distinct; y: int64 2
argmax-int32 | paddle.argmax(x, axis=-1, dtype="int32") | x: N,3,5 distinct
argmax-ties | paddle.argmax(x, axis=-1) | x: int64 N,3,5 below 3
argmax-ties-float | paddle.argmax(paddle.round(x), axis=-1) | x: N,3,5
argmin-last | paddle.argmin(x, axis=-1) | x: N,3,5 distinct
argmin-keep | paddle.argmin(x, axis=0, keepdim=True) |
argmin-ties | paddle.argmin(paddle.round(x), axis=-1) | x: N,3,5
sort | paddle.sort(x, axis=-1) | x: N,3,5 distinct
sort-descending | paddle.sort(x, axis=1, descending=True) |
sort-axis0 | paddle.sort(x, axis=0) |
sort-int64 | paddle.sort(x, axis=-1) | x: int64 N,5
argsort | paddle.argsort(x, axis=-1) | x: N,3,5 distinct
argsort-descending | paddle.argsort(x, axis=-1, descending=True) |
argsort-axis1 | paddle.argsort(x, axis=1) |
argsort-stable | paddle.argsort(x, axis=-1, stable=True) | x: int64 N,8 below 3
topk | paddle.topk(x, 2) | x: N,3,5 distinct
topk-smallest | paddle.topk(x, 2, largest=False) |
topk-axis1 | paddle.topk(x, 2, axis=1) |
topk-unsorted-sum | paddle.topk(x, 2, sorted=False)[0].sum(axis=-1) |
topk-one | paddle.topk(x, 1) |
topk-all | paddle.topk(x, 5) |
topk-int64 | paddle.topk(x, 2)[0] | x: int64 N,5
topk-tensor | paddle.topk(x, paddle.shape(y)[0]) | x: 3,8 distinct; y: N
kthvalue | paddle.kthvalue(x, 2, axis=-1) | x: N,3,5 distinct
nms | paddle.vision.ops.nms(x, 0.3, y) | x: 6,4 boxes; y: 6 unit
""")  # fmt: skip
