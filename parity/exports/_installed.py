"""What is really installed of a package: a version says little of one that was built again."""

import hashlib
import os
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from parity.errors import ExportError

_LIBRARIES = (".so", ".dylib", ".pyd")


@lru_cache
def installed(module: str, *packages: str) -> str:
    """A hash of the code that an import of a module would run, of all that lies in its folder.

    packages: names under which it is installed, of which the first counts that is; its own where
    none is given. "none" where there is no such module.

    A file counts by the hash in the package's RECORD while it is as that was written: of the
    size that stands there, and not touched since. Anything else is read. So an editable
    install, a library built anew in place and a folder that comes first on the path are each
    another package, and the same wheel installed again is the same.

    Raises ExportError where its files can't be read.
    """
    folder, found = _folder(module), _distribution(packages or (module,))
    if folder is None:
        return "none"
    whole = hashlib.sha256(str(found.version if found else "").encode())
    try:
        written, since = _record(found) if found else ({}, 0)
        for path in sorted({*written, *_code(folder)}):
            name = os.path.relpath(path, folder)
            whole.update(f"{name} {_hash(path, written.get(path), since)}\n".encode())
    except OSError as error:
        raise ExportError(f"{module}: its files can't be read: {error}") from error
    return whole.hexdigest()


def _distribution(packages: tuple[str, ...]) -> Distribution | None:
    for package in packages:
        try:
            return distribution(package)
        except PackageNotFoundError:
            continue
    return None


def _folder(module: str) -> Path | None:
    """Where an import would find a package; a single file stands for itself."""
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    return Path(spec.origin) if spec.origin else None


def _record(found: Distribution) -> tuple[dict[str, tuple[str, int]], int]:
    """Hash and size of each code file that an installer wrote, and when it had written all."""
    text = found.read_text("RECORD") or ""
    written: dict[str, tuple[str, int]] = {}
    since = 0
    for line in text.splitlines():
        name, _, rest = line.rpartition(",")
        name, _, digest = name.rpartition(",")
        if name.endswith("/RECORD"):
            since = Path(str(found.locate_file(name))).stat().st_ctime_ns
        elif digest and rest.isdigit() and _is_code(name):
            path = os.path.normpath(str(found.locate_file(name.strip('"'))))
            written[path] = (digest, int(rest))
    return written, since


def _code(folder: Path) -> Iterator[str]:
    if folder.is_file():
        yield str(folder)
    for root, _, names in os.walk(folder):
        for name in names:
            if _is_code(name):
                yield os.path.normpath(os.path.join(root, name))  # noqa: PTH118  (thousands)


def _is_code(name: str) -> bool:
    return name.endswith((".py", *_LIBRARIES)) or ".so." in name


def _hash(path: str, written: tuple[str, int] | None, since: int) -> str:
    try:
        status = os.stat(path)  # noqa: PTH116  (thousands of files, at each run)
    except FileNotFoundError:
        return "gone"
    if written is not None and status.st_size == written[1] and status.st_ctime_ns <= since:
        return written[0]
    with open(path, "rb") as file:  # noqa: PTH123
        return hashlib.file_digest(file, "sha256").hexdigest()
