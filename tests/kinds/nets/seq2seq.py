"""An encoder and a decoder step in one, with masks and positions that the caller sends."""
# mypy: ignore-errors

import paddle
from paddle import nn
from paddle.nn import functional

INPUTS = {
    "src_ids": ("int64", [None, None]),
    "src_pos": ("int64", [None, None]),
    "src_mask": ("float32", [None, None, 1]),
    "tgt_ids": ("int64", [None, None]),
}


class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.src, self.tgt = nn.Embedding(250, 16), nn.Embedding(120, 16)
        self.pos = nn.Embedding(128, 16)
        self.q, self.k, self.v = nn.Linear(16, 16), nn.Linear(16, 16), nn.Linear(16, 16)
        self.out = nn.Linear(16, 120)

    def forward(self, src_ids, src_pos, src_mask, tgt_ids):
        memory = self.src(src_ids) + self.pos(src_pos)
        query = self.tgt(tgt_ids)
        scores = paddle.matmul(self.q(query), self.k(memory), transpose_y=True) / 4
        scores = scores + (src_mask.transpose([0, 2, 1]) - 1.0) * 10000.0
        return self.out(query + paddle.matmul(functional.softmax(scores), self.v(memory)))
