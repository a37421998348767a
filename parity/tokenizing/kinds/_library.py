"""Rows of the tokenizers library."""

from __future__ import annotations

from typing import Any

from parity.tokenizing.kinds import Opened


def opened(name: str, backend: Any) -> Opened:
    """A tokenizer of the library, without padding.

    Cut as PaddleNLP and transformers cut, or at the end and by the strategy that its file says.
    """
    held = backend.truncation or {}
    strategy, end = held.get("strategy", "longest_first"), held.get("direction", "right")

    def encode(text: str, second: str | None, longest: int | None) -> dict[str, Any]:
        if longest is None:
            backend.no_truncation()
        else:
            backend.enable_truncation(longest, strategy=strategy, direction=end)
        done = backend.encode(text) if second is None else backend.encode(text, second)
        return {
            "ids": list(done.ids),
            "tokens": list(done.tokens),
            "segments": list(done.type_ids),
            "offsets": [list(span) for span in done.offsets],
        }

    backend.no_padding()
    return Opened(name, encode, dict(backend.get_vocab(with_added_tokens=True)))
