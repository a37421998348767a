"""The fixed feeds of ids: lengths, paddings, ids and token types at their limits."""

from collections.abc import Sequence

import numpy as np

from parity.inputs._layout import token_ids
from parity.inputs._plan import Script
from parity.inputs._rows import FAR, Rows
from parity.inputs._source import Choice
from parity.inputs._vocabulary import Ids

_LENGTHS = (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65)
_LONG = (127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 2047, 2048)
_RAGGED = (
    (1, 2), (3, 1), (16, 5, 1), (7, 8, 9, 2), (128, 3), (129, 17), (2, 257), (64, 128, 3, 127),
)  # fmt: skip
_EVEN = ((1, 1), (5, 5, 5), (9, 9, 9, 9), (129, 129), (128, 128, 128, 128))
_EDGE = 64


def scripts(rows: Rows, *, specials: Sequence[int], seed: int) -> list[Script]:
    """All boundary feeds that fit the limits, each with its own label."""
    maker = _Maker(rows, seed)
    made = [
        *_lengths(maker),
        *_furthest(rows, seed),
        *_paddings(maker),
        *_vocabulary(maker, specials),
        *_token_types(maker),
    ]
    return list({s.label: s for s in made if s is not None}.values())


class _Maker:
    """Writes scripts for rows of given lengths, filled with varied ids.

    Equal ids would hide a permutation: a softmax over the wrong axis, positions
    in the wrong order.
    """

    def __init__(self, rows: Rows, seed: int) -> None:
        self.rows = rows
        self.layout = rows.layout
        self._random = np.random.default_rng(seed)
        ordinary = rows.words.ids[rows.words.code[rows.words.ids] >= 0]
        pad = self.layout.pad
        self._pool = np.unique(ordinary if pad is None else ordinary[ordinary != pad])
        if not self._pool.size:
            self._pool = np.unique(ordinary)

    def varied(self, length: int) -> Ids:
        """Pseudo-random ids other than the pad id."""
        return self._random.choice(self._pool, size=length)

    def script(
        self, label: str, lengths: tuple[int, ...], **answers: Sequence[Choice]
    ) -> Script | None:
        """A script for rows of these lengths; None where the limits don't allow them."""
        return self.of(label, [self.varied(length) for length in lengths], **answers)

    def of(self, label: str, rows: Sequence[Ids], **answers: Sequence[Choice]) -> Script | None:
        """A script for these rows; None where the limits don't allow them."""
        fitted = self._fit(rows)
        if fitted is None:
            return None
        words = self.rows.words
        spelled: dict[str, Sequence[Choice]] = {k.replace("_", " "): v for k, v in answers.items()}
        spelled["row"] = [words.encode(row) for row in fitted]
        if len(fitted) > 1 and self.layout.rows is None:
            spelled["more rows"] = [True] * (len(fitted) - 1)
        width = self.layout.width or max(len(row) for row in fitted)
        batch = self.layout.rows or len(fitted)
        return Script(label, spelled, cost=width * batch)

    def _fit(self, rows: Sequence[Ids]) -> list[Ids] | None:
        """The rows as the layout wants them: as many as it fixes, as long as it fixes."""
        layout = self.layout
        wanted = list(rows)
        if layout.rows is not None:
            wanted = [wanted[i % len(wanted)] for i in range(self.rows.drawn)]
        if not layout.ragged and layout.width is None and len({len(r) for r in wanted}) > 1:
            return None
        fitted: list[Ids] = []
        for row in wanted:
            most = self.rows.most(tuple(len(r) for r in fitted), sum(map(len, fitted)))
            if not layout.ragged and layout.width is not None and most:
                # Rows can't be short: go on where the given ids end.
                row = np.concatenate([row, self.varied(max(0, most - len(row)))])[:most]
            if not 0 < len(row) <= most or not layout.takes(len(row)):
                return None
            fitted.append(row)
        return fitted


def _lengths(maker: _Maker) -> list[Script | None]:
    layout = maker.layout
    longest = maker.rows.most((), 0)
    one_length = not layout.ragged and layout.width is not None
    single = [n for n in (*_LENGTHS, *_LONG) if n < longest and not one_length] + [longest]
    shapes = [(n,) for n in single] + [rows for rows in _EVEN if not one_length]
    same = maker.varied(6)
    made = [
        maker.script(
            f"length {layout.width if one_length else rows[0]}, batch {layout.rows or len(rows)}",
            rows,
        )
        for rows in shapes
    ]
    if not one_length:
        made.append(maker.of("two equal rows", [same, same]))
    return made


def _furthest(rows: Rows, seed: int) -> list[Script | None]:
    """One row as long as the position table holds, where that is beyond the usual length."""
    far = _Maker(rows.far, seed)
    length = far.rows.most((), 0)
    if length <= rows.most((), 0):
        return []
    return [far.script(f"length {length}, batch {far.layout.rows or 1}", (length,), far=[FAR])]


def _paddings(maker: _Maker) -> list[Script | None]:
    if not maker.layout.ragged:
        return []
    longest = maker.rows.most((), 0)
    ragged = (*_RAGGED, (longest, 1), (1, longest, max(1, longest - 3)))
    made = [maker.script(f"lengths {', '.join(map(str, rows))}, padded", rows) for rows in ragged]
    if maker.layout.width is None and maker.layout.batch > 1:
        made.append(maker.script("a column of padding only", (7, 4), extra_padding=[True]))
    pad = maker.layout.pad
    if pad is not None and maker.rows.words.pad_code >= 0:
        for label, rows in (
            ("the pad id inside a row", [maker.varied(9)]),
            ("the pad id inside a padded row", [maker.varied(12), maker.varied(6)]),
        ):
            rows[-1][[2, 3]] = pad
            made.append(maker.of(label, rows, pad_inside=[True]))
    return made


def _vocabulary(maker: _Maker, specials: Sequence[int]) -> list[Script | None]:
    size = maker.layout.vocabulary
    # What doesn't fit in the limits is cut: an end matters more than the middle.
    longest = maker.rows.most((), 0)
    first = np.arange(min(16, size))
    last = np.arange(max(0, size - 32), size)
    sample = np.linspace(0, size - 1, min(256, size)).astype(np.int64)
    sweep = np.unique(
        np.concatenate([np.arange(min(_EDGE, size)), sample, np.arange(max(0, size - _EDGE), size)])
    )
    known = np.array([i for i in specials if i < size], dtype=np.int64)
    suspects = np.array(token_ids(maker.layout.ids[0]).suspects, dtype=np.int64)
    groups: list[tuple[str, Ids]] = [
        ("the first id", np.array([0])),
        ("the last id", np.array([size - 1])),
        (f"the first {len(first)} ids", first),
        (f"the last {len(last)} ids", last[::-1]),
        ("ids from all over the vocabulary", sweep),
    ]
    if known.size:
        groups.append(("every special token", known))
    if suspects.size:
        groups.append(("ids whose rows of the table differ", suspects))
    made = []
    for label, ids in groups:
        ids = ids[maker.rows.words.code[ids] >= 0]
        pads = bool(ids.size) and maker.rows.words.pad_code >= 0 and maker.layout.pad in ids
        answers: dict[str, Sequence[Choice]] = {"pad_inside": [True]} if pads else {}
        made += [
            maker.of(label if not part else f"{label}, part {part + 1}", [piece], **answers)
            for part, piece in enumerate(_pieces(ids, longest))
        ]
    return made


def _pieces(ids: Ids, longest: int) -> list[Ids]:
    most = 8  # a model that takes one token at a time is not fed the whole table
    return [ids[i : i + longest] for i in range(0, len(ids), max(1, longest))][:most]


def _token_types(maker: _Maker) -> list[Script | None]:
    kinds = maker.layout.segment_kinds
    if kinds < 2:
        return []
    names: dict[str, tuple[int, int | None]] = {
        "segment 1": (1, None),
        "a switch from segment 0 to 1": (kinds, 7),
        "mixed segments": (kinds + 1, 0),
    }
    if kinds > 2:
        names["the last segment"] = (kinds - 1, None)
    made = []
    for label, (mode, point) in names.items():
        answers: dict[str, Sequence[Choice]] = {"segments": [mode]}
        if point is not None:
            answers["segment_point"] = [point]
        made.append(_fitting(maker, label, 12, 5, answers))
    # What depends on both: a segment far from the start of a row, and beside padding.
    longest = maker.rows.most((), 0)
    answers = {"segments": [kinds + 1], "segment_point": [0]}
    return [*made, _fitting(maker, f"mixed segments, length {longest}", longest, 7, answers)]


def _fitting(
    maker: _Maker, label: str, long: int, short: int, answers: dict[str, Sequence[Choice]]
) -> Script | None:
    """Two rows of these lengths; one, or the longest, where the limits don't allow that."""
    shape = (long, short if maker.layout.ragged else long)
    return (
        maker.script(label, shape, **answers)
        or maker.script(label, (long,), **answers)
        or maker.script(label, (maker.rows.most((), 0),), **answers)
    )
