"""The text of a tokenizer's file."""

from pathlib import Path

from parity.errors import InputError


def read_text(path: Path) -> str:
    """Its text. Raises InputError when it is missing, unreadable, no file or not UTF-8."""
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise InputError(f"{path}: is no file; name a tokenizer's")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: not UTF-8 at byte {error.start}; convert it or name another tokenizer"
        ) from error
