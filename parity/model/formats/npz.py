"""Arrays in a zip, as ``numpy.load`` reads them, never with a pickle inside."""

import io
import math
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from parity.errors import OutputError
from parity.model.tensors import Array

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same arrays make the same file


def save(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays by name. ``numpy.savez`` can't: it takes no input called "file".

    Raises OutputError where the disk refuses.
    """
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, array in arrays.items():
                body = io.BytesIO()
                # Not ascontiguousarray, which gives what has no axis one.
                whole = np.asarray(array, order="C")
                np.lib.format.write_array(body, whole, allow_pickle=False)
                archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), body.getvalue())
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror or error}") from error


def load(path: Path, *, most_bytes: int) -> dict[str, Array]:
    """Arrays by name.

    most_bytes: of all of them unpacked. Raises ValueError, saying what is wrong, for a file that
    is damaged or no archive of arrays, that unpacks to more, or whose arrays are no plain numbers
    or claim another size than they have. Nothing is unpacked beyond what is allowed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            held = archive.infolist()
            if sum(entry.file_size for entry in held) > most_bytes:
                raise ValueError(f"unpacks to more than {most_bytes:,} bytes")
            return {_name(entry): _array(archive, entry) for entry in held}
    except OSError as error:
        raise ValueError(f"can't be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise ValueError(f"damaged: {error}") from error


def _name(entry: zipfile.ZipInfo) -> str:
    if not entry.filename.endswith(".npy"):
        raise ValueError(f"holds {entry.filename!r}, which is no array")
    return entry.filename.removesuffix(".npy")


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Array:
    with archive.open(entry) as file:
        body = io.BytesIO(file.read(entry.file_size))
    try:
        np.lib.format.read_magic(body)
        shape, columns_first, dtype = np.lib.format.read_array_header_1_0(body)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"{entry.filename} is no array: {error}") from error
    left = body.getbuffer()[body.tell() :]
    if dtype.kind not in "biufc" or any(axis < 0 for axis in shape):
        raise ValueError(f"{entry.filename} holds no plain numbers: {dtype}, {shape}")
    if math.prod(shape) * dtype.itemsize != len(left):
        raise ValueError(f"{entry.filename} claims {shape} of {dtype} in {len(left)} bytes")
    flat = np.frombuffer(left, dtype)
    return flat.reshape(shape, order="F" if columns_first else "C").copy()
