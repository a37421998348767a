"""The two mappings that everything else passes around."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]

Feed = Mapping[str, Array]
"""Input name to array, as the model that is fed names them."""

Outputs = Mapping[str, Array]
"""Output name to array, in the order of the model's outputs."""
