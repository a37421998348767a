"""Read what is to be shown: a report of parity's, or the folder of a bundle."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parity.errors import InputError
from parity.from_json import from_json
from parity.page.node import Node
from parity.report import manifest
from parity.report.document import SCHEMA

REPORT = "report.json"
"""The document of a bundle."""

MOST_BYTES = 256 << 20
"""Of a document; a gate of 500 cells, each of which fails, has 40 MB."""


@dataclass(frozen=True)
class Loaded:
    """A document. name: of its file or folder. folder: which the files it names lie in.

    bundle: the folder, if it is one that a failing run left.
    """

    document: dict[str, Any]
    name: str
    folder: Path
    bundle: Path | None = None

    @property
    def root(self) -> Node:
        """All of it."""
        return Node(self.document)


def read(path: Path) -> Loaded:
    """The document of a file or bundle. Raises InputError, one line, for what is none."""
    bundle = path if path.is_dir() else None
    if bundle is not None and manifest.of(bundle) is None:
        raise InputError(f"{path}: no bundle: give the folder that --bundle wrote, or a report")
    file = path if bundle is None else path / REPORT
    return Loaded(_document(file), path.name or str(path), file.parent, bundle)


def _document(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as opened:
            body = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"{file}: can't be read: {error.strerror or error}") from error
    if len(body) > MOST_BYTES:
        raise InputError(f"{file}: larger than {MOST_BYTES:,} bytes, so no report of parity's")
    try:
        found = from_json(body)
    except ValueError as error:  # also of bytes that are no text
        raise InputError(f"{file}: no JSON: {error}") from error
    if not isinstance(found, dict) or not str(found.get("made_by", "")).startswith("parity "):
        raise InputError(f"{file}: no report of parity's: its \"made_by\" doesn't say so")
    if found.get("schema") != SCHEMA:
        raise InputError(
            f"{file}: schema {found.get('schema')!r}; this parity reads schema {SCHEMA}"
        )
    return found
