"""What only moves numbers: shapes, axes, pieces."""

from parity.zoo.ops._net import nets

NETS = nets("moves", """
reshape | paddle.reshape(x, [-1, 15]) | x: N,3,5
reshape-zero | paddle.reshape(x, [0, -1]) |
reshape-zero-middle | paddle.reshape(x, [0, 5, 3]) |
reshape-flat | paddle.reshape(x, [-1]) |
reshape-shape | paddle.reshape(x, [paddle.shape(x)[0], -1]) |
reshape-tensor | paddle.reshape(x, paddle.shape(y)) | x: N,3,5; y: N,15
reshape-rank0 | paddle.reshape(x.sum(), [1, 1]) + x | x: N,3
reshape-int64 | paddle.reshape(x, [-1, 15]) | x: int64 N,3,5
reshape-bool | paddle.reshape(x, [-1, 15]) | x: bool N,3,5
flatten | paddle.flatten(x, 1) | x: N,3,5
flatten-all | paddle.flatten(x) |
flatten-middle | paddle.flatten(x, 1, 2) | x: N,3,4,5
flatten-negative | paddle.flatten(x, -2, -1) |
transpose | paddle.transpose(x, [0, 2, 1]) | x: N,3,5
transpose-four | paddle.transpose(x, [3, 0, 2, 1]) | x: N,3,H,W
transpose-negative | paddle.transpose(x, [0, -1, 1]) | x: N,3,5
transpose-bool | paddle.transpose(x, [1, 0]) | x: bool N,3
transpose-int32 | paddle.transpose(x, [1, 0]) | x: int32 N,3
t | paddle.t(x) | x: N,3
moveaxis | paddle.moveaxis(x, 0, -1) | x: N,3,5
swapaxes | paddle.swapaxes(x, 1, 2) |
squeeze | paddle.squeeze(x, axis=1) | x: N,1,5
squeeze-all | paddle.squeeze(x) | x: 2,1,3,1
squeeze-not-one | paddle.squeeze(x, axis=1) | x: N,3,5
squeeze-two | paddle.squeeze(x, axis=[1, -1]) | x: N,1,5,1
unsqueeze | paddle.unsqueeze(x, 1) | x: N,3
unsqueeze-negative | paddle.unsqueeze(x, -1) |
unsqueeze-two | paddle.unsqueeze(x, [0, 2]) |
unsqueeze-two-negative | paddle.unsqueeze(x, [-1, 1]) |
unsqueeze-tensor | paddle.unsqueeze(x, paddle.full([1], 1, "int64")) |
concat | paddle.concat([x, y], axis=1) | x: N,3; y: N,2
concat-negative | paddle.concat([x, y], axis=-2) | x: N,3,5; y: N,1,5
concat-three | paddle.concat([x, y, x], axis=0) | x: N,3; y: 2,3
concat-one | paddle.concat([x], axis=0) + 1 | x: N,3
concat-int64 | paddle.concat([x, y], axis=1) | x: int64 N,3; y: int64 N,2
concat-bool | paddle.concat([x, y], axis=1) | x: bool N,3; y: bool N,2
concat-same | paddle.concat([x, x], axis=1) | x: N,3
concat-tensor-axis | paddle.concat([x, x], axis=paddle.full([1], 1, "int64")) |
concat-rank0 | paddle.concat([x.sum().reshape([1]), x.max().reshape([1])]) |
stack | paddle.stack([x, y], axis=0) | x: N,3; y: N,3
stack-last | paddle.stack([x, y], axis=-1) |
stack-equal | paddle.stack([paddle.cos(x), paddle.cos(x)], axis=-1) | x: N,3
stack-int64 | paddle.stack([x, x], axis=1) | x: int64 N,3
split-two | paddle.split(x, 2, axis=1) | x: N,4
split-sizes | paddle.split(x, [1, 3], axis=1) |
split-rest | paddle.split(x, [1, -1], axis=1) |
split-rest-first | paddle.split(x, [-1, 3, 1], axis=1) | x: N,7
split-negative | paddle.split(x, 3, axis=-1) | x: N,4,6
split-open | paddle.split(x, [1, -1], axis=1) | x: N,T
split-one-used | paddle.split(x, 3, axis=1)[1] * 2 | x: N,6
chunk | paddle.chunk(x, 3, axis=1) | x: N,6
tensor-split | paddle.tensor_split(x, 3, axis=1) | x: N,7
unbind | paddle.unbind(x, axis=1) | x: N,3
unbind-last | paddle.unbind(x, axis=-1) | x: N,4,2
unstack | paddle.unstack(x, axis=1) | x: N,3
tile | paddle.tile(x, [2, 3]) | x: N,3
tile-more | paddle.tile(x, [2, 1, 3]) |
tile-less | paddle.tile(x, [2]) |
tile-tensor | paddle.tile(x, [paddle.shape(x)[1], 1]) |
tile-int64 | paddle.tile(x, [1, 2]) | x: int64 N,3
expand | paddle.expand(x, [-1, 4, 3]) | x: N,1,3
expand-more | paddle.expand(x, [2, 5, 3]) | x: 5,3
expand-shape | paddle.expand(x, [paddle.shape(y)[0], 3]) | x: 1,3; y: N
expand-as | paddle.expand_as(x, y) | x: 1,3; y: N,3
expand-bool | paddle.expand(x, [4, 3]) | x: bool 1,3
expand-int64 | paddle.expand(x, [4, 3]) | x: int64 1,3
broadcast-to | paddle.broadcast_to(x, [4, 2, 3]) | x: 2,3
flip | paddle.flip(x, axis=1) | x: N,3,5
flip-two | paddle.flip(x, axis=[1, -1]) |
flip-int64 | paddle.flip(x, axis=[0]) | x: int64 N,3
roll | paddle.roll(x, 1, axis=1) | x: N,3,5
roll-negative | paddle.roll(x, -2, axis=-1) |
roll-two | paddle.roll(x, [1, -1], axis=[1, 2]) |
roll-flat | paddle.roll(x, 2) |
roll-more | paddle.roll(x, 7, axis=2) |
rot90 | paddle.rot90(x, 1, [1, 2]) |
repeat-interleave | paddle.repeat_interleave(x, 2, axis=1) | x: N,3
repeat-interleave-tensor | paddle.repeat_interleave(x, y, axis=1) | x: N,3; y: int64 3 from 1 4
meshgrid | paddle.meshgrid(x, y) | x: N; y: 3
slice-last | x[:, -1] | x: N,3,5
slice-negative | x[:, -3:-1] | x: N,4,5
slice-beyond | x[:, 1:100] |
slice-rank0 | x[0, 1, 2] * y | x: N,4,5; y: 3
slice-ellipsis | x[..., 0] | x: N,4,5
slice-open | x[:, :k] | x: N,T,5; k: int64 1 from 1 4
slice-op | paddle.slice(x, [1, 2], [1, -3], [3, 100]) | x: N,4,5
slice-bool | x[:, 1:] | x: bool N,3
strided | x[:, ::2] | x: N,5
strided-negative | x[:, ::-1] |
strided-negative-two | x[:, ::-2] |
strided-from | x[:, 3:0:-1] |
strided-op | paddle.strided_slice(x, [1], [-1], [-6], [-2]) |
strided-open | x[:, ::3] | x: N,L
crop | paddle.crop(x, [1, 2, 3], [0, 1, 2]) | x: 2,4,6
tril | paddle.tril(x) | x: 4,5
tril-diagonal | paddle.tril(x, 1) |
tril-diagonal-minus | paddle.tril(x, -1) |
triu | paddle.triu(x) |
triu-diagonal | paddle.triu(x, 2) |
tril-batch | paddle.tril(x) | x: N,3,4,5
tril-int64 | paddle.tril(x) | x: int64 4,5
tril-bool | paddle.tril(x) | x: bool 4,5
diag | paddle.diag(x) | x: 4
diag-of | paddle.diag(x) | x: 4,4
diagonal | paddle.diagonal(x, axis1=1, axis2=2) | x: N,3,4
diag-embed | F.diag_embed(x) | x: N,3
pixel-shuffle | F.pixel_shuffle(x, 2) | x: N,8,H,W
pixel-shuffle-nhwc | F.pixel_shuffle(x, 2, data_format="NHWC") | x: N,H,W,8
pixel-unshuffle | F.pixel_unshuffle(x, 2) | x: N,3,6,8
channel-shuffle | F.channel_shuffle(x, 2) | x: N,6,H,W
unfold | F.unfold(x, 3) | x: N,3,8,9
unfold-all | F.unfold(x, [2, 3], strides=2, paddings=1, dilations=1) |
fold | F.fold(x, [4, 5], 2) | x: 2,12,12
temporal-shift | F.temporal_shift(x, 2, 0.25) | x: 4,8,H,W
atleast-2d | paddle.atleast_2d(x) | x: N
shape | paddle.shape(x) | x: N,3,S
shape-part | paddle.shape(x)[0] + paddle.shape(x)[2] | x: N,3,S
assign | paddle.assign(x) | x: N,3
assign-int64 | paddle.assign(x) | x: int64 N,3
assign-bool | paddle.assign(x) | x: bool N,3
""")  # fmt: skip
