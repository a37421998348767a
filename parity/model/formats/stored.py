"""Paddle's parameter file, one tensor after another, without reading the weights.

Sorted by parameter name, names not stored: u32 version, u64 levels of detail and per level u64
size and its data, u32 version, i32 size of a TensorDesc message, that message, the elements.
"""

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from parity.errors import ModelError
from parity.model.formats.program_desc import DTYPES, message
from parity.model.graph import Graph, Parameter

_BIGGEST_DESC = 1024


@dataclass(frozen=True)
class Stored:
    """One tensor of the file: its shape, numpy dtype name, and where its elements start."""

    shape: tuple[int, ...]
    dtype: str
    offset: int


def saved(graph: Graph) -> list[tuple[str, Parameter]]:
    """The parameters that Paddle writes to the file, in its order."""
    absent = graph.facts.get("parameters not saved", "").split()
    return [(name, p) for name, p in sorted(graph.parameters.items()) if name not in absent]


def walk(file: Path) -> list[Stored]:
    """Every tensor of a ``.pdiparams``. Raises ModelError if it is damaged or truncated."""
    size = file.stat().st_size
    found: list[Stored] = []
    with file.open("rb") as stream:
        while stream.tell() < size:
            try:
                stored, end = _tensor(stream)
            except (struct.error, ValueError) as error:
                raise ModelError(
                    f"{file}: damaged at byte {stream.tell()}, parameter {len(found)} ({error}); "
                    "copy or save it again"
                ) from None
            if end > size:
                raise ModelError(
                    f"{file}: truncated: {size} bytes, parameter {len(found)} ends at {end}; "
                    "copy it again"
                )
            found.append(stored)
            stream.seek(end)
    return found


def _tensor(stream: BinaryIO) -> tuple[Stored, int]:
    from google.protobuf.message import DecodeError

    version, levels = struct.unpack("<IQ", stream.read(12))
    if version != 0 or levels > 8:
        raise ValueError("no tensor starts here")
    for _ in range(levels):
        (length,) = struct.unpack("<Q", stream.read(8))
        stream.seek(length, 1)
    version, length = struct.unpack("<Ii", stream.read(8))
    if version != 0 or not 0 < length <= _BIGGEST_DESC:
        raise ValueError("no tensor starts here")
    try:
        described = message("TensorDesc").FromString(stream.read(length))
    except DecodeError as error:
        raise ValueError(str(error)) from None
    dtype, size = DTYPES.get(described.data_type, ("", 0))
    shape = tuple(int(axis) for axis in described.dims)
    if not size or any(axis < 0 for axis in shape):
        raise ValueError(f"dtype {described.data_type}, shape {list(shape)}")
    start = stream.tell()
    return Stored(shape, dtype, start), start + math.prod(shape) * size
