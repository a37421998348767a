"""Two texts in one row, the second cut into windows. Runs in the tokenizers library's process."""

from collections.abc import Iterator, Sequence
from typing import Any

from tokenizers import Tokenizer as Backend

from parity.errors import InputError
from parity.processes.channel import Message

Row = list[list[Any]]


def windows(
    backend: Backend, pairs: Sequence[Sequence[str]], longest: int, stride: int | None
) -> Message:
    """Ids, segments and spans of each window of each pair.

    Only the second text is cut; a first one that alone is too long loses its end, and the
    second is then not read at all. stride: how many tokens of the second two windows have in
    common, as PaddleNLP counts it; None gives the first window. Raises InputError.
    """
    backend.no_truncation()
    done = backend.encode_batch([(first, second) for first, second in pairs])
    rows = []
    for (first, _), encoded in zip(pairs, done, strict=True):
        of = encoded.sequence_ids
        spans = [
            # The second text stands behind the first and a tab.
            [start + len(first) + 1, end + len(first) + 1] if which == 1 else [start, end]
            for (start, end), which in zip(encoded.offsets, of, strict=True)
        ]
        row: Row = [list(encoded.ids), list(encoded.type_ids), spans]
        rows.append(list(_cut(row, of, longest, stride)))
    return {"rows": rows}


def _cut(row: Row, of: Sequence[int | None], longest: int, stride: int | None) -> Iterator[Row]:
    second = [i for i, which in enumerate(of) if which == 1]
    begin, end = (second[0], second[-1] + 1) if second else (len(of), len(of))
    room = longest - (len(of) - (end - begin))
    if room < 0:
        first = [i for i, which in enumerate(of) if which == 0]
        gone = {*second, *first[room:]}
        yield [[v for i, v in enumerate(part) if i not in gone] for part in row]
        return
    if stride is not None and room <= stride < end - begin:
        raise InputError(
            f"a first text of {begin} tokens leaves windows of {room}, which can't overlap by "
            f"{stride}; at most {longest} tokens are read"
        )
    start = begin
    while True:
        stop = min(start + room, end)
        yield [part[:begin] + part[start:stop] + part[end:] for part in row]
        if stop == end or stride is None:
            return
        start += room - stride
