"""fast_tokenizer (``fast-tokenizer-python``), PaddleNLP's library of deployments: a ``vocab.txt``.

Its wheels end at Python 3.10.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from parity.tokenizing.kinds import Opened
from parity.tokenizing.read import read_text

PACKAGE = "fast-tokenizer-python"


def open(path: Path) -> Opened:  # noqa: A001  the contract's name
    """As the ERNIE 3.0 deployment guide makes it. Raises InputError for what can't be read."""
    from fast_tokenizer import ErnieFastTokenizer, models

    path = path / "vocab.txt" if path.is_dir() else path
    read_text(path)
    vocabulary = models.WordPiece.read_file(str(path))
    backend = ErnieFastTokenizer(vocabulary)

    def encode(text: str, second: str | None, longest: int | None) -> dict[str, Any]:
        if longest is None:
            backend.disable_truncation()
        else:
            backend.enable_truncation(longest, 0, "longest_first", "right")
        done = backend.encode(text) if second is None else backend.encode(text, second)
        return {
            "ids": [int(i) for i in done.ids],
            "tokens": [str(t) for t in done.tokens],
            "segments": [int(s) for s in done.type_ids],
            "offsets": [[int(a), int(b)] for a, b in done.offsets],
        }

    return Opened(f"ErnieFastTokenizer of {path.name}", encode, dict(vocabulary))
