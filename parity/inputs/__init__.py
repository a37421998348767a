"""Make inputs for a model: fixed boundary feeds, and everything else through Hypothesis.

A plan's name is the stem of a file here: ``ids``, ``text``, ``mixed``, ``tensors``.
"""

from parity.inputs import _replay as replay
from parity.inputs._direct import direct
from parity.inputs._limits import DEFAULT_LENGTH, Limits
from parity.inputs._plan import Example, Plan, Script, ScriptedPlan, plan
from parity.inputs._source import Source
from parity.inputs._tokenizer import (
    TOKENIZER_FILES,
    Encoded,
    Tokenizer,
    find_tokenizer,
    load_tokenizer,
)

__all__ = [
    "DEFAULT_LENGTH",
    "TOKENIZER_FILES",
    "Encoded",
    "Example",
    "Limits",
    "Plan",
    "Script",
    "ScriptedPlan",
    "Source",
    "Tokenizer",
    "direct",
    "find_tokenizer",
    "load_tokenizer",
    "plan",
    "replay",
]
