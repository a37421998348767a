"""PaddleNLP's ``ErnieTokenizer``: a ``vocab.txt``, or a folder of ``save_pretrained``."""

from __future__ import annotations

from pathlib import Path

from parity.tokenizing.kinds import Opened
from parity.tokenizing.kinds._called import called

PACKAGE = "paddlenlp"


def open(path: Path) -> Opened:  # noqa: A001  the contract's name
    """In Python, and so slow; what it needs of Paddle must be there."""
    from paddlenlp.transformers import ErnieTokenizer

    if path.is_dir():
        if (path / "tokenizer_config.json").is_file():
            backend = ErnieTokenizer.from_pretrained(str(path))
            return called(f"ErnieTokenizer of {path.name}", backend)
        path = path / "vocab.txt"
    return called(f"ErnieTokenizer of {path.name}", ErnieTokenizer(str(path)))
