"""Boundary feeds for the sake of ids: the ends of a table, suspects, and its whole in turns."""

from collections.abc import Iterator, Sequence

import numpy as np

from parity.inputs._plan import Script
from parity.inputs._source import Choice
from parity.inputs.boundary.maker import Maker
from parity.inputs.tokens.layout import token_ids
from parity.inputs.tokens.vocabulary import Ids, Vocabulary

SUSPECTS = "ids at which the models may differ"
"""In the labels of feeds of those."""

_EDGE = 64
_MOST_FEEDS = 128  # of the vocabulary: LAC's 58,224 words take 114 rows of 512
_MOST_PIECES = 8  # a model that takes one token at a time is not fed the ends alone


def ends(maker: Maker, specials: Sequence[int]) -> list[Script | None]:
    """The first and the last ids, and the special ones."""
    lowest, size = maker.words.lowest, maker.layout.vocabulary
    # What doesn't fit in the limits is cut: an end matters more than the middle.
    first = np.arange(lowest, min(lowest + 16, size))
    last = np.arange(max(lowest, size - 32), size)
    head = np.arange(lowest, min(lowest + _EDGE, size))
    tail = np.arange(max(lowest, size - _EDGE), size)
    sweep = np.unique(np.concatenate([head, tail]))
    known = np.array([i for i in specials if lowest <= i < size], dtype=np.int64)
    groups: list[tuple[str, Ids]] = [
        ("the first id", first[:1]),
        ("the last id", last[-1:]),
        (f"the first {len(first)} ids", first),
        (f"the last {len(last)} ids", last[::-1]),
        ("the ends of the vocabulary", sweep),
    ]
    if known.size:
        groups.append(("every special token", known))
    return [
        script for label, ids in groups for script in _written(maker, label, ids, most=_MOST_PIECES)
    ]


def suspects(
    maker: Maker, vocabularies: Sequence[Vocabulary], *, share: int
) -> list[Script | None]:
    """The ids that are to be fed for certain, of every id input, however many feeds it takes."""
    made: list[Script | None] = []
    lead = np.array(token_ids(maker.layout.ids[0]).suspects, dtype=np.int64)
    made += _written(maker, SUSPECTS, lead)
    for spec, words in zip(maker.layout.ids[1:], vocabularies[1:], strict=True):
        ids = words.known(np.array(token_ids(spec).suspects, dtype=np.int64))
        at_once = max(maker.layout.rows or 1, _choices(maker))
        longest = max(1, min(maker.rows.most((), 0), share // words.bytes_per_token // at_once))
        for part, start in enumerate(range(0, len(ids), longest)):
            piece = ids[start : start + longest]
            length = len(piece) if maker.layout.ragged or not maker.layout.width else longest
            given: dict[str, Sequence[Choice]] = {
                spec.name: [words.encode(np.resize(piece, length))]
            }
            made.append(
                maker.of(f"{spec.name}, {SUSPECTS}, part {part + 1}", [maker.varied(length)], given)
            )
    return made


def rest(maker: Maker) -> Iterator[Script | None]:
    """The ids that no other boundary feed holds, as many as the limits allow, by turns.

    Rows are as long as can be, and as many together as a feed may hold: fewest feeds.
    """
    limits = maker.layout.limits
    ids = maker.unused()
    if not ids.size:
        return
    share = min(len(ids), limits.vocabulary_tokens)
    start = limits.turn * share % len(ids)
    chosen = np.roll(ids, -start)[:share]
    part = 0
    while chosen.size and part < _MOST_FEEDS:
        rows, taken = maker.block(chosen)
        if not taken:
            return
        chosen = chosen[taken:]
        part += 1
        yield maker.of(f"the vocabulary, part {part}", rows)


def _written(
    maker: Maker, label: str, ids: Ids, *, most: int | None = None
) -> Iterator[Script | None]:
    longest = max(1, maker.rows.most((), 0))
    ids = maker.words.known(ids)
    pads = bool(ids.size) and maker.words.pad_code >= 0 and maker.layout.pad in ids
    answers: dict[str, Sequence[Choice]] = {"pad inside": [True]} if pads else {}
    pieces = [ids[i : i + longest] for i in range(0, len(ids), longest)][:most]
    for part, piece in enumerate(pieces):
        yield maker.of(label if not part else f"{label}, part {part + 1}", [piece], answers)


def _choices(maker: Maker) -> int:
    choices = maker.layout.choices
    return choices if isinstance(choices, int) else 1
