"""What simplifiers of graphs have in common: they mean to change no number, and break models."""

from typing import Any

from parity.errors import ExportError


def coverage(before: Any, after: Any) -> str:
    """Nodes before and after. Raises ExportError for a graph without nodes.

    That nothing changed is said, and no error: a graph may be as simple as it can be.
    """
    from parity.model.formats.onnx_walk import nodes

    was, now = (sum(1 for _ in nodes(model.graph)) for model in (before, after))
    if not now:
        raise ExportError("is a graph without nodes")
    if before.graph.SerializeToString() == after.graph.SerializeToString():
        return f"nothing changed: {was} nodes"
    return f"{was} nodes before, {now} after"


def missing(package: str, error: ImportError) -> ExportError:
    """For a package that isn't installed."""
    return ExportError(f"needs {package} ({error}): pip install {package}")
