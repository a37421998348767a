"""Where the store is, and how large it may get."""

import math
import os
from pathlib import Path

from parity.errors import UsageError
from parity.store.places.folder import Folder
from parity.store.places.protocol import Place

FOLDER, GIGABYTES = "PARITY_STORE", "PARITY_STORE_GB"

LARGEST_GB = 20.0
"""A hundred models of ERNIE base's size, or the answers to some 100,000 feeds."""


def place() -> Place | None:
    """The folder, which may not be there yet, or address; None where nobody named one.

    Raises UsageError for an address that can't be opened, for a file, and for a size that is none.
    """
    named = os.environ.get(FOLDER)
    if not named:
        return None
    most_bytes()  # said now, and not once the first entry is written
    if "://" in named:
        return _at(named)
    folder = Path(named).absolute()
    if folder.is_file():
        raise UsageError(f"{FOLDER}={named}: is a file, and a folder is wanted")
    return Folder(folder)


_opened: dict[str, Place | UsageError] = {}


def _at(address: str) -> Place:
    """What was opened before, or couldn't be: a gate asks for each of its cells."""
    from parity.store.places.address import Address  # most stores are folders

    if address not in _opened:
        try:
            _opened[address] = Address(address, variable=FOLDER)
        except UsageError as error:
            _opened[address] = error
    found = _opened[address]
    if isinstance(found, UsageError):
        raise UsageError(str(found))
    return found


def most_bytes() -> float:
    """What it may take on disk: ``$PARITY_STORE_GB``, else ``LARGEST_GB``. Raises UsageError."""
    told = os.environ.get(GIGABYTES)
    if not told:
        return LARGEST_GB * 1e9
    try:
        number = float(told)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise UsageError(f'{GIGABYTES}="{told}": is no number of gigabytes above zero')
    return number * 1e9
