"""Where the store is, and how large it may get."""

import math
import os
from pathlib import Path

from parity.errors import UsageError

FOLDER, GIGABYTES = "PARITY_STORE", "PARITY_STORE_GB"

LARGEST_GB = 20.0
"""A hundred models of ERNIE base's size, or the answers to some 100,000 feeds."""


def place() -> Path | None:
    """The store's folder, which may not be there yet; None where nobody named one.

    Raises UsageError for an address, which is to be mounted as a folder, for a file, and for a
    size that is none.
    """
    named = os.environ.get(FOLDER)
    if not named:
        return None
    if "://" in named:
        raise UsageError(
            f"{FOLDER}={named}: is an address, and a folder is wanted; mount it and name that"
        )
    folder = Path(named).absolute()
    if folder.is_file():
        raise UsageError(f"{FOLDER}={named}: is a file, and a folder is wanted")
    most_bytes()  # said now, and not once the first entry is written
    return folder


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
