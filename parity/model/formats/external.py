"""The weights that an ONNX model keeps in files beside it."""

import math
import os
from pathlib import Path, PurePosixPath
from typing import Any

from parity.errors import ModelError
from parity.model.formats.onnx_graph import DTYPES, opened
from parity.model.formats.onnx_walk import tensors


def external_files(onnx: Path) -> tuple[Path, ...]:
    """The files that hold a model's external weights, in the order first named.

    Raises ModelError if the model is damaged, or one is missing, too short or
    outside the model's folder.
    """
    model, _ = opened(onnx)
    files: dict[Path, None] = {}
    for tensor in tensors(model.graph):
        if tensor.data_location == tensor.EXTERNAL:
            files[place(onnx, tensor)[0]] = None
    return tuple(files)


def place(onnx: Path, tensor: Any) -> tuple[Path, int]:
    """The file that holds an external tensor, and where in it that begins. Raises ModelError."""
    where = {entry.key: entry.value for entry in tensor.external_data}
    location = where.get("location", "")
    inside = PurePosixPath(location)
    if not location or inside.is_absolute() or ".." in inside.parts:
        raise ModelError(
            f"{onnx}: weight {_said(tensor.name)} lies at {_said(location)}, outside the model's "
            "folder; export it again"
        )
    file = onnx.parent / location
    if not os.path.isfile(file):  # noqa: PTH113  False, too, for what can be no file's name
        raise ModelError(
            f"{onnx}: its weights are missing: no file {_said(location)} (for "
            f"{_said(tensor.name)}) in {onnx.parent}; copy it beside the model"
        )
    size = DTYPES.get(tensor.data_type, ("", 0))[1] * math.prod(tensor.dims)
    try:
        offset = int(where.get("offset", 0))
        length = int(where.get("length", size))
    except ValueError:
        offset = length = -1
    if offset < 0 or length < 0:
        raise ModelError(
            f"{onnx}: damaged: offset or length of weight {_said(tensor.name)} is no number"
        )
    needed = offset + length
    there = file.stat().st_size
    if there < needed:
        raise ModelError(
            f'{file}: truncated: {there} bytes, weight "{tensor.name}" of {onnx.name} '
            f"ends at {needed}; copy it again"
        )
    return file, offset


def _said(name: str) -> str:
    """A name that a file chose, in quotes and on one line."""
    text = repr(name)
    return f'"{text[1:-1]}"' if len(text) <= 100 else f'"{text[1:97]}…"'
