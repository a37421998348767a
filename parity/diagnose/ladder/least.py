"""The fewest of many switches that together mend something, in few trials."""

from collections.abc import Callable, Sequence


def least(names: Sequence[str], mends: Callable[[Sequence[str]], bool]) -> tuple[str, ...] | None:
    """Those of ``names`` that must be off, each of them needed; None if all of them don't mend.

    mends: whether it is mended with these off. Halves: about log2(n) trials for each that is
    found, not one for each name. Where several sets would do, the one that comes first.
    """
    if not names or not mends(names):
        return None
    found: list[str] = []
    left = list(names)
    while not found or (left and not mends(found)):
        # The shortest beginning of what is left that mends: its last one is needed.
        low, high = 1, len(left)
        while low < high:
            middle = (low + high) // 2
            if mends([*found, *left[:middle]]):
                high = middle
            else:
                low = middle + 1
        found.append(left[low - 1])
        left = left[: low - 1]
    return tuple(found)
