"""Looking up and writing by index."""

from parity.zoo.ops._net import nets

NETS = nets("index", """
gather | paddle.gather(x, y) | x: 6,3; y: int64 N below 6
gather-axis1 | paddle.gather(x, y, axis=1) | x: N,6; y: int64 4 below 6
gather-int32 | paddle.gather(x, y) | x: 6,3; y: int32 N below 6
gather-column | paddle.gather(x, y) | x: 6,3; y: int64 N,1 below 6
gather-int64-data | paddle.gather(x, y) | x: int64 6,3; y: int64 N below 6
gather-nd | paddle.gather_nd(x, y) | x: 4,5,3; y: int64 N,2 below 4
gather-nd-one | paddle.gather_nd(x, y) | x: 4,5; y: int64 N,1 below 4
gather-nd-all | paddle.gather_nd(x, y) | x: 4,5; y: int64 N,2 below 4
gather-nd-batch | paddle.gather_nd(x, y) | x: 4,5; y: int64 N,3,1 below 4
index-select | paddle.index_select(x, y, axis=1) | x: N,6; y: int64 4 below 6
index-select-negative-axis | paddle.index_select(x, y, axis=-1) |
index-sample | paddle.index_sample(x, y) | x: N,6; y: int64 N,4 below 6
index-sample-int32 | paddle.index_sample(x, y) | x: N,6; y: int32 N,4 below 6
index-add | paddle.index_add(x, y, 0, z) | x: 6,3; y: int64 4 below 6; z: 4,3
index-put | paddle.index_put(x, (y,), z) | x: 6,3; y: int64 2 below 6; z: 3
index-put-add | paddle.index_put(x, (y,), z, accumulate=True) |
index-fill | paddle.index_fill(x, y, 0, 2.5) | x: 6,3; y: int64 2 below 6
take-along | paddle.take_along_axis(x, y, axis=1) | x: N,6; y: int64 N,4 below 6
take-along-axis0 | paddle.take_along_axis(x, y, axis=0) | x: 6,3; y: int64 4,3 below 6
take-along-broadcast | paddle.take_along_axis(x, y, axis=1) | x: 3,6; y: int64 1,4 below 6
put-along | paddle.put_along_axis(x, y, z, axis=1) | x: 3,6; y: int64 3,1 below 6; z: 3,1
put-along-value | paddle.put_along_axis(x, y, 1.5, axis=1) | x: 3,6; y: int64 3,2 below 6
put-along-add | paddle.put_along_axis(x, y, z, axis=1, reduce="add") | x: 3,6; y: int64 3,2 below 6; z: 3,2
put-along-mul | paddle.put_along_axis(x, y, z, axis=1, reduce="multiply") |
put-along-max | paddle.put_along_axis(x, y, z, axis=1, reduce="amax") |
scatter | paddle.scatter(x, y, z) | x: 6,3; y: int64 1 below 6; z: 1,3
scatter-several | paddle.scatter(x, paddle.argsort(y)[:4], z) | x: 6,3; y: 6 distinct; z: 4,3
scatter-add | paddle.scatter(x, y, z, overwrite=False) | x: 6,3; y: int64 4 below 6; z: 4,3
scatter-add-rank1 | paddle.scatter(x, y, z, overwrite=False) | x: 6; y: int64 4 below 6; z: 4
scatter-nd-add | paddle.scatter_nd_add(x, y, z) | x: 6,3; y: int64 4,1 below 6; z: 4,3
scatter-nd-add-two | paddle.scatter_nd_add(x, y, z) | x: 5,6; y: int64 4,2 below 5; z: 4
scatter-nd | paddle.scatter_nd(y, z, [6, 3]) | y: int64 4,1 below 6; z: 4,3
embedding | m(x) | x: int64 N,S below 7 | nn.Embedding(7, 4)
embedding-int32 | m(x) | x: int32 N,S below 7 | nn.Embedding(7, 4)
embedding-padding | m(x) | x: int64 N,S below 7 | nn.Embedding(7, 4, padding_idx=0)
embedding-padding-last | m(x) | | nn.Embedding(7, 4, padding_idx=-1)
embedding-rank1 | m(x) | x: int64 N below 7 | nn.Embedding(7, 4)
embedding-rank3 | m(x) | x: int64 N,S,2 below 7 | nn.Embedding(7, 4)
embedding-dynamic | F.embedding(x, y) | x: int64 N,S below 7; y: 7,4
one-hot | F.one_hot(x, 5) | x: int64 N,S below 5
one-hot-int32 | F.one_hot(x, 5) | x: int32 N below 5
one-hot-rank1 | F.one_hot(x, 5) | x: int64 N below 5
getitem-index | x[y] | x: 6,3; y: int64 N below 6
getitem-two | x[y, z] | x: 6,5; y: int64 N below 6; z: int64 N below 5
getitem-column | x[:, y] | x: N,6; y: int64 4 below 6
getitem-mask | x[x > 0] | x: N,3
getitem-mask-rows | x[y] | x: 4,3; y: bool 4
getitem-none | x[:, None] | x: N,3
getitem-negative | x[:, [-1, 0]] | x: N,3
setitem | paddle.static.setitem(x, (slice(None), 1), 5.0) | x: N,3
setitem-slice | paddle.static.setitem(x, (slice(None), slice(1, 3)), 2.0) | x: N,4
setitem-tensor | paddle.static.setitem(x, (slice(None), slice(1, 3)), y) | x: N,4; y: N,2
setitem-step | paddle.static.setitem(x, (slice(None), slice(0, 4, 2)), -1.0) | x: N,5
setitem-negative | paddle.static.setitem(x, (slice(None), -1), 3.0) | x: N,4
setitem-mask | paddle.static.setitem(x, x > 0, 0.5) | x: N,4
unique | paddle.unique(x) | x: int64 8 below 5
unique-counts | paddle.unique(x, return_index=True, return_inverse=True, return_counts=True) |
unique-float | paddle.unique(x) | x: 8
unique-rows | paddle.unique(x, axis=0) | x: int64 6,2 below 2
bincount | paddle.bincount(x, minlength=6) | x: int64 8 below 6
searchsorted | paddle.searchsorted(paddle.sort(x), y) | x: 6 distinct; y: N
bucketize | paddle.bucketize(y, paddle.sort(x)) |
histogram | paddle.histogram(x, bins=4, min=-2, max=2) | x: 20
shard-index | paddle.shard_index(x, 20, 2, 0) | x: int64 N,1 below 20
""")  # fmt: skip
