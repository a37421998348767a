"""The file as onnxsim leaves it, which teams release.

Its own check, which runs both on random numbers, is off: that is what parity is for.
"""

from typing import Any

from parity.errors import ExportError
from parity.exports.variants import _simplified

PACKAGES = ("onnxsim",)

coverage = _simplified.coverage


def convert(model: Any) -> Any:
    """The model as ``onnxsim.simplify`` makes it. Raises ExportError where it isn't installed."""
    try:
        import onnxsim
    except ImportError as error:
        raise _simplified.missing("onnxsim", error) from error
    copy = type(model)()
    copy.CopyFrom(model)
    made, well = onnxsim.simplify(copy, check_n=0)
    if not well:
        raise ExportError("is one that onnxsim itself calls wrong")
    return made
