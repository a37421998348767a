"""A graph: a score for each of its edges, which name nodes by their place in a table.

Behind it hide: edges of which one end is lost, and places beyond the first few.
"""
# mypy: ignore-errors

import paddle
from paddle import nn
from paddle.nn import functional

INPUTS = {
    "nodes": ("float32", [None, 16]),
    "edges": ("int64", [2, None]),
}


class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(16, 8)
        self.out = nn.Linear(16, 3)

    def forward(self, nodes, edges):
        known = functional.relu(self.first(nodes))
        ends = [paddle.gather(known, edges[0]), paddle.gather(known, edges[1])]
        return self.out(paddle.concat(ends, 1))
