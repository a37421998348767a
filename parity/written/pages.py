"""Pages of mapped files, let go while they are read: two files needn't be in memory at once."""

import mmap

from parity.model.tensors import Array

_MOST = 1 << 26  # bytes that are read before their pages are let go


class Pages:
    """Counts what was read. What is looked at again comes back by itself."""

    def __init__(self) -> None:
        self._bytes = 0
        self._maps: dict[int, mmap.mmap] = {}

    def read(self, *arrays: Array) -> None:
        """Arrays that were gone through; those that are no views of files cost nothing here."""
        for array in arrays:
            mapped = _map(array)
            if mapped is not None:
                self._maps[id(mapped)] = mapped
                self._bytes += array.nbytes
        if self._bytes > _MOST:
            for mapped in self._maps.values():
                mapped.madvise(mmap.MADV_DONTNEED)
            self._bytes, self._maps = 0, {}


def _map(array: object) -> mmap.mmap | None:
    """The map that an array is a view of."""
    for _ in range(16):
        if array is None or isinstance(array, mmap.mmap):
            return array
        array = array.obj if isinstance(array, memoryview) else getattr(array, "base", None)
    return None
