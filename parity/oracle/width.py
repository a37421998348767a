"""Between float32, which models hold, and float64, in which they are computed here."""

from typing import Any

import numpy as np


def wide(value: Any) -> Any:
    """Floats of 32 bits in 64."""
    if isinstance(value, list):
        return [wide(v) for v in value]
    if getattr(value, "dtype", None) == np.float32:
        return np.asarray(value, np.float64)
    return value


def narrow(value: Any) -> Any:
    """The reverse, for ONNX Runtime."""
    if isinstance(value, list):
        return [narrow(v) for v in value]
    if getattr(value, "dtype", None) == np.float64:
        return np.asarray(value, np.float32)
    return value
