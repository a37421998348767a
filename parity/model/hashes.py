"""Which exact files a verdict is about."""

import hashlib
from pathlib import Path

from parity.errors import ModelError


def sha256(path: Path) -> str:
    """The hexadecimal SHA-256 of a file, read in pieces. Raises ModelError."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: can't be read: {error.strerror or error}") from error


def same_bytes(one: Path, other: Path) -> bool:
    """Whether two files hold the same; one that is longer is not read. Raises ModelError."""
    try:
        if one.samefile(other):
            return True
        if one.stat().st_size != other.stat().st_size:
            return False
    except OSError as error:
        raise ModelError(f"{error.filename}: can't be read: {error.strerror or error}") from error
    return sha256(one) == sha256(other)
