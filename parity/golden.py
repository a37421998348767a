"""What a model answered when someone last looked and found it right.

``golden.json`` holds one entry a sentence, for people to read and diff; the
logits lie beside it in ``golden.npz``, whose hash it records. Only
``parity record`` writes them.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from parity import files, strict_json, temporary
from parity.errors import CaseError
from parity.model.formats import npz
from parity.model.hashes import sha256
from parity.verify.request import Recorded

SCHEMA = 1

MOST_BYTES = 64 << 20
"""Of golden.json: a hundred thousand sentences. The largest here has 30 kB."""

MOST_LOGITS_BYTES = 512 << 20
"""Of the logits unpacked: 4,000 texts of 512 tokens and 60 classes."""

_KEYS = ("schema", "source", "provenance", "logits", "digest", "sentences")

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
        data = strict_json.read(path, most_bytes=MOST_BYTES)
    except OSError:
        raise CaseError(
            f"{path}: no golden; a person checks the answers and runs `parity record` to make one"
        ) from None
    except ValueError as error:
        raise CaseError(f"{path}: not JSON: {error}") from error
    try:
        _keys(data, _KEYS, "it")
        if _of(data, "schema", int) != SCHEMA:
            raise CaseError(f"{path}: schema {data['schema']}, and this parity reads {SCHEMA}")
        sentences = tuple(_sentence(s) for s in _of(data, "sentences", list))
        made = _of(data, "provenance", dict, none=True)
        provenance = None if made is None else _provenance(made)
        golden = Golden(sentences, provenance, _of(data, "source", str))
        recorded, logits = _of(data, "digest", str), _of(data, "logits", str, none=True)
    except TypeError as error:
        raise CaseError(f"{path}: not a golden: {error}") from error
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
    """Write a golden and its logits. Raises CaseError for answers that ``load`` would refuse."""
    for s in golden.sentences:
        if s.logits is not None and not np.isfinite(s.logits).all():
            raise CaseError(
                f"{path}: not written: the reference answers NaN or infinity for {s.text!r}"
            )
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


def _keys(data: object, known: Collection[str], what: str) -> None:
    """Raise TypeError where something isn't a table, or has a key that nobody writes."""
    if not isinstance(data, dict):
        raise TypeError(f"{what} is {_said(data)}, not a table of keys")
    for key in data:
        if key not in known:
            raise TypeError(f"{what} has a key {key!r}; there are: {', '.join(sorted(known))}")


def _of(data: Mapping[str, Any], key: str, kind: type, *, none: bool = False) -> Any:
    """The value of a key, which is there and of that very type: true is no whole number."""
    if key not in data:
        raise TypeError(f'"{key}" is missing')
    value = data[key]
    if type(value) is not kind and not (none and value is None):
        raise TypeError(f'"{key}" is {_said(value)}, not of type {kind.__name__}')
    return value


def _said(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _strings(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = _of(data, key, list)
    if not all(type(item) is str for item in found):
        raise TypeError(f'"{key}" must be a list of strings, not {_said(found)}')
    return tuple(found)


def _sentence(data: object) -> Recorded:
    _keys(data, ("text", "shown", "confidence"), "a sentence")
    if not isinstance(data, dict):
        raise TypeError
    confidence = data.get("confidence")
    if confidence is not None:
        sure = type(confidence) in (int, float) and 0 <= confidence <= 1
        if not sure:
            raise TypeError(f'"confidence" is {_said(confidence)}, not a number from 0 to 1')
        confidence = float(confidence)
    return Recorded(_of(data, "text", str), _strings(data, "shown"), confidence)


def _provenance(made: Mapping[str, Any]) -> Provenance:
    _keys(made, [f.name for f in fields(Provenance)], "provenance")
    versions = _of(made, "versions", dict) if "versions" in made else {}
    if not all(type(version) is str for version in versions.values()):
        raise TypeError(f'"versions" must be strings, not {_said(versions)}')
    return Provenance(
        program=_of(made, "program", str),
        parameters=_of(made, "parameters", str),
        tokenizer=_of(made, "tokenizer", str),
        task=_of(made, "task", str),
        max_length=_of(made, "max_length", int),
        versions=versions,
        cpu=_of(made, "cpu", str) if "cpu" in made else "",
        cpu_flags=_strings(made, "cpu_flags") if "cpu_flags" in made else (),
    )


def _key(index: int) -> str:
    return f"{index:04}"


def _with_logits(sentences: tuple[Recorded, ...], path: Path, wanted: str) -> tuple[Recorded, ...]:
    arrays = path.with_suffix(".npz")
    if not arrays.is_file():
        raise CaseError(f"{arrays}: the golden's logits are missing; restore them or record anew")
    if sha256(arrays) != wanted:
        raise CaseError(f"{arrays}: not the logits that {path.name} was recorded with")
    try:
        loaded = npz.load(arrays, most_bytes=MOST_LOGITS_BYTES)
    except ValueError as error:
        raise CaseError(f"{arrays}: {error}; record anew") from error
    for i in range(len(sentences)):
        found = loaded.get(_key(i))
        if found is None:
            raise CaseError(f"{arrays}: no logits for sentence {i + 1}; record anew")
        if found.dtype != np.float32 or not np.isfinite(found).all():
            raise CaseError(
                f"{arrays}: the logits of sentence {i + 1} are no finite float32: {found.dtype}; "
                "record anew"
            )
    return tuple(replace(s, logits=loaded[_key(i)]) for i, s in enumerate(sentences))
