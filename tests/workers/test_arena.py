"""What was shared for one large feed is given back at the next small one."""

import os
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from parity.workers.arena import Arena
from parity.workers.spawn import anonymous_file

LARGE, SMALL = np.ones(16 << 20, np.uint8), np.full(1000, 7, np.uint8)


@pytest.fixture
def sides() -> Iterator[tuple[Arena, Arena]]:
    """The writer's and the reader's view of one region."""
    descriptor = anonymous_file()
    writer, reader = Arena(descriptor), Arena(os.dup(descriptor))
    yield writer, reader
    writer.close()
    reader.close()


def held(arena: Arena) -> int:
    """Bytes that the region takes, of either process."""
    return os.fstat(arena.descriptor).st_blocks * 512


@pytest.mark.skipif(sys.platform != "linux", reason="holes are punched on Linux only")
def test_memory_of_a_large_tensor_is_given_back(sides: tuple[Arena, Arena]) -> None:
    writer, reader = sides
    reader.read(writer.write({"x": LARGE}))
    assert held(writer) >= LARGE.nbytes
    (found,) = reader.read(writer.write({"x": SMALL})).values()
    assert held(writer) < 1 << 20
    assert np.array_equal(found, SMALL)
    (again,) = reader.read(writer.write({"x": LARGE})).values()
    assert np.array_equal(again, LARGE)


def test_who_still_looks_at_an_old_tensor_lives(sides: tuple[Arena, Arena]) -> None:
    writer, reader = sides
    (old,) = reader.read(writer.write({"x": LARGE})).values()
    writer.write({"x": SMALL})
    assert int(old[-1]) in (0, 1)


def test_little_is_kept_for_the_next_feed(sides: tuple[Arena, Arena]) -> None:
    writer, _ = sides
    writer.write({"x": LARGE[: 1 << 20]})
    writer.write({"x": SMALL})
    assert held(writer) >= 1 << 20
