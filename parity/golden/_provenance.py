"""What the answers of a golden depend on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

FED = "feeds "
"""With what a provenance's ``tokenizer`` begins where own feeds, and no texts, are recorded."""

_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Provenance:
    """What the answers depend on: each is compared before any answer is.

    parameters, tokenizer (or own feeds): SHA-256. task: rule, labels, dictionaries. max_length:
    tokens at which texts are cut. program (SHA-256), versions, cpu: for a
    reader; they may change.
    """

    program: str
    parameters: str
    tokenizer: str
    task: str
    max_length: int
    versions: Mapping[str, str] = field(default_factory=dict)
    cpu: str = ""
    cpu_flags: tuple[str, ...] = ()


DECIDING = {
    "parameters": "the parameters file",
    "tokenizer": "the tokenizer file",
    "task": "the task",
    "max_length": "the max_length",
}
"""The parts of a provenance that make two recordings comparable, and what people call them.

Not the program: Paddle writes the same network otherwise from version to version.
"""


def differences(golden: Provenance, now: Provenance) -> list[str]:
    """What makes the two incomparable, one line each."""
    return [
        f"{_called(name, golden)} recorded was {_short(getattr(golden, name))}, "
        f"that of today is {_short(getattr(now, name))}"
        for name in DECIDING
        if getattr(golden, name) != getattr(now, name)
    ]


def _called(name: str, golden: Provenance) -> str:
    if name == "tokenizer" and golden.tokenizer.startswith(FED):
        return "what is fed (the case's feeds and picture)"
    return DECIDING[name]


def _short(value: object) -> str:
    text = str(value)
    return text[:12] if _SHA256.fullmatch(text) else text or "none"
