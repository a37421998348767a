"""A feed that the user brought."""

from dataclasses import dataclass, field

from parity.model.tensors import Feed


@dataclass(frozen=True)
class Own:
    """name: the file that it comes from, as the report calls it."""

    name: str
    feed: Feed = field(repr=False)


MOST_FEEDS = 1000
"""Files that one run reads. All are run, so more would take longer than anyone waits."""

MOST_BYTES = 2**30
"""Bytes of all feeds together; they are kept while the run lasts."""
