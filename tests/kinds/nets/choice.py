"""Multiple choice: four texts a row, ids of rank 3."""
# mypy: ignore-errors

import paddle
from paddle import nn

PIR_ONLY = True  # its encoder layer multiplies with what the old format has no such op for

INPUTS = {"input_ids": ("int64", [None, 4, None])}


class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(300, 16, padding_idx=0)
        self.encoder = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0)
        self.out = nn.Linear(16, 1)

    def forward(self, input_ids):
        x = input_ids.reshape([-1, paddle.shape(input_ids)[2]])
        mask = (x == 0).astype("float32").unsqueeze([1, 2]) * -1e4
        return self.out(self.encoder(self.words(x), mask)[:, 0]).reshape([-1, 4])
