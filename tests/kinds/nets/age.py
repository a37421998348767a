"""A whole number that is only scaled: its range is nowhere in the graph."""
# mypy: ignore-errors

import paddle
from paddle import nn

INPUTS = {"age": ("int64", [None, 1])}


class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(2, 4)

    def forward(self, age):
        a = age.astype("float32") / 100
        return self.out(paddle.concat([a, a * a], -1))
