"""Every index of an input that holds one a row: a user, an item, a shop.

Ids of texts are walked through by their own plan. An index of a row takes a row for each, so the
rows of a small batch are repeated, and the indices in them follow each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from parity.inputs._crowds import Places, batch_axes, open_first, repeated, rows_of
from parity.inputs._limits import Limits
from parity.inputs._plan import Example, Script, ScriptedPlan
from parity.inputs._source import Source
from parity.model.spec import TensorSpec, Values

_FEW = 16  # values that boundary and generated feeds hold anyway
_TOGETHER = 512  # indices of one feed
_MOST_FEEDS = 64


@dataclass(frozen=True)
class Index:
    """An input of indices from low to high."""

    name: str
    low: int
    high: int

    @property
    def span(self) -> int:
        """How many there are."""
        return self.high - self.low + 1


def walks(
    examples: Iterable[Example], specs: Sequence[TensorSpec], limits: Limits, rows: int | None
) -> list[Example]:
    """Feeds that together hold the indices of every such input, as many as the limits allow.

    rows: most of one feed; None for as many as go. The turn says where the walk begins.
    """
    names = open_first(specs)
    indices = [index for spec in specs if spec.name in names and (index := index_of(spec))]
    whole = [e for e in examples if rows_of(e, names)]
    if not indices or not whole:
        return []
    base = min(whole, key=lambda e: sum(a.size for a in e.feed.values()))
    places = batch_axes(whole, specs)
    each = max(base.feed[index.name][:1].size for index in indices)
    together = max(1, min(rows or _TOGETHER, _TOGETHER // max(1, each)))
    span = max(index.span for index in indices)
    share = min(span, limits.indices)
    begin = limits.turn * share % span
    starts = [(begin + at) % span for at in range(0, share, together * each)][:_MOST_FEEDS]
    plan = ScriptedPlan(
        "walks",
        f"{share} indices of {', '.join(index.name for index in indices)}",
        partial(_make, base, places, tuple(indices), together),
        lambda: [
            Script(
                f"indices from {start}",
                {"start": [start], **({"rows": [together]} if together > 1 else {})},
            )
            for start in starts
        ],
    )
    return [replace(example, plan=plan) for example in plan.boundary()]


def _make(
    base: Example,
    places: Places,
    indices: tuple[Index, ...],
    most: int,
    source: Source,
    label: str,
) -> Example:
    rows = source.integer(1, most, "rows")
    start = source.integer(0, max(index.span for index in indices) - 1, "start")
    made = repeated(base, places, rows, label)
    feed = dict(made.feed)
    for index in indices:
        like = feed[index.name]
        steps = np.arange(start, start + like.size) % index.span + index.low
        feed[index.name] = steps.reshape(like.shape).astype(like.dtype)
    return replace(made, feed=feed, choices=source.choices)


def index_of(spec: TensorSpec) -> Index | None:
    """The indices that an input of whole numbers takes; None for other inputs, and for few."""
    domain = spec.domain
    if not isinstance(domain, Values) or not np.isfinite([domain.low, domain.high]).all():
        return None
    if not domain.whole and np.dtype(spec.dtype).kind not in "iu":
        return None
    index = Index(spec.name, int(np.ceil(domain.low)), int(np.floor(domain.high)))
    return index if index.span > _FEW else None
