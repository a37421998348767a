"""Ids that come as floats, from 1 up, as a Keras model ported to Paddle takes them."""
# mypy: ignore-errors

from paddle import nn

INPUTS = {"words": ("float32", [None, None])}


class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(400, 16)
        self.out = nn.Linear(16, 5)

    def forward(self, words):
        return self.out(self.words(words.astype("int64") - 1))
