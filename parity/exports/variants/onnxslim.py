"""The file as onnxslim leaves it, which teams release: folded, fused, without dead ends."""

from typing import Any

from parity.exports.variants import _simplified

PACKAGES = ("onnxslim",)

coverage = _simplified.coverage


def convert(model: Any) -> Any:
    """The model as ``onnxslim.slim`` makes it. Raises ExportError where it isn't installed."""
    try:
        import onnxslim
    except ImportError as error:
        raise _simplified.missing("onnxslim", error) from error
    copy = type(model)()
    copy.CopyFrom(model)  # it works in place
    return onnxslim.slim(copy)
