"""The logits of a golden, in an archive beside it whose hash it records.

The two files can't be replaced at once. New logits lie in ``golden.next.npz`` until the golden that
names their hash is written: whenever a process is killed, one of the two archives is the golden's.
"""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from parity import files, strict_json, temporary
from parity.errors import CaseError, OutputError
from parity.model.formats import npz
from parity.model.hashes import sha256
from parity.model.tensors import Array

_MOST_BYTES = 64 << 20  # of a golden that is only asked for the hash of its logits


def load(path: Path, wanted: str, count: int, *, most_bytes: int) -> list[Array]:
    """The logits of a golden's sentences. Raises CaseError where they aren't what it says."""
    arrays = path.with_suffix(".npz")
    coming = _coming(path)
    if not arrays.is_file() and not coming.is_file():
        raise CaseError(f"{arrays}: the golden's logits are missing; restore them or record anew")
    own = next((a for a in (arrays, coming) if a.is_file() and sha256(a) == wanted), None)
    if own is None:
        raise CaseError(f"{arrays}: not the logits that {path.name} was recorded with")
    try:
        loaded = npz.load(own, most_bytes=most_bytes)
    except ValueError as error:
        raise CaseError(f"{arrays}: {error}; record anew") from error
    for i in range(count):
        found = loaded.get(_key(i))
        if found is None:
            raise CaseError(f"{arrays}: no logits for sentence {i + 1}; record anew")
        if found.dtype != np.float32 or not np.isfinite(found).all():
            raise CaseError(
                f"{arrays}: the logits of sentence {i + 1} are no finite float32: {found.dtype}; "
                "record anew"
            )
    return [loaded[_key(i)] for i in range(count)]


@contextlib.contextmanager
def saved(path: Path, logits: Sequence[Array | None]) -> Iterator[str | None]:
    """Write logits; the block gets their hash, None where there are none, and writes the golden.

    Raises OutputError.
    """
    arrays, coming = path.with_suffix(".npz"), _coming(path)
    settle(path)
    held: dict[str, Array] = {
        _key(i): a.astype(np.float32) for i, a in enumerate(logits) if a is not None
    }
    if not held:
        yield None
        remove(path)
        return
    try:
        with temporary.folder(arrays.parent) as scratch:
            written = scratch / arrays.name
            npz.save(written, held)
            files.write(coming, written.read_bytes())
        yield sha256(coming)
        coming.replace(arrays)
    except OSError as error:
        raise OutputError(f"{arrays}: can't be written: {error.strerror or error}") from error


def remove(path: Path) -> None:
    """Remove the logits of a golden."""
    path.with_suffix(".npz").unlink(missing_ok=True)
    _coming(path).unlink(missing_ok=True)


def settle(path: Path) -> None:
    """End what a killed process began: its golden is there, and its logits lie aside yet.

    For those who write; a reader finds them there.
    """
    coming = _coming(path)
    if not coming.is_file():
        return
    data: Any = None
    with contextlib.suppress(OSError, ValueError):
        data = strict_json.read(path, most_bytes=_MOST_BYTES)
    if isinstance(data, dict) and data.get("logits") == sha256(coming):
        coming.replace(path.with_suffix(".npz"))


def _coming(path: Path) -> Path:
    return path.with_suffix(".next.npz")


def _key(index: int) -> str:
    return f"{index:04}"
