"""What a model answered when someone last looked and found it right.

``golden.json`` holds one entry a sentence, for people to read and diff; the
logits lie beside it in ``golden.npz``, whose hash it records. Only
``parity record`` writes them.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from parity import files, temporary
from parity.errors import CaseError
from parity.from_json import from_json
from parity.model import npz
from parity.model.hashes import sha256
from parity.verify.request import Recorded

SCHEMA = 1

_SHA256 = re.compile("[0-9a-f]{64}")


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


DECIDING = {
    "parameters": "the parameters file",
    "tokenizer": "the tokenizer file",
    "task": "the task",
    "max_length": "the max_length",
}
"""The parts of a provenance that make two recordings comparable, and what people call them.

Not the program: Paddle writes the same network otherwise from version to version.
"""


@dataclass(frozen=True)
class Golden:
    """A recording.

    provenance: None for answers that come from elsewhere, such as a guide; source
    says from where.
    """

    sentences: tuple[Recorded, ...]
    provenance: Provenance | None
    source: str = ""


def load(path: Path) -> Golden:
    """Read a golden. Raises CaseError: missing, not JSON, edited, or its logits are others."""
    try:
        data = from_json(path.read_text("utf-8"))
    except OSError:
        raise CaseError(
            f"{path}: no golden; a person checks the answers and runs `parity record` to make one"
        ) from None
    except ValueError as error:
        raise CaseError(f"{path}: not JSON: {error}") from error
    try:
        if data["schema"] != SCHEMA:
            raise CaseError(f"{path}: schema {data['schema']}, and this parity reads {SCHEMA}")
        sentences = tuple(_sentence(s) for s in data["sentences"])
        made = data.get("provenance")
        provenance = None if made is None else _provenance(made)
        golden = Golden(sentences, provenance, data["source"])
        recorded, logits = data["digest"], data["logits"]
    except (KeyError, TypeError, ValueError) as error:
        raise CaseError(f"{path}: not a golden: {error!r}") from error
    if not sentences:
        raise CaseError(f"{path}: holds no sentences: nothing would be compared")
    twice = [text for text, n in Counter(s.text for s in sentences).items() if n > 1]
    if twice:
        raise CaseError(f"{path}: {twice[0]!r} is in it twice: which answer is the right one?")
    if recorded != digest(golden, logits):
        raise CaseError(
            f"{path}: was edited by hand: it doesn't match its digest; "
            "goldens change by `parity record` only"
        )
    if logits is None:
        return golden
    return replace(golden, sentences=_with_logits(sentences, path, logits))


def save(path: Path, golden: Golden) -> None:
    """Write a golden and its logits."""
    logits = {
        _key(i): s.logits.astype(np.float32)
        for i, s in enumerate(golden.sentences)
        if s.logits is not None
    }
    arrays = path.with_suffix(".npz")
    # The logits first: a crash in between leaves a golden that says that they aren't its own.
    if logits:
        with temporary.folder(arrays.parent) as scratch:
            written = scratch / arrays.name
            npz.save(written, logits)
            files.write(arrays, written.read_bytes())
    else:
        arrays.unlink(missing_ok=True)
    hashed = sha256(arrays) if logits else None
    sentences = [
        {"text": s.text, "shown": list(s.shown)}
        | ({} if s.confidence is None else {"confidence": s.confidence})
        for s in golden.sentences
    ]
    data = {
        "schema": SCHEMA,
        "source": golden.source,
        "provenance": asdict(golden.provenance) if golden.provenance else None,
        "logits": hashed,
        "digest": digest(golden, hashed),
        "sentences": sentences,
    }
    files.write(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def digest(golden: Golden, logits: str | None) -> str:
    """Hash of all that decides a comparison: texts and answers in order, origin, logits' hash."""
    made = golden.provenance
    parts = [
        [[s.text, s.shown, s.confidence] for s in golden.sentences],
        None if made is None else [getattr(made, name) for name in DECIDING],
        [golden.source, logits],
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def differences(golden: Provenance, now: Provenance) -> list[str]:
    """What makes the two incomparable, one line each."""
    return [
        f"{DECIDING[name]} recorded was {_short(getattr(golden, name))}, "
        f"that of today is {_short(getattr(now, name))}"
        for name in DECIDING
        if getattr(golden, name) != getattr(now, name)
    ]


def _short(value: object) -> str:
    text = str(value)
    return text[:12] if _SHA256.fullmatch(text) else text or "none"


def _sentence(data: dict[str, Any]) -> Recorded:
    text, shown, confidence = data["text"], data["shown"], data.get("confidence")
    if not isinstance(text, str) or not isinstance(shown, list):
        raise TypeError("a text must be a string, and what is shown a list of them")
    return Recorded(text, tuple(map(str, shown)), None if confidence is None else float(confidence))


def _provenance(made: dict[str, Any]) -> Provenance:
    return Provenance(**{**made, "cpu_flags": tuple(made.get("cpu_flags", ()))})


def _key(index: int) -> str:
    return f"{index:04}"


def _with_logits(sentences: tuple[Recorded, ...], path: Path, wanted: str) -> tuple[Recorded, ...]:
    arrays = path.with_suffix(".npz")
    if not arrays.is_file():
        raise CaseError(f"{arrays}: the golden's logits are missing; restore them or record anew")
    if sha256(arrays) != wanted:
        raise CaseError(f"{arrays}: not the logits that {path.name} was recorded with")
    try:
        # Opened here: of what is no archive numpy would leave it open.
        with arrays.open("rb") as file, np.load(file, allow_pickle=False) as loaded:
            logits = {name: loaded[name] for name in loaded.files}
    except Exception as error:  # of zip, zlib and numpy, each with its own
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise CaseError(f"{arrays}: damaged: {why}; restore it or record anew") from error
    missing = [i for i in range(len(sentences)) if _key(i) not in logits]
    if missing:
        raise CaseError(f"{arrays}: no logits for sentence {missing[0] + 1}; record anew")
    return tuple(replace(s, logits=logits[_key(i)]) for i, s in enumerate(sentences))
