"""A recommender: ids of several fields in one table, by offsets stored among the weights."""

# mypy: ignore-errors
import paddle
from paddle import nn

INPUTS = {"fields": ("int64", [None, 3]), "dense": ("float32", [None, 4])}


class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(130, 6)
        self.f = nn.Linear(22, 2)
        self.register_buffer("offsets", paddle.to_tensor([[0, 100, 107]], dtype="int64"))

    def forward(self, fields, dense):
        known = self.e(fields + self.offsets).flatten(1)
        return self.f(paddle.concat([known, dense], 1))
