"""Write files and folders so that they are there whole or not at all."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from parity import temporary
from parity.errors import OutputError


def write(path: Path, data: str | bytes) -> None:
    """Write a file through a temporary one beside it and a rename.

    A device or pipe, such as /dev/stdout, is written to and stays what it is, and
    a link leads to the file that is replaced. Raises OutputError, naming the file
    and the cause, when it can't be written; what was there before is then untouched.
    """
    # Names of files may be of bytes that are no text; in JSON this is their escape.
    raw = data.encode(errors="backslashreplace") if isinstance(data, str) else data
    try:
        if is_special(path):
            _send(path, raw)
            return
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary.file(target.parent) as made:
            made.write_bytes(raw)
            made.chmod(0o666 & ~_umask())
            made.replace(target)
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror or error}") from error


def _send(path: Path, raw: bytes) -> None:
    """Write to a device or pipe. Raises OSError where nobody reads from a pipe."""
    # Opened in the usual way, a pipe would be waited for, for ever.
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise OSError(error.errno, "nobody reads from it") from error
        raise
    os.set_blocking(descriptor, True)
    with open(descriptor, "wb") as file:  # noqa: PTH123
        file.write(raw)


def is_special(path: Path) -> bool:
    """Whether a path leads to a device, pipe or socket."""
    return path.exists() and not path.is_file() and not path.is_dir()


@contextlib.contextmanager
def folder(path: Path, *, replace: bool = False) -> Iterator[Path]:
    """A temporary folder that becomes ``path`` when the block ends well.

    Without ``replace`` a folder that is already there wins, since another
    process that made the same content got there first. Raises OutputError when
    the disk refuses.
    """
    target = path.resolve()  # a link to a folder stays one
    made = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary.folder(target.parent) as new:
            made = str(new)
            yield new
            new.chmod(0o777 & ~_umask())
            if replace and target.exists():
                _swap(new, target)
            else:
                with contextlib.suppress(FileExistsError):
                    _rename(new, target)
    except OutputError as error:
        # A file in it: tell of the folder that was asked for, not of the one that goes again.
        raise OutputError(str(error).replace(made, str(path)) if made else str(error)) from error
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror or error}") from error


def move(folder: Path, path: Path) -> None:
    """Give a folder another name, in place of the folder of that name. Raises OutputError."""
    try:
        if path.exists():
            _swap(folder, path)
        else:
            folder.rename(path)
    except OSError as error:
        raise OutputError(f"{folder}: can't be moved: {error.strerror or error}") from error


def check_writable(folder: Path) -> None:
    """Raise OutputError now, before the work, if files can't be made in a folder.

    A folder that isn't there yet is judged by its nearest ancestor that is.
    """
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with temporary.file(there):
            pass
    except OSError as error:
        raise OutputError(f"{folder}: can't be written: {error.strerror or error}") from error


def cache() -> Path:
    """Where models and packages are kept: ``$PARITY_CACHE`` or the user's cache folder.

    Raises OutputError for a user without a home folder, as many containers have one.
    """
    chosen = os.environ.get("PARITY_CACHE")
    if chosen:
        return Path(chosen)
    given = os.environ.get("XDG_CACHE_HOME")
    try:
        return Path(given or Path.home() / ".cache") / "parity"
    except RuntimeError as error:  # neither $HOME nor an entry for the user
        raise OutputError(
            "there is no home folder to keep models in; name a folder by PARITY_CACHE"
        ) from error


def cached(path: Path, *parts: str) -> bool:
    """Whether a file lies in the cache, in its folder of these parts; not where there is none."""
    try:
        return path.resolve().is_relative_to(cache().joinpath(*parts).resolve())
    except OutputError:
        return False


def examples() -> Path | None:
    """Where failing examples are kept if nobody says where; None where there is no home folder."""
    try:
        return cache() / "examples"
    except OutputError:
        return None


def _rename(temporary: Path, path: Path) -> None:
    try:
        temporary.rename(path)
    except OSError:
        if not path.is_dir():
            raise
        raise FileExistsError(path) from None


_TURNS = 100  # of others who write the same folder at the same time


def _swap(new: Path, path: Path) -> None:
    """Put a folder in another's place, though others may do the same meanwhile."""
    with temporary.folder(path.parent) as old:
        for turn in range(_TURNS):
            kept = old / str(turn)
            try:
                with contextlib.suppress(FileNotFoundError):  # another has just taken it away
                    path.rename(kept)
                new.rename(path)
            except BaseException as error:  # also Ctrl-C: between the two there is none of them
                if kept.exists() and not path.exists():
                    kept.rename(path)
                busy = isinstance(error, OSError) and error.errno in (errno.EEXIST, errno.ENOTEMPTY)
                if not busy or turn == _TURNS - 1:
                    raise
            else:
                return


def _umask() -> int:
    # The mask can only be read by setting it.
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
