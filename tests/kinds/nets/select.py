"""A detector's last steps: the best of all scores, what they are of, and the order of all."""

# mypy: ignore-errors
import paddle
from paddle import nn

PIR_ONLY = True  # paddle.argmax of 3.3.1 refuses the variables of the old program format
INPUTS = {"x": ("float32", [None, None, 8])}


class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.f = nn.Linear(8, 6)

    def forward(self, x):
        h = self.f(x)
        scores = h.max(-1)
        best, place = paddle.topk(scores, 3, axis=1)
        order = paddle.argsort(scores, -1, descending=True)
        kept = paddle.take_along_axis(h, place.unsqueeze(-1).expand([-1, -1, 6]), 1)
        return best, place, order, paddle.argmax(h, -1), kept.sum(1)
