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
