"""A row alone, as wide as in its batch, is answered as in its batch."""

from parity.alone.held import Held
from parity.alone.subject import Subject
from parity.verify.checks import asking

NAME = "row"
SAYS = "a row alone is as in its batch"
DESIGN = "INT8 with dynamic scales depends on the batch by design"


def ask(subject: Subject) -> Held:
    """Each row of each batch; outputs with a first axis of rows."""
    batches = subject.batches()
    if not batches:
        return Held(NAME, skipped="the model takes no batch of several rows")
    held = Held(NAME)
    for example, whole in batches:
        count = asking.rows_of(example, subject.signature)
        for row, single in enumerate(asking.alone(example, subject.signature)):
            now = subject.ask(single)
            if now is None:
                held = held.failed(single)
                continue
            ours = {n: a[row : row + 1] for n, a in whole.items() if a.shape[:1] == (count,)}
            held = held.and_also(single, ours, {n: a for n, a in now.items() if n in ours})
    return held.excused(DESIGN) if subject.dynamic else held
