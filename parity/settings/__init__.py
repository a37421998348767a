"""Defaults of a project: ``parity.toml``, or ``[tool.parity]`` of its pyproject.toml.

Their keys are the options of `parity check` (table ``check``) and of the gate (``gate``), closed.
``find.py`` finds the file, ``read.py`` reads a table of it; what was taken from it is a value
(``setting.py``) that reports show, and none can make a verdict weaker unseen.
"""

from parity.settings.find import find, ignored
from parity.settings.held import held, holding
from parity.settings.read import read
from parity.settings.setting import Key, Setting, line

__all__ = ["Key", "Setting", "find", "held", "holding", "ignored", "line", "read"]
