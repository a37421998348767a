"""Run a request: the reference first, since it takes longest to load."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from parity import files, temporary
from parity.api.options import Feeds, OneFeed
from parity.errors import InputError, OutputError
from parity.shown import shown

if TYPE_CHECKING:
    from parity.verify.request import Request
    from parity.verify.result import Result


def verified(request: "Request", *, progress: bool) -> "Result":
    """The result of a request. progress: whether a line lives on a terminal while it is made.

    Raises what stops a run: ModelError, InputError, EngineError …
    """
    from parity.verify.reference import reference_of

    with reference_of(
        request.reference,
        open_timeout_s=request.open_timeout_s,
        run_timeout_s=request.run_timeout_s,
    ) as reference:
        reference.start()
        from parity.verify.progress import nobody
        from parity.verify.run import verify

        with _tables_aside():
            if not progress:
                return verify(request, nobody, reference=reference)
            from parity.report.console import Plain
            from parity.report.live import LiveLine

            with LiveLine(Plain(stderr=True)) as live:
                return verify(request, live, reference=reference)


def say(line: str) -> None:
    """Tell someone who watches what takes seconds to minutes, such as a first build of a model."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{shown(line)}\n")


@contextlib.contextmanager
def on_disk(feeds: Feeds | None) -> Iterator[tuple[Path, ...]]:
    """The feeds as paths: those given as arrays lie in a folder that goes with the block."""
    if feeds is None:
        yield ()
        return
    given: list[OneFeed] = (
        [feeds] if isinstance(feeds, str | os.PathLike | Mapping) else list(feeds)
    )
    if not any(isinstance(feed, Mapping) for feed in given):
        yield tuple(Path(feed) for feed in given if not isinstance(feed, Mapping))
        return
    with temporary.folder(Path(tempfile.gettempdir())) as folder:
        try:
            yield tuple(_paths(given, folder))
        except InputError as error:  # whoever gave arrays knows of no file
            raise InputError(str(error).replace(f"{folder}{os.sep}", "")) from error


def _paths(given: Iterable[OneFeed], folder: Path) -> Iterator[Path]:
    import numpy as np

    from parity.model.formats import npz

    for number, feed in enumerate(given, 1):
        if not isinstance(feed, Mapping):
            yield Path(feed)
            continue
        path = folder / f"feed-{number}.npz"
        arrays = {name: np.asarray(array) for name, array in feed.items()}
        odd = [name for name, array in arrays.items() if array.dtype.hasobject]
        if odd:
            raise InputError(f"feed {number}: {odd[0]} is no array of numbers")
        npz.save(path, arrays)
        yield path


@contextlib.contextmanager
def _tables_aside() -> Iterator[None]:
    """Hypothesis keeps its tables in parity's cache meanwhile, and not where a user stands."""
    if "HYPOTHESIS_STORAGE_DIRECTORY" in os.environ:  # somebody has said where
        yield
        return
    import hypothesis.configuration as place

    before: Path | None = vars(place).get("__hypothesis_home_directory")
    try:
        tables = files.cache() / "hypothesis"
    except OutputError:
        tables = Path(os.devnull, "hypothesis")  # and without them takes a second longer
    place.set_hypothesis_home_dir(tables)
    try:
        yield
    finally:
        place.set_hypothesis_home_dir(before)
