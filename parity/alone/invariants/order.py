"""The order of rows doesn't matter."""

from dataclasses import replace

import numpy as np

from parity.alone.held import Held
from parity.alone.subject import Subject
from parity.verify.checks import asking

NAME = "order"
SAYS = "the order of rows doesn't matter"


def ask(subject: Subject) -> Held:
    """Each batch backwards; outputs with a first axis of rows, turned back."""
    batches = subject.batches()
    if not batches:
        return Held(NAME, skipped="the model takes no batch of several rows")
    held, names = Held(NAME), subject.batched()
    for example, whole in batches:
        count = asking.rows_of(example, subject.signature)
        turned = {
            name: np.ascontiguousarray(array[::-1]) if name in names else array
            for name, array in example.feed.items()
        }
        other = replace(example, feed=turned, label=f"{example.label}, rows backwards", choices=())
        now = subject.ask(other)
        if now is None:
            held = held.failed(other)
            continue
        ours = {n: a for n, a in whole.items() if a.shape[:1] == (count,)}
        back = {n: np.ascontiguousarray(now[n][::-1]) for n in ours if n in now}
        held = held.and_also(other, ours, back)
    return held
