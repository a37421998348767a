"""The large tensors of an ONNX file that was opened without them, where they lie."""

from pathlib import Path
from typing import Any

import numpy as np

from parity.model.formats.external import place
from parity.model.formats.onnx_graph import DTYPES
from parity.model.formats.onnx_light import RAW_BYTES, raw
from parity.model.tensors import Array

_FED = {1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13}  # what numpy has, and a session takes


def stored(path: Path, tensor: Any, buffer: Any) -> Array | None:
    """A tensor of more than ``RAW_BYTES`` as a view of its file, read-only; None for others.

    buffer: the map of the model's file. Raises ModelError where external data is missing.
    """
    if tensor.data_type not in _FED:
        return None
    dtype = np.dtype(DTYPES[tensor.data_type][0])
    shape = tuple(int(axis) for axis in tensor.dims)
    if tensor.data_location == tensor.EXTERNAL:
        file, offset = place(path, tensor)
        return np.memmap(file, dtype, "r", offset, shape) if np.prod(shape) else None
    data = raw(tensor, buffer)
    if data is None or len(data) <= RAW_BYTES:
        return None
    return np.frombuffer(data, dtype).reshape(shape)


def fill(path: Path, tensor: Any, buffer: Any) -> None:
    """Put a tensor's bytes back into it, for what can't be fed: it lies within a branch."""
    if tensor.data_location == tensor.EXTERNAL:
        file, offset = place(path, tensor)
        count = DTYPES[tensor.data_type][1] * int(np.prod(tensor.dims, dtype=np.int64))
        with file.open("rb") as there:
            there.seek(offset)
            tensor.raw_data = there.read(count)
        tensor.ClearField("data_location")
        del tensor.external_data[:]
    elif not tensor.HasField("raw_data") and (data := raw(tensor, buffer)) is not None:
        tensor.raw_data = bytes(data)
        tensor.ClearField("doc_string")
