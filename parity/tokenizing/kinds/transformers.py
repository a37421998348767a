"""Hugging Face transformers: a model's folder, a ``tokenizer.json``, or BERT's ``vocab.txt``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from parity.tokenizing.kinds import Opened, WrongError
from parity.tokenizing.kinds._called import called

PACKAGE = "transformers"


def open(path: Path) -> Opened:  # noqa: A001  the contract's name
    """Nothing is fetched. Raises WrongError for what lies there and is no tokenizer."""
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    import transformers

    backend = _backend(transformers, path)
    return called(f"{type(backend).__name__} of {path.name}", backend)


def _backend(transformers: Any, path: Path) -> Any:
    if path.is_dir():
        if (path / "tokenizer_config.json").is_file() or (path / "config.json").is_file():
            return transformers.AutoTokenizer.from_pretrained(str(path), local_files_only=True)
        for name in ("tokenizer.json", "vocab.txt"):
            if (path / name).is_file():
                return _backend(transformers, path / name)
        raise WrongError(f"{path}: no tokenizer in this folder (tokenizer.json, vocab.txt)")
    if path.suffix == ".json":
        return transformers.PreTrainedTokenizerFast(tokenizer_file=str(path))
    if path.suffix == ".txt":
        return transformers.BertTokenizerFast(str(path))
    raise WrongError(f"{path}: transformers reads a folder, a tokenizer.json or a vocab.txt")
