"""Arrays in a zip, as ``numpy.load`` reads them, never with a pickle inside."""

import io
import zipfile
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
                np.lib.format.write_array(body, np.ascontiguousarray(array), allow_pickle=False)
                archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), body.getvalue())
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror or error}") from error
