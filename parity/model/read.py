"""Read the graph of any artifact."""

from functools import lru_cache
from pathlib import Path

from parity.errors import ModelError
from parity.model.graph import Graph


def graph_of(path: Path) -> Graph:
    """The graph of a ``.onnx``, ``.json`` or ``.pdmodel`` file.

    Kept for the next call while the file is unchanged. Raises ModelError.
    """
    try:
        status = path.stat()
        return _read(path, status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise ModelError(f"{path}: can't be read: {error.strerror or error}") from error


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int, _size: int) -> Graph:
    # One import a format: a Paddle model needs no onnx.
    if path.suffix == ".onnx":
        from parity.model import onnx_graph

        return onnx_graph.read(path)
    if path.suffix == ".pdmodel":
        from parity.model import pdmodel_graph

        return pdmodel_graph.read(path)
    from parity.model import pir_graph

    return pir_graph.read(path)
