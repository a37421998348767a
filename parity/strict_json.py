"""JSON of a file that must be right: finite numbers, each key once, no larger than it can be."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def read(path: Path, *, most_bytes: int) -> Any:
    """What a file holds. OSError as it comes.

    Raises ValueError, saying what is wrong, for one that is larger than ``most_bytes``, is not
    UTF-8 or not JSON, nests too deep, gives a key twice, or has a number that isn't finite or half
    a character.
    """
    with path.open("rb") as file:
        body = file.read(most_bytes + 1)
    if len(body) > most_bytes:
        raise ValueError(f"larger than {most_bytes:,} bytes")
    return parsed(body)


def parsed(body: bytes) -> Any:
    """The same of bytes that were read already. Raises ValueError."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from None
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        for value in _plain(found):
            _check(value)
    except RecursionError:
        raise ValueError("nests too deep") from None
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f'key "{next(n for n in names if names.count(n) > 1)}" is there twice')
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _check(value: float | str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is beyond what a float holds")
    if isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value):
        raise ValueError(f"{value[:40]!r} has half a character in it, a lone surrogate")


def _plain(value: Any) -> Iterator[float | str]:
    if isinstance(value, float | str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _plain(item)
    elif isinstance(value, list):
        for item in value:
            yield from _plain(item)
