"""A table of visits: numbers and indices of one a row, some of rank 1 and some of rank 2.

Behind it hide: a clamped weekday, an embedding wrong beyond its first rows, an hour that is
cut. Nothing says the range of a plain count, so the model has none.
"""
# mypy: ignore-errors

import paddle
from paddle import nn
from paddle.nn import functional

INPUTS = {
    "price": ("float32", [None, 3]),
    "shop": ("int64", [None]),
    "hour": ("int64", [None, 1]),
    "weekday": ("int64", [None]),
}


class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.shop = nn.Embedding(300, 6)
        self.hours = nn.Embedding(24, 4)
        self.out = nn.Linear(6 + 4 + 7 + 3, 4)

    def forward(self, price, shop, hour, weekday):
        hours = self.hours(paddle.clip(hour.squeeze(1), 0, 23))
        days = functional.one_hot(weekday, 7)
        return self.out(paddle.concat([self.shop(shop), hours, days, price], -1))
