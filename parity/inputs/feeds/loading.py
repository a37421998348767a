"""Feeds from a path: a file, or a folder of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from parity.errors import InputError
from parity.inputs.feeds import arrays
from parity.inputs.feeds.fit import fitted
from parity.inputs.feeds.own import MOST_BYTES, MOST_FEEDS, Own
from parity.inputs.feeds.picture import Pictures, pictures
from parity.model.spec import TensorSpec
from parity.model.tensors import Array, Feed

PICTURES = (".png", ".jpg", ".jpeg", ".bmp")
_KNOWN = (".npz", ".npy", *PICTURES)
_DEPTH = 3  # folders in folders: pictures are often sorted into classes


def load(
    paths: Sequence[Path], specs: Sequence[TensorSpec], *, picture: str | None = None
) -> tuple[list[Own], list[str]]:
    """The feeds at these paths, in order of their names; and lines for a person.

    paths: each a .npz (one feed), a .npy, a picture, or a folder of such. Files .npy of one
        folder are one feed, each named by its input; of a model with one input, a feed each.
    picture: how pictures become a feed, see ``Pictures``.

    Raises InputError, one line with the file's name, for what isn't there, can't be read, is
    too large, or is no feed of these inputs; UsageError for a ``picture`` that makes no sense.
    """
    loader = _Loader(tuple(specs), picture)
    for path in paths:
        loader.read(path)
    if picture is not None and loader.how is None:
        raise InputError("--picture: there is no picture among the feeds")
    return loader.found, loader.notes


class _Loader:
    """Reads one path after another, and counts what they take."""

    def __init__(self, specs: tuple[TensorSpec, ...], picture: str | None) -> None:
        self.specs = specs
        self.picture = picture
        self.how: Pictures | None = None
        self.found: list[Own] = []
        self.notes: list[str] = []
        self._left = MOST_BYTES

    def read(self, path: Path) -> None:
        """One path. Raises InputError where no feed is in it."""
        before = len(self.found)
        if path.is_dir():
            others: list[str] = []
            for folder, files in _folders(path, _DEPTH):
                others += [file.name for file in files if file.suffix.lower() not in _KNOWN]
                self._files(path, folder, [f for f in files if f.suffix.lower() in _KNOWN])
            if others:
                left = ", ".join(others[:3]) + (", …" if len(others) > 3 else "")
                self.notes.append(f"feeds: left aside in {path}: {left} ({len(others)} in all)")
        else:
            if path.suffix.lower() not in _KNOWN and path.exists():
                raise InputError(f"{path}: no feed: {', '.join(_KNOWN)} are read, or a folder")
            self._files(path.parent, path.parent, [path])
        if len(self.found) == before:
            raise InputError(f"{path}: holds no feed; {', '.join(_KNOWN)} are read")

    def _files(self, root: Path, folder: Path, files: list[Path]) -> None:
        if len(self.found) + len(files) > MOST_FEEDS:
            raise InputError(f"{root}: more than {MOST_FEEDS} feeds")
        for file in files:
            _regular(file)
        by = {end: [f for f in files if f.suffix.lower() == end] for end in (".npz", ".npy")}
        for file in by[".npz"]:
            self._add(file, root, arrays.npz(file, most=self._left))
        self._npy(root, folder, by[".npy"])
        drawn = [f for f in files if f.suffix.lower() in PICTURES]
        if drawn:
            self.how = self.how or pictures(self.specs, self.picture)
            self.notes += [n for n in [f"feeds: {self.how.describe()}"] if n not in self.notes]
            for file, array in self.how.read(drawn):
                self._add(file, root, {self.how.name: array})

    def _npy(self, root: Path, folder: Path, files: list[Path]) -> None:
        names = {spec.name for spec in self.specs}
        if len(self.specs) == 1 and not any(file.stem in names for file in files):
            for file in files:
                self._add(file, root, {self.specs[0].name: arrays.npy(file, most=self._left)})
            return
        together: dict[str, Array] = {}
        for file in files:
            if file.stem in together:
                raise InputError(f"{file}: {file.stem} is there twice")
            left = self._left - sum(a.nbytes for a in together.values())
            together[file.stem] = arrays.npy(file, most=left)
        if together:
            self._add(folder if len(files) > 1 else files[0], root, together)

    def _add(self, file: Path, root: Path, given: dict[str, Array]) -> None:
        feed: Feed = fitted(given, self.specs, str(file))
        self._left -= sum(array.nbytes for array in feed.values())
        if self._left < 0:
            raise InputError(f"{file}: the feeds have more than {MOST_BYTES:,} bytes together")
        name = file.name if file == root else file.relative_to(root).as_posix()
        self.found.append(Own(name, feed))


def _folders(path: Path, depth: int) -> Iterator[tuple[Path, list[Path]]]:
    """A folder and those in it, each with its files; hidden ones and links to folders are not."""
    try:
        entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror or error}") from error
    inner = [entry for entry in entries if entry.is_dir()]
    yield path, [entry for entry in entries if entry not in inner]
    for folder in inner:
        if depth and not folder.is_symlink():
            yield from _folders(folder, depth - 1)


def _regular(path: Path) -> None:
    """Raise InputError for what is no plain file: reading a pipe would wait for ever."""
    try:
        path.stat()
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror or error}") from error
    if not path.is_file():
        raise InputError(f"{path}: no plain file")
