"""One of the parts into which the cells of a gate are divided, each for a machine of its own."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from parity.errors import OutputError, UsageError

MOST = 100_000
"""Parts at most. More than anybody has machines, and few enough to be listed where they miss."""

_FORM = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


@dataclass(frozen=True)
class Shard:
    """index: from 1 up to ``count``."""

    index: int
    count: int

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def holds(self, identity: str) -> bool:
        """Whether what has this SHA-256 is in this part. It is in one, whatever else there is."""
        return int(identity[:16], 16) % self.count == self.index - 1


def shard_of(text: str, *, where: str = "--parity-shard") -> Shard:
    """A part of a text such as "3/8". Raises UsageError."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise UsageError(f'{where} "{text}": write which of how many, as 3/8')
    index, count = int(found[1]), int(found[2])
    if not 1 <= count <= MOST:
        raise UsageError(f'{where} "{text}": there are 1 to {MOST} parts')
    if not 1 <= index <= count:
        raise UsageError(f'{where} "{text}": the parts go from 1 to {count}')
    return Shard(index, count)


def from_bazel(environment: Mapping[str, str] | None = None) -> Shard | None:
    """The part that Bazel asks for, by TEST_TOTAL_SHARDS and TEST_SHARD_INDEX; None for none.

    Raises UsageError for values that make no sense.
    """
    told = os.environ if environment is None else environment
    count, index = (told.get(name, "") for name in ("TEST_TOTAL_SHARDS", "TEST_SHARD_INDEX"))
    if count in ("", "0"):
        return None
    if not (index.isascii() and index.isdigit() and len(index) < 7):
        raise UsageError(f'TEST_SHARD_INDEX "{index}": must be a whole number from 0')
    return shard_of(f"{int(index) + 1}/{count}", where="TEST_SHARD_INDEX, TEST_TOTAL_SHARDS")


def tell_bazel() -> None:
    """Say, by the file that Bazel names, that only a part was run. Raises OutputError."""
    named = os.environ.get("TEST_SHARD_STATUS_FILE")
    if not named:
        return
    try:
        Path(named).touch()
    except OSError as error:
        why = error.strerror or error
        raise OutputError(f"{named} ($TEST_SHARD_STATUS_FILE): can't be written: {why}") from error
