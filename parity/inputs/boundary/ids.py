"""The fixed feeds of ids: lengths, paddings, ids and token types at their limits."""

from collections.abc import Mapping, Sequence

from parity.inputs._plan import Script
from parity.inputs._source import Choice
from parity.inputs.boundary import between, points
from parity.inputs.boundary import words as _words
from parity.inputs.boundary.maker import Maker
from parity.inputs.tokens import marks
from parity.inputs.tokens.rows import FAR, Rows
from parity.inputs.tokens.vocabulary import Vocabulary

_LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65)
_LONG = (127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 2047, 2048)
_RAGGED = (
    (1, 2), (3, 1), (16, 5, 1), (7, 8, 9, 2), (128, 3), (129, 17), (2, 257), (64, 128, 3, 127),
)  # fmt: skip
_EVEN = ((1, 1), (5, 5, 5), (9, 9, 9, 9), (129, 129), (128, 128, 128, 128))
_LONG_EVEN = ((200, 200, 200), (257, 257))

Answers = Mapping[str, Sequence[Choice]]


def scripts(
    rows: Rows, words: Sequence[Vocabulary], *, specials: Sequence[int], seed: int, share: int
) -> list[Script]:
    """All boundary feeds that fit the limits, each with its own label.

    words: the vocabulary of each id input. share: bytes of the source for each of them.
    The last ones go by turns: lengths between the others, and what is left of the vocabulary.
    """
    maker = Maker(rows, seed)
    made = [
        *_lengths(maker),
        *_furthest(rows, seed),
        *_paddings(maker),
        *_words.ends(maker, specials),
        *_words.suspects(maker, words, share=share),
        *_token_types(maker),
        *_unusual(maker),
        *_turns(maker),
        *_words.rest(maker),
    ]
    return list({s.label: s for s in made if s is not None}.values())


def _lengths(maker: Maker) -> list[Script | None]:
    layout = maker.layout
    longest = maker.rows.most((), 0)
    one_length = not layout.ragged and layout.width is not None
    single = [n for n in (*_LENGTHS, *_LONG) if n < longest and not one_length] + [longest]
    even: tuple[tuple[int, ...], ...] = _EVEN
    if not layout.ragged:
        # Those that can pad have long rows beside others: see below.
        even = (*_EVEN, *_LONG_EVEN, (longest,) * min(3, max(1, layout.batch)))
    shapes = [(n,) for n in single] + [rows for rows in even if not one_length]
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
    far = Maker(rows.far, seed)
    length = far.rows.most((), 0)
    if length <= rows.most((), 0):
        return []
    return [far.script(f"length {length}, batch {far.layout.rows or 1}", (length,), {"far": [FAR]})]


def _paddings(maker: Maker) -> list[Script | None]:
    if not maker.layout.ragged:
        return []
    longest = maker.rows.most((), 0)
    ragged: list[tuple[int, ...]] = [*_RAGGED, (1, longest, max(1, longest - 3))]
    if maker.layout.segment_kinds < 2:
        ragged.append((longest, 1))  # else mixed segments come in such rows
    made = [maker.script(f"lengths {', '.join(map(str, rows))}, padded", rows) for rows in ragged]
    if maker.layout.width is None and maker.layout.batch > 1:
        made.append(maker.script("a column of padding only", (7, 4), {"extra padding": [True]}))
    pad = maker.layout.pad
    if pad is not None and maker.rows.words.pad_code >= 0:
        for label, rows in (
            ("the pad id inside a row", [maker.varied(9)]),
            ("the pad id inside a padded row", [maker.varied(12), maker.varied(6)]),
        ):
            rows[-1][[2, 3]] = pad
            made.append(maker.of(label, rows, {"pad inside": [True]}))
    return made


def _token_types(maker: Maker) -> list[Script | None]:
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
            answers["segment point"] = [point]
        made.append(_fitting(maker, label, 12, 5, answers))
    # What depends on both: a segment far from the start of a row, and beside padding.
    longest = maker.rows.most((), 0)
    answers = {"segments": [kinds + 1], "segment point": [0]}
    return [*made, _fitting(maker, f"mixed segments, length {longest}", longest, 7, answers)]


def _fitting(maker: Maker, label: str, long: int, short: int, answers: Answers) -> Script | None:
    """Two rows of these lengths; one, or the longest, where the limits don't allow that."""
    shape = (long, short if maker.layout.ragged else long)
    return (
        maker.script(label, shape, answers)
        or maker.script(label, (long,), answers)
        or maker.script(label, (maker.rows.most((), 0),), answers)
    )


def _unusual(maker: Maker) -> list[Script | None]:
    """Masks with gaps, positions that don't count up, and what other inputs may hold."""
    free = maker.layout.free
    batch = maker.layout.rows or 1
    made = [
        _fitting(maker, label, 12, 7, answers)
        for label, answers in marks.answers(maker.layout).items()
    ]
    made += [_fitting(maker, label, 6, 4, answers) for label, answers in points.ways(free)]
    made += [maker.script(label, (5,), answers) for label, answers in points.answers(free, batch)]
    return made


def _turns(maker: Maker) -> list[Script | None]:
    """Lengths between the boundaries: this turn's, all, or those that somebody asked for."""
    limits, longest = maker.layout.limits, maker.rows.most((), 0)
    if not maker.layout.ragged and maker.layout.width is not None:
        return []
    turns = between.lengths(limits.turn, longest, each=limits.each_gap)
    if limits.every_length:
        turns = between.every(longest)
    asked = [n for n in limits.lengths if 1 <= n <= longest]
    return [
        maker.script(f"length {n}, batch {maker.layout.rows or 1}", (n,))
        for n in dict.fromkeys([*turns, *asked])
    ]
