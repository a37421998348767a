"""Smallest failing feeds as files beside a report, where they are too large to stand in it."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from parity import files, temporary
from parity.errors import OutputError, UsageError
from parity.model.formats import npz
from parity.report.marks import MADE_BY
from parity.report.values.arrays import is_large
from parity.verify.result import Result

_OURS = b"made by parity "


def beside(report: Path, number: int | None = None) -> Path:
    """Where the feed of a report lies: ``out.feed.npz`` beside ``out.json``.

    number: of the run, in a report of several, from 1 on: ``out.feed-1.npz``.
    """
    return report.with_name(f"{report.stem}.feed{'' if number is None else f'-{number}'}.npz")


def check(report: Path) -> None:
    """Raise UsageError where what lies there isn't parity's."""
    if files.is_special(report):
        return
    for path in _there(report):
        if not _is_ours(path):
            raise UsageError(
                f"{path}: is no feed of parity's; --json {report} could have to replace it"
            )


def write(
    report: Path, results: Sequence[Result | None], *, several: bool = False
) -> list[Path | None]:
    """Write the feeds that aren't in the report, and leave none of an earlier one.

    results: runs, in order; None for one whose feed lies elsewhere, or that has none. several:
    whether the report is of more runs than one. Gives where each feed lies; None where the report
    has it. A report that goes to a device or pipe has nothing beside it. Raises OutputError.
    """
    if files.is_special(report):
        return [None] * len(results)
    try:
        check(report)
    except UsageError as error:  # it wasn't so before the work
        raise OutputError(str(error)) from error
    for path in _there(report):
        path.unlink(missing_ok=True)
    made: list[Path | None] = []
    for number, result in enumerate(results, 1):
        path = beside(report, number if several else None)
        made.append(path if result is not None and _write(path, result) else None)
    return made


def _write(path: Path, result: Result) -> bool:
    minimal = result.minimal
    if minimal is None or not any(map(is_large, minimal.example.feed.values())):
        return False
    try:
        with temporary.folder(path.parent) as scratch:
            made = scratch / path.name
            npz.save(made, minimal.example.feed)
            with zipfile.ZipFile(made, "a") as archive:
                archive.comment = f"made by {MADE_BY}".encode()
            files.write(path, made.read_bytes())
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror or error}") from error
    return True


def _there(report: Path) -> Iterator[Path]:
    """Whatever lies where a feed of this report could lie."""
    named = re.compile(rf"{re.escape(report.stem)}\.feed(-[1-9]\d*)?\.npz")
    try:
        found = [path for path in report.parent.iterdir() if named.fullmatch(path.name)]
    except OSError:  # told by whoever writes there
        found = []
    yield from sorted(found)


def _is_ours(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.comment.startswith(_OURS)
    except (OSError, zipfile.BadZipFile):
        return False
