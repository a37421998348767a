"""Pictures as models are fed them: natural-looking content, normalised as usual.

A flat picture says little of a convolution: its kernel's sum, at the borders a little more.
"""

from parity.inputs.pictures.draw import FLAT, KINDS, draw
from parity.inputs.pictures.norms import norms

__all__ = ["FLAT", "KINDS", "draw", "norms"]
