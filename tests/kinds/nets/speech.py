"""Text to speech: one text of rank 1, without a batch."""
# mypy: ignore-errors

from paddle import nn

INPUTS = {"text": ("int64", [None])}


class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(200, 16)
        self.conv = nn.Conv1D(16, 16, 3, padding=1)
        self.out = nn.Linear(16, 8)

    def forward(self, text):
        x = self.words(text).unsqueeze(0).transpose([0, 2, 1])
        return self.out(self.conv(x).transpose([0, 2, 1]).squeeze(0))
