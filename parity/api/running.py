"""Run a request: the reference first, since it takes longest to load."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parity import files, temporary
from parity.api.options import Feeds, OneFeed
from parity.api.typed import is_feed, told
from parity.api.watching import Watching
from parity.errors import InputError, OutputError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

    from parity.diagnose.explain import Explanation
    from parity.verify.reference import Reference
    from parity.verify.request import Request
    from parity.verify.result import Result


def verified(
    request: "Request", watching: Watching, *, explain_s: float | None = None
) -> "tuple[Result, Explanation | None]":
    """The result of a request, and why it came out so. explain_s: seconds for that; None for none.

    Raises what stops a run: ModelError, InputError, EngineError …
    """
    from parity.diagnose.inner.ahead import Ahead
    from parity.workers.ahead import dropped

    with contextlib.ExitStack() as watched:
        with _maker()(
            request.reference,
            open_timeout_s=request.open_timeout_s,
            run_timeout_s=request.run_timeout_s,
        ) as reference:
            reference.start()
            dropped("paddle")  # which another engine's reference didn't take
            watch = watched.enter_context(watching.running(request))
            from parity.verify.run import verify

            with _tables_aside():
                ahead = watched.enter_context(Ahead(request, explain_s or 0.0))
                result = verify(request, ahead.watching(watch), reference=reference)
        if explain_s is None:
            return result, None
        from parity.diagnose.ended import explained

        return explained(result, budget_s=explain_s, watch=watch, sides=ahead.sides)


def paddle_ahead(
    named: Sequence[Path], asked: Mapping[str, Any], *, alone: bool
) -> contextlib.AbstractContextManager[None]:
    """Begin to import Paddle, which takes longest of all, while it is found out what is meant.

    named, asked, alone: models and options of ``parity check``. Only where it looks as if the
    reference will be Paddle's: one that wasn't needed ends with the block.
    """
    from parity.store.place import FOLDER

    other = any(asked[key] for key in ("sweep", "family", "reference_engine", "reference_env"))
    stored = bool(os.environ.get(FOLDER))  # it may have the answers
    # How threads wait is decided when a library is imported.
    spinning = any(said.startswith("spinning") for said in asked["reference_option"])
    likely = _looks_exported(named[0]) and _looks_like_paddle(asked["reference"])
    if len(named) > 1 or alone or other or stored or spinning or not likely:
        return contextlib.nullcontext()
    from parity.workers.ahead import begun

    return begun("paddle")


def _looks_exported(named: Path) -> bool:
    return str(named).startswith("zoo:") or (named.suffix == ".onnx" and named.is_file())


def _looks_like_paddle(reference: Path | None) -> bool:
    """None is what lies beside the candidate."""
    if reference is None or str(reference).startswith("zoo:"):
        return True
    ends = (".json", ".pdmodel")
    found = [reference] if reference.is_file() else reference.glob("*")
    return any(file.suffix in ends for file in found)


def _maker() -> "Callable[..., Reference]":
    """What makes the reference. What a store takes is imported only where there is one."""
    from parity.store.place import place

    if place() is None:
        from parity.verify.reference import reference_of

        return reference_of
    from parity.verify.stored import stored_reference_of

    return stored_reference_of


@contextlib.contextmanager
def on_disk(feeds: Feeds | None) -> Iterator[tuple[Path, ...]]:
    """The feeds as paths: those given as arrays lie in a folder that goes with the block."""
    if feeds is None:
        yield ()
        return
    given: list[OneFeed] = (
        [feeds] if isinstance(feeds, str | os.PathLike | Mapping) else list(feeds)
    )
    for number, feed in enumerate(given, 1):
        if not is_feed(feed):
            raise UsageError(f"feed {number} must be a path, or arrays by input, not {told(feed)}")
    if not any(isinstance(feed, Mapping) for feed in given):
        yield tuple(Path(feed) for feed in given if not isinstance(feed, Mapping))
        return
    with temporary.folder(Path(tempfile.gettempdir())) as folder:
        try:
            yield tuple(_paths(given, folder))
        except InputError as error:  # whoever gave arrays knows of no file
            raise InputError(str(error).replace(f"{folder}{os.sep}", "")) from error


def _paths(given: Iterable[OneFeed], folder: Path) -> Iterator[Path]:

    from parity.model.formats import npz

    for number, feed in enumerate(given, 1):
        if not isinstance(feed, Mapping):
            yield Path(feed)
            continue
        path = folder / f"feed-{number}.npz"
        arrays = {name: _array(number, name, array) for name, array in feed.items()}
        odd = [name for name, array in arrays.items() if array.dtype.hasobject]
        if odd:
            raise InputError(f"feed {number}: {odd[0]} is no array of numbers")
        npz.save(path, arrays)
        yield path


def _array(number: int, name: object, given: "ArrayLike") -> "np.ndarray[Any, Any]":
    import numpy as np

    if not isinstance(name, str):
        raise UsageError(f"feed {number}: the name of an input must be a text, not {told(name)}")
    try:
        return np.asarray(given)
    except ValueError as error:  # rows of several lengths
        raise InputError(f"feed {number}: {name} is no array: {error}") from error


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
