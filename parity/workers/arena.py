"""Arrays shared by two processes without a name that could be left behind.

An arena is an anonymous file (``memfd`` on Linux, an unlinked temporary file
elsewhere), inherited by the child as a descriptor. When both processes are
gone, so is the memory; there is nothing to clean up, also after SIGKILL.
"""

from __future__ import annotations

import contextlib
import mmap
import os
from collections.abc import Mapping, Sequence
from typing import TypedDict

import numpy as np

from parity.model.tensors import Array

_KEPT_BYTES = 8 << 20
"""Less is not worth a call: it would be written again soon."""

_ALIGNMENT = 64  # a cache line; engines vectorise over their inputs


class TensorLayout(TypedDict):
    """Where in an arena an array lies."""

    name: str
    dtype: str
    shape: list[int]
    offset: int


class Arena:
    """One side's view of a shared region. One side writes it, the other reads it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._map: mmap.mmap | None = None
        self._size = 0
        self._written = 0

    def write(self, tensors: Mapping[str, Array]) -> list[TensorLayout]:
        """Copy arrays in and return their layout; the region grows as needed.

        Raises TypeError for arrays that aren't plain numbers (strings, objects).
        """
        layouts: list[TensorLayout] = []
        end = 0
        for name, array in tensors.items():
            if array.dtype.hasobject or array.dtype.kind not in "biufc":
                raise TypeError(f"{name}: dtype {array.dtype} can't be compared; only numbers can")
            offset = -(-end // _ALIGNMENT) * _ALIGNMENT
            layouts.append(
                TensorLayout(
                    name=name, dtype=array.dtype.str, shape=list(array.shape), offset=offset
                )
            )
            end = offset + array.nbytes
        self._reserve(end)
        self._forget(end)
        for layout in layouts:
            self._view(layout)[...] = tensors[layout["name"]]
        return layouts

    def read(self, layouts: Sequence[TensorLayout]) -> dict[str, Array]:
        """Arrays that lie in the region; valid until the other side writes it again."""
        # fstat tells how far the writer has grown the file.
        self._remap(os.fstat(self.descriptor).st_size)
        return {layout["name"]: self._view(layout) for layout in layouts}

    def close(self) -> None:
        """Give the region back once nothing looks at it any more."""
        self._map = None  # a view that is still held keeps the mapping alive
        os.close(self.descriptor)

    def _reserve(self, size: int) -> None:
        if size > self._size:
            # Growing by half more saves remapping for each slightly larger feed.
            size = -(-(size + size // 2) // mmap.PAGESIZE) * mmap.PAGESIZE
            os.ftruncate(self.descriptor, size)
            self._remap(size)

    def _forget(self, end: int) -> None:
        """Give back what lies far behind the end, where it was written for a larger feed.

        The region keeps its size: who still looks there sees zeros, and lives.
        """
        written, self._written = self._written, end
        if written - end < _KEPT_BYTES or self._map is None:
            self._written = max(written, end)
            return
        start = -(-end // mmap.PAGESIZE) * mmap.PAGESIZE
        with contextlib.suppress(OSError, AttributeError):  # no memfd, or not Linux
            self._map.madvise(mmap.MADV_REMOVE, start, self._size - start)

    def _remap(self, size: int) -> None:
        if size != self._size:
            self._map = mmap.mmap(self.descriptor, size)
            self._size = size

    def _view(self, layout: TensorLayout) -> Array:
        shape = tuple(layout["shape"])
        if 0 in shape:
            return np.empty(shape, layout["dtype"])
        assert self._map is not None  # noqa: S101  a non-empty tensor was reserved for
        count = int(np.prod(shape, dtype=np.int64))
        flat: Array = np.frombuffer(self._map, layout["dtype"], count, layout["offset"])
        return flat.reshape(shape)
