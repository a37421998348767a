"""Words with the box of each on its page: columns, and the differences of two, are indices."""
# mypy: ignore-errors

from paddle import nn

INPUTS = {"input_ids": ("int64", [None, None]), "bbox": ("int64", [None, None, 4])}


class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(500, 16, padding_idx=0)
        self.x, self.y = nn.Embedding(201, 16), nn.Embedding(101, 16)
        self.w, self.h = nn.Embedding(201, 16), nn.Embedding(101, 16)
        self.out = nn.Linear(16, 5)

    def forward(self, input_ids, bbox):
        left, top, right, bottom = (bbox[:, :, k] for k in range(4))
        place = self.x(left) + self.y(top) + self.x(right) + self.y(bottom)
        size = self.w(right - left) + self.h(bottom - top)
        return self.out(self.words(input_ids) + place + size)
