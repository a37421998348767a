"""Reference models that anyone can build here: `parity zoo list`, `parity zoo build NAME`.

A model is a data file in ``recipes/``; the network is in ``nets/`` and what
turns one into the other in ``builders/``. Building needs Paddle, in a process of
its own; listing needs nothing.
"""

from parity.zoo._build import build
from parity.zoo._manifest import provenance
from parity.zoo.catalog import find, list_recipes
from parity.zoo.recipe import Recipe

__all__ = ["Recipe", "build", "find", "list_recipes", "provenance"]
