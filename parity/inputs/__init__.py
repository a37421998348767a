"""Make inputs for a model: fixed boundary feeds, and everything else through Hypothesis.

A plan's name is the stem of a file here: ``ids``, ``text``, ``pairs``, ``mixed``, ``tensors``.
"""

from parity.inputs import _replay as replay
from parity.inputs._beyond import BEYOND, beyond, guessed
from parity.inputs._choose import plan
from parity.inputs._crowds import crowds, open_first, repeated, rows_of
from parity.inputs._direct import direct
from parity.inputs._limits import DEFAULT_LENGTH, Limits
from parity.inputs._plan import Example, Learn, Plan, Script, ScriptedPlan
from parity.inputs._source import Source
from parity.inputs._walks import index_of, walks
from parity.inputs.sizes import Answer
from parity.inputs.tokenizers import (
    TOKENIZER_FILES,
    Encoded,
    Tokenizer,
    find_tokenizer,
    load_tokenizer,
    read_as,
)

__all__ = [
    "BEYOND",
    "DEFAULT_LENGTH",
    "TOKENIZER_FILES",
    "Answer",
    "Encoded",
    "Example",
    "Learn",
    "Limits",
    "Plan",
    "Script",
    "ScriptedPlan",
    "Source",
    "Tokenizer",
    "beyond",
    "crowds",
    "direct",
    "find_tokenizer",
    "guessed",
    "index_of",
    "load_tokenizer",
    "open_first",
    "plan",
    "read_as",
    "repeated",
    "replay",
    "rows_of",
    "walks",
]
