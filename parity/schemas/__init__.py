"""JSON Schemas (draft 2020-12) of every document that parity writes, one file a document.

The files beside this one are what is shipped and what ``parity schema NAME`` prints. They are
generated: ``_of.py`` makes the schema of a dataclass, ``_parts.py`` and ``_documents.py`` say what
documents are made of, ``python -m parity.schemas`` writes the files. A test holds the files against
that, and another validates real documents by them.
"""

import json
from pathlib import Path
from typing import Any

from parity.errors import UsageError
from parity.plugins import unknown

_FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The documents that have a schema, sorted."""
    return sorted(path.stem for path in _FOLDER.glob("*.json"))


def text(name: str) -> str:
    """The schema of a document, as it is shipped. Raises UsageError, listing the known ones."""
    if name not in names():
        raise UsageError(unknown("schema", name, names()))
    return (_FOLDER / f"{name}.json").read_text("utf-8")


def schema(name: str) -> dict[str, Any]:
    """The same, parsed."""
    parsed: dict[str, Any] = json.loads(text(name))
    return parsed
