"""Where the smallest failing feeds of a report lie: in a bundle, or beside the report."""

import os
from collections.abc import Sequence
from pathlib import Path

from parity.report import feed
from parity.report.bundle import FEED
from parity.verify.result import Result


def feeds(
    report: Path | None, results: Sequence[Result | None], bundles: Sequence[Path | None],
    *, several: bool = True,
) -> list[Path | None]:  # fmt: skip
    """The file with each run's smallest failing feed; None where it stands in the report alone.

    report: the JSON file, beside which those are written that are too large for it and in no
    bundle; None writes none. results: of the runs, in order; None for one that came to none. One
    that stands there twice, as that of two cells of one graph, has one file. bundles: of each run.
    several: whether the report is of more runs than one. Raises OutputError.
    """
    first = {id(result): at for at, result in reversed([*enumerate(results)])}
    held = [
        None if result is None or result.minimal is None else bundle
        for result, bundle in zip(results, bundles, strict=True)
    ]
    of = [held[first[id(result)]] or own for result, own in zip(results, held, strict=True)]
    if report is not None:
        wanted = [
            None if at is not None or first[id(result)] != number else result
            for number, (result, at) in enumerate(zip(results, of, strict=True))
        ]
        beside = feed.write(report, wanted, several=several)
    else:
        beside = [None] * len(results)
    return [
        None if result is None else beside[first[id(result)]] if at is None else at / FEED
        for result, at in zip(results, of, strict=True)
    ]


def named(path: Path | None, report: Path | None) -> str | None:
    """A file as a report names it: from its own folder; from where one stands if it is printed."""
    if path is None:
        return None
    return os.path.relpath(path, Path() if report is None else report.parent)
