"""Write files and folders so that they are there whole or not at all."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from parity.errors import OutputError


def write(path: Path, data: str | bytes) -> None:
    """Write a file through a temporary one beside it and a rename.

    A device or pipe, such as /dev/stdout, is written to and stays what it is, and
    a link leads to the file that is replaced. Raises OutputError, naming the file
    and the cause, when it can't be written; what was there before is then untouched.
    """
    raw = data.encode() if isinstance(data, str) else data
    try:
        if is_special(path):
            path.write_bytes(raw)
            return
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror or error}") from error


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
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror or error}") from error
    temporary = Path(made)
    try:
        yield temporary
        temporary.chmod(0o777 & ~_umask())
        if replace and target.exists():
            _swap(temporary, target)
        else:
            with contextlib.suppress(FileExistsError):
                _rename(temporary, target)
    except OutputError as error:
        # A file in it: tell of the folder that was asked for, not of the one that goes again.
        raise OutputError(str(error).replace(made, str(path))) from error
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


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
        with tempfile.NamedTemporaryFile(dir=there, prefix=".parity.", suffix=".tmp"):
            pass
    except OSError as error:
        raise OutputError(f"{folder}: can't be written: {error.strerror or error}") from error


def cache() -> Path:
    """Where models and packages are kept: ``$PARITY_CACHE`` or the user's cache folder."""
    chosen = os.environ.get("PARITY_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parity"


def _rename(temporary: Path, path: Path) -> None:
    try:
        temporary.rename(path)
    except OSError:
        if not path.is_dir():
            raise
        raise FileExistsError(path) from None


def _swap(temporary: Path, path: Path) -> None:
    old = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp"))
    kept = old / path.name
    try:
        path.rename(kept)
        temporary.rename(path)
    except BaseException:  # also Ctrl-C: between the two renames there is none of them
        if kept.exists() and not path.exists():
            kept.rename(path)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _umask() -> int:
    # The mask can only be read by setting it.
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
