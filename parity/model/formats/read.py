"""Read the graph of any artifact."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from math import prod
from pathlib import Path

from parity.errors import ModelError
from parity.model.formats.buffers import with_buffers
from parity.model.graph import Graph
from parity.model.spec import Shape, TensorSpec

MOST_ELEMENTS = 2**31
"""Of one input: 8 GiB in FP32, beyond any feed; protobuf takes numbers up to 2^63."""

MOST_AXES = 64  # numpy 2


def graph_of(path: Path) -> Graph:
    """The graph of a ``.onnx``, ``.json`` or ``.pdmodel`` file.

    Kept for the next call while the file is unchanged. Raises ModelError.
    """
    try:
        beside = path.with_suffix(".pdiparams")
        return _read(path, _state(path), _state(beside) if beside.is_file() else None)
    except OSError as error:
        raise ModelError(f"{path}: can't be read: {error.strerror or error}") from error


@contextmanager
def sense(path: Path) -> Iterator[None]:
    """Turn what a nonsensical graph provokes into one line about its file.

    Protobuf and JSON accept much that is no model: names that are no text, ops
    without inputs, shapes that are words.
    """
    try:
        yield
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        MemoryError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise ModelError(
            f"{path}: damaged: its graph makes no sense ({why}); copy or export it again"
        ) from error


def _state(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


@lru_cache(maxsize=4)
def _read(
    path: Path, _program: tuple[int, int, int], _weights: tuple[int, int, int] | None
) -> Graph:
    # One import a format: a Paddle model needs no onnx.
    with sense(path):
        if path.suffix == ".onnx":
            from parity.model.formats import onnx_graph

            return _checked(onnx_graph.read(path))
        if path.suffix == ".pdmodel":
            from parity.model.formats import pdmodel_graph

            return with_buffers(_checked(pdmodel_graph.read(path)), path)
        from parity.model.formats import pir_graph

        return with_buffers(_checked(pir_graph.read(path)), path)


def _checked(graph: Graph) -> Graph:
    """The graph, if its names are texts and its shapes are numbers or symbols."""
    names: list[object] = list(graph.parameters)
    for node in graph.nodes:
        names += (node.op, *node.inputs, *node.outputs)
    shapes: list[Shape] = [parameter.shape for parameter in graph.parameters.values()]
    for spec in (*graph.inputs, *graph.outputs):
        names.append(spec.name)
        shapes.append(spec.shape)
    # Protobuf hands out bytes for a string that is no UTF-8.
    wrong = next((name for name in names if not isinstance(name, str)), None)
    if wrong is not None:
        raise ValueError(f"a name is {wrong!r}")
    for shape in shapes:
        if not all(isinstance(axis, (int, str)) for axis in shape):
            raise ValueError(f"a shape is {shape!r}")
    for spec in (*graph.inputs, *graph.outputs):
        _check_sign(spec)
    for spec in graph.inputs:
        _check_size(spec)
    return graph


def _check_sign(spec: TensorSpec) -> None:
    """-1 and its like stand for an open axis; 2^63 is stored as the most negative number."""
    wrapped = [axis for axis in spec.shape if isinstance(axis, int) and axis < -MOST_ELEMENTS]
    if wrapped:
        raise ValueError(f"{spec.name} has an axis of {wrapped[0]}, which is no size")


def _check_size(spec: TensorSpec) -> None:
    fixed = prod(axis for axis in spec.shape if isinstance(axis, int) and axis > 0)
    if fixed > MOST_ELEMENTS:
        raise ValueError(f"input {spec.name} is of {fixed} elements or more, which nobody can feed")
    if len(spec.shape) > MOST_AXES:
        raise ValueError(f"input {spec.name} has {len(spec.shape)} axes, and arrays {MOST_AXES}")
