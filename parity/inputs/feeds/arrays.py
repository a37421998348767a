"""Arrays out of .npy and .npz files: no pickles, nothing larger than allowed."""

import math
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from parity.errors import InputError, ParityError
from parity.model.tensors import Array

_MOST_ENTRIES = 1000  # of one npz; models have a few dozen inputs at most
_KINDS = "biuf"  # booleans, whole numbers, floats


def npy(path: Path, *, most: int) -> Array:
    """The array of a .npy file. most: bytes that it may have. Raises InputError."""
    with _told(path), path.open("rb") as file:
        return _array(file, str(path), most)


def npz(path: Path, *, most: int) -> dict[str, Array]:
    """The arrays of a .npz file by name. most: bytes of all. Raises InputError."""
    found: dict[str, Array] = {}
    with _told(path), zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_ENTRIES:
            raise InputError(f"{path}: {len(entries)} arrays in it; at most {_MOST_ENTRIES}")
        for entry in entries:
            name = entry.filename.removesuffix(".npy")
            if name == entry.filename:
                raise InputError(f'{path}: "{_short(name)}" in it is no .npy array')
            if name in found:
                raise InputError(f'{path}: "{_short(name)}" is in it twice')
            with archive.open(entry) as stream:
                where = f'{path}: "{_short(name)}"'
                # By its header, not by what the zip says: that may lie.
                found[name] = _array(stream, where, most - sum(a.nbytes for a in found.values()))
    if not found:
        raise InputError(f"{path}: no array in it")
    return found


def _array(stream: IO[bytes], where: str, most: int) -> Array:
    version = np.lib.format.read_magic(stream)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a header as Python 2 wrote it reads well
        if version == (1, 0):
            shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
        elif version == (2, 0):
            shape, fortran, dtype = np.lib.format.read_array_header_2_0(stream)
        else:
            raise InputError(f"{where}: .npy of version {version[0]}.{version[1]}")
    if dtype.hasobject:
        raise InputError(f"{where}: holds Python objects, which are never unpickled")
    if dtype.kind not in _KINDS or dtype.subdtype is not None:
        raise InputError(f"{where}: holds {dtype}; an input is of numbers or booleans")
    if any(size < 0 for size in shape):
        raise InputError(f"{where}: its shape is {shape}")
    count = math.prod(shape)
    if count * dtype.itemsize > most:
        raise InputError(
            f"{where}: {count * dtype.itemsize:,} bytes, where {most:,} are left for feeds"
        )
    data = stream.read(count * dtype.itemsize)
    if len(data) < count * dtype.itemsize:
        raise InputError(f"{where}: cut short: {len(data):,} of {count * dtype.itemsize:,} bytes")
    array = np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")
    # In the byte order of this machine, and its own.
    return array.astype(dtype.newbyteorder("="), order="C")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except ParityError:
        raise
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror or error}") from error
    except Exception as error:
        # What zipfile, zlib and numpy's reader of headers raise for damaged files is no closed set.
        reason = " ".join(str(error).split())[:120]
        raise InputError(f"{path}: damaged, or no {path.suffix} file: {reason}") from error


def _short(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name[:60])
