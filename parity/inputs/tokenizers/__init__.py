"""Text to ids, as the model's own users do it.

``tokenizer`` says what the plans need of one; ``wordpiece`` and ``characters`` are two,
and ``pairs`` shows either as one of pairs; ``find``
looks for the one that lies beside a model.
"""

from parity.inputs.tokenizers.find import TOKENIZER_FILES, find_tokenizer, load_tokenizer
from parity.inputs.tokenizers.pairs import PairTokenizer, read_as
from parity.inputs.tokenizers.tokenizer import Encoded, Tokenizer

__all__ = [
    "TOKENIZER_FILES",
    "Encoded",
    "PairTokenizer",
    "Tokenizer",
    "find_tokenizer",
    "load_tokenizer",
    "read_as",
]
