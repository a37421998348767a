"""The file as onnxoptimizer leaves it with the passes that it runs by default."""

from typing import Any

from parity.exports.variants import _simplified

PACKAGES = ("onnxoptimizer",)

coverage = _simplified.coverage


def convert(model: Any) -> Any:
    """The model as ``onnxoptimizer.optimize`` makes it. Raises ExportError without the package."""
    try:
        import onnxoptimizer
    except ImportError as error:
        raise _simplified.missing("onnxoptimizer", error) from error
    return onnxoptimizer.optimize(model)
