"""Voice activity: samples in strides, a branch by their rate, and a state from step to step."""

# mypy: ignore-errors
import paddle
from paddle import nn
from paddle.nn import functional

PIR_ONLY = True  # branches of the old program format lie in blocks of their own
INPUTS = {
    "wave": ("float32", [None, None]),
    "rate": ("int64", []),
    "state": ("float32", [1, None, 8]),
}


class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.fast, self.slow = nn.Conv1D(1, 8, 64, 32), nn.Conv1D(1, 8, 32, 16)
        self.rnn, self.out = nn.GRU(8, 8), nn.Linear(8, 1)

    def forward(self, wave, rate, state):
        x = wave.unsqueeze(1)
        steps = paddle.static.nn.cond(
            rate == 16000,
            lambda: functional.relu(self.fast(x)),
            lambda: functional.relu(self.slow(x)),
        )
        seen, state = self.rnn(steps.transpose([0, 2, 1]), state)
        return functional.sigmoid(self.out(seen)), state
