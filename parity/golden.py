"""What a model answered when someone last looked and found it right.

``golden.json`` holds one entry a sentence, for people to read and diff; the
logits lie beside it in ``golden.npz``, whose hash it records. Only
``parity record`` writes them.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from parity import files
from parity.errors import CaseError
from parity.model import npz
from parity.model.hashes import sha256
from parity.model.tensors import Array
from parity.verify.request import Recorded

SCHEMA = 1


@dataclass(frozen=True)
class Provenance:
    """What the answers depend on: each is compared before any answer is.

    parameters, tokenizer: SHA-256. task: rule, labels, dictionaries. max_length:
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


DECIDING = ("parameters", "tokenizer", "task", "max_length")
"""The parts of a provenance that make two recordings comparable.

Not the program: Paddle writes the same network otherwise from version to version.
"""


@dataclass(frozen=True)
class Golden:
    """A recording. logits: output of each sentence, without padding; {} where none was kept."""

    sentences: tuple[Recorded, ...]
    provenance: Provenance | None
    source: str = ""
    logits: Mapping[str, Array] = field(default_factory=dict)


def load(path: Path) -> Golden:
    """Read a golden. Raises CaseError: missing, not JSON, edited, or its logits are others."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError:
        raise CaseError(
            f"{path}: no golden; a person checks the answers and runs `parity record` to make one"
        ) from None
    except ValueError as error:
        raise CaseError(f"{path}: not JSON: {error}") from error
    try:
        if data["schema"] != SCHEMA:
            raise CaseError(f"{path}: schema {data['schema']}, and this parity reads {SCHEMA}")
        sentences = tuple(
            Recorded(s["text"], tuple(s["shown"]), s.get("confidence")) for s in data["sentences"]
        )
        made = data.get("provenance")
        provenance = None if made is None else _provenance(made)
    except (KeyError, TypeError) as error:
        raise CaseError(f"{path}: not a golden: {error!r}") from error
    if not sentences:
        raise CaseError(f"{path}: holds no sentences: nothing would be compared")
    if provenance is not None and data.get("digest") != digest(sentences):
        raise CaseError(
            f"{path}: was edited by hand: its answers don't match their digest; "
            "answers change by `parity record` only"
        )
    return Golden(sentences, provenance, data.get("source", ""), _logits(path, data))


def save(path: Path, golden: Golden) -> None:
    """Write a golden and its logits, each whole or not at all."""
    arrays = path.with_suffix(".npz")
    npz.save(arrays, golden.logits)
    sentences = [
        {"text": s.text, "shown": list(s.shown)}
        | ({} if s.confidence is None else {"confidence": s.confidence})
        for s in golden.sentences
    ]
    data = {
        "schema": SCHEMA,
        "source": golden.source,
        "provenance": asdict(golden.provenance) if golden.provenance else None,
        "logits": sha256(arrays),
        "digest": digest(golden.sentences),
        "sentences": sentences,
    }
    files.write(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def digest(sentences: Sequence[Recorded]) -> str:
    """Hash of texts and answers, in order."""
    text = json.dumps([[s.text, s.shown, s.confidence] for s in sentences], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def differences(golden: Provenance, now: Provenance) -> list[str]:
    """What makes the two incomparable, one line each."""
    return [
        f"{name} was {getattr(golden, name)}, and is {getattr(now, name)}"
        for name in DECIDING
        if getattr(golden, name) != getattr(now, name)
    ]


def _provenance(made: dict[str, Any]) -> Provenance:
    return Provenance(**{**made, "cpu_flags": tuple(made.get("cpu_flags", ()))})


def _logits(path: Path, data: dict[str, Any]) -> Mapping[str, Array]:
    wanted = data.get("logits")
    if wanted is None:
        return {}
    arrays = path.with_suffix(".npz")
    if not arrays.is_file():
        raise CaseError(f"{arrays}: the golden's logits are missing; restore them or record anew")
    if sha256(arrays) != wanted:
        raise CaseError(f"{arrays}: not the logits that {path.name} was recorded with")
    with np.load(arrays, allow_pickle=False) as loaded:
        return {name: loaded[name] for name in loaded.files}
