"""Is a change more than chance: McNemar's exact test."""

from math import comb


def mcnemar(lost: int, won: int) -> float:
    """Probability of a split at least this uneven, were either way equally likely; two-sided.

    lost: rows that only the one side has right. won: those that only the other has. Exact: as
    ``scipy.stats.binomtest(lost, lost + won)``, and 1 where nothing changed sides.
    """
    total = lost + won
    tail = sum(comb(total, k) for k in range(min(lost, won) + 1))
    # Whole numbers up to here: no sum of small floats.
    return min(1.0, float(2 * tail / 2**total))
