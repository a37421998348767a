"""Text files, line by line."""

from pathlib import Path

from parity.errors import InputError

MOST_BYTES = 1 << 30
"""Of one file; CLUE's largest has 100 MB."""


def lines(path: Path) -> list[str]:
    """Its lines, without their ends. Raises InputError."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path}: more than {MOST_BYTES >> 20} MiB")
        # Not splitlines: a text may hold what Unicode calls a line separator.
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}") from error
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
