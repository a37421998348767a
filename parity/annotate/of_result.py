"""The notes of one verification."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parity.annotate.note import Note

Json = dict[str, Any]


def notes(document: Json, file: Path | None, again: str) -> Iterator[Note]:
    """A note a finding and warning, at the model that was checked.

    document: as ``parity check`` writes it. again: the command that shows it again.
    """
    for found in document.get("findings", ()):
        yield Note("error", found["kind"], (*_said(found), _help(again)), file)
    if document["verdict"] != "parity" and document.get("error"):
        yield Note("error", "no verdict", (document["error"],), file)
    for warned in document.get("warnings", ()):
        yield Note("warning", warned["kind"], (warned["message"],), file)


def _said(found: Json) -> tuple[str, ...]:
    return (str(found["message"]),)


def _help(again: str) -> str:
    return f"see it again: {again}"
