"""Products of matrices and what goes with them."""

from parity.zoo.ops._net import nets

NETS = nets("linalg", """
matmul | paddle.matmul(x, y) | x: N,3,4; y: N,4,5
matmul-rank2 | paddle.matmul(x, y) | x: N,4; y: 4,5
matmul-broadcast | paddle.matmul(x, y) | x: N,2,3,4; y: 4,5
matmul-broadcast-both | paddle.matmul(x, y) | x: N,1,3,4; y: 2,4,5
matmul-transpose-x | paddle.matmul(x, y, transpose_x=True) | x: N,4,3; y: N,4,5
matmul-transpose-y | paddle.matmul(x, y, transpose_y=True) | x: N,3,4; y: N,5,4
matmul-transpose-both | paddle.matmul(x, y, transpose_x=True, transpose_y=True) | x: N,4,3; y: N,5,4
matmul-vector | paddle.matmul(x, y) | x: N,3,4; y: 4
matmul-vector-first | paddle.matmul(x, y) | x: 4; y: N,4,5
matmul-vectors | paddle.matmul(x, y) + z | x: 4; y: 4; z: 3
matmul-vector-transpose | paddle.matmul(x, y, transpose_y=True) | x: N,4; y: 4
matmul-float64 | paddle.matmul(x, y) | x: float64 N,4; y: float64 4,5
matmul-int64 | paddle.matmul(x, y) | x: int64 N,4; y: int64 4,5
matmul-inner-one | paddle.matmul(x, y, transpose_y=True) | x: N,S,1; y: N,S,1
mm | paddle.mm(x, y) | x: N,4; y: 4,5
bmm | paddle.bmm(x, y) | x: N,3,4; y: N,4,5
mv | paddle.mv(x, y) | x: 3,4; y: 4
dot | paddle.dot(x, y) | x: N,4; y: N,4
dot-rank1 | paddle.dot(x, y) + z | x: 4; y: 4; z: 3
addmm | paddle.addmm(z, x, y, beta=0.5, alpha=2.0) | x: N,4; y: 4,5; z: 5
linear | m(x) | x: N,S,4 | nn.Linear(4, 5)
linear-no-bias | m(x) | | nn.Linear(4, 5, bias_attr=False)
linear-rank2 | m(x) | x: N,4 | nn.Linear(4, 5)
linear-relu | F.relu(m(x)) | | nn.Linear(4, 5)
linear-twice | m(m(x)) | | nn.Linear(4, 4)
bilinear | m(x, y) | x: N,3; y: N,4 | nn.Bilinear(3, 4, 5)
einsum-matmul | paddle.einsum("bij,bjk->bik", x, y) | x: N,3,4; y: N,4,5
einsum-transpose | paddle.einsum("bij->bji", x) | x: N,3,4
einsum-trace-like | paddle.einsum("bij,bij->b", x, y) | x: N,3,4; y: N,3,4
einsum-outer | paddle.einsum("i,j->ij", x, y) | x: 3; y: 4
einsum-heads | paddle.einsum("bhqd,bhkd->bhqk", x, y) | x: N,2,3,4; y: N,2,5,4
einsum-sum | paddle.einsum("bij->bj", x) | x: N,3,4
einsum-ellipsis | paddle.einsum("...ij,...jk->...ik", x, y) | x: N,3,4; y: N,4,5
einsum-implicit | paddle.einsum("ij,jk", x, y) | x: 3,4; y: 4,5
tensordot | paddle.tensordot(x, y, axes=1) | x: N,4; y: 4,5
multi-dot | paddle.linalg.multi_dot([x, y, z]) | x: 3,4; y: 4,5; z: 5,2
cdist | paddle.cdist(x, y) | x: 3,4; y: 5,4
trace | paddle.trace(x) + y | x: 4,4; y: 3
inverse | paddle.inverse(x + 30 * paddle.eye(3)) | x: 3,3 small
det | paddle.linalg.det(x) + y | x: 3,3 small; y: 2
cholesky | paddle.linalg.cholesky(paddle.matmul(x, x, transpose_y=True) + 3 * paddle.eye(3)) | x: 3,4 small
matrix-power | paddle.linalg.matrix_power(x, 3) | x: 3,3 small
solve | paddle.linalg.solve(x + 30 * paddle.eye(3), y) | x: 3,3 small; y: 3,2
rfft | paddle.fft.rfft(x).abs() | x: N,8
stft | paddle.signal.stft(x, 8, hop_length=4, center=False).abs() | x: N,24
attention | F.scaled_dot_product_attention(x, y, z) | x: N,5,2,4; y: N,5,2,4; z: N,5,2,4
attention-causal | F.scaled_dot_product_attention(x, y, z, is_causal=True) |
attention-layer | m(x, x, x) | x: N,S,8 | nn.MultiHeadAttention(8, 2)
attention-mask | m(x, x, x, y) | x: N,S,8; y: N,1,S,S | nn.MultiHeadAttention(8, 2)
encoder-layer | m(x) | x: N,S,8 | nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0)
encoder-layer-pre | m(x) | | nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, normalize_before=True)
encoder-layer-gelu | m(x) | | nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, activation="gelu")
decoder-layer | m(x, y) | x: N,S,8; y: N,T,8 | nn.TransformerDecoderLayer(8, 2, 16, dropout=0.0)
""")  # fmt: skip
