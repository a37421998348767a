"""Ask the engines that are running for more, beside the search: kept answers to single feeds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from parity import inputs
from parity.inputs import Example
from parity.model.spec import Signature
from parity.model.tensors import Array, Feed, Outputs
from parity.verify.checks import Ran
from parity.verify.result import keep
from parity.workers.worker import Worker

Answer = Mapping[str, Array] | None
"""Copies of the outputs; None where the engine failed on the feed."""


def candidate(ran: Ran, feed: Feed) -> Answer:
    """What the candidate answers."""
    return ask(ran.sides.candidate, feed)


def reference(ran: Ran, example: Example) -> Answer:
    """What the reference answers, with the kernels that count."""
    return ran.sides.source.ask(example.feed)


def ask(worker: Worker, feed: Feed) -> Answer:
    """What one worker answers; None once it has died."""
    if not worker.alive:
        return None
    result: Outputs | object = worker.run(feed).result
    return keep(result) if isinstance(result, Mapping) else None


def rows_of(example: Example, signature: Signature) -> int:
    """Rows of a batch; 0 where the inputs have no common open first axis."""
    return inputs.rows_of(example, inputs.open_first(signature.inputs))


def alone(example: Example, signature: Signature) -> Iterator[Example]:
    """Each row as a feed of its own, as wide as in its batch."""
    batched = inputs.open_first(signature.inputs)
    for row in range(rows_of(example, signature)):
        feed = {
            name: np.ascontiguousarray(array[row : row + 1]) if name in batched else array
            for name, array in example.feed.items()
        }
        yield replace(example, feed=feed, label=f"{example.label}, row {row} alone", choices=())


def short(examples: Iterable[Example]) -> list[Example]:
    """The cheaper half; a plan's boundary feeds come cheapest first."""
    every = list(examples)
    return every[: -(-len(every) // 2)]


def longest(examples: Iterable[Example]) -> list[Example]:
    """The feed with the longest row, of those the smallest; [] of none.

    Not among the dearest few: a row as long as the position table, beyond the usual length,
    costs as much as all others together.
    """
    every = list(examples)
    affordable = every[: -(-len(every) * 17 // 20)]

    def rank(example: Example) -> tuple[float, int]:
        extents = [a.size / max(1, a.shape[0]) for a in example.feed.values() if a.ndim] or [0.0]
        return -max(extents), cost(example)

    return sorted(affordable, key=rank)[:1]


def cost(example: Example) -> int:
    """Elements of its largest input."""
    return max((array.size for array in example.feed.values()), default=0)


def spaced(examples: Iterable[Example], count: int) -> list[Example]:
    """So many, spread evenly from the first to the last."""
    every = list(examples)
    chosen = np.unique(np.linspace(0, len(every) - 1, min(count, len(every))).astype(int))
    return [every[at] for at in chosen] if every else []
