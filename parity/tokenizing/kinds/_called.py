"""Rows of tokenizers that are called as transformers' are; PaddleNLP's are called alike."""

from __future__ import annotations

from typing import Any

from parity.tokenizing.kinds import Opened


def called(name: str, backend: Any, *, spans: str = "return_offsets_mapping") -> Opened:
    """spans: the option that asks for offsets."""
    state = {"offsets": True}

    def encode(text: str, second: str | None, longest: int | None) -> dict[str, Any]:
        given: dict[str, Any] = {"return_token_type_ids": True}
        if longest is not None:
            given.update(truncation=True, max_length=longest)
        both = (text,) if second is None else (text, second)
        done: Any = None
        if state["offsets"]:
            try:
                done = backend(*both, **given, **{spans: True})
            except (NotImplementedError, TypeError):  # one in Python has none
                state["offsets"] = False
        if done is None:
            done = backend(*both, **given)
        ids = [int(i) for i in done["input_ids"]]
        offsets = done.get("offset_mapping") if state["offsets"] else None
        segments = done.get("token_type_ids")
        return {
            "ids": ids,
            "tokens": [str(t) for t in backend.convert_ids_to_tokens(ids)],
            "segments": None if segments is None else [int(s) for s in segments],
            "offsets": None if offsets is None else [[int(a), int(b)] for a, b in offsets],
        }

    return Opened(name, encode, {str(t): int(i) for t, i in backend.get_vocab().items()})
