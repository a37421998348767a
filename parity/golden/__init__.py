"""What a model answered when someone last looked and found it right.

``golden.json`` holds one entry a sentence, for people to read and diff; the
logits lie beside it in ``golden.npz``, whose hash it records. What ``parity record``
writes lies in ``golden.pending.json`` until someone has looked: only ``parity review``
writes the golden itself.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from parity import files, strict_json
from parity.errors import CaseError
from parity.golden import _logits, _parse
from parity.golden._logits import settle
from parity.golden._provenance import DECIDING, FED, Provenance, differences
from parity.golden._review import Refused, Review
from parity.model.tensors import Array
from parity.shown import json_text
from parity.verify.request import Recorded

__all__ = [
    "DECIDING", "FED", "Golden", "Provenance", "Refused", "Review", "differences", "digest", "load",
    "pending", "remove", "save", "settle", "waiting",
]  # fmt: skip

SCHEMA = 1

MOST_BYTES = 64 << 20
"""Of golden.json: a hundred thousand sentences. The largest here has 30 kB."""

MOST_LOGITS_BYTES = 512 << 20
"""Of the logits unpacked: 4,000 texts of 512 tokens and 60 classes."""

_PENDING = ".pending.json"

_KEYS = ("schema", "source", "provenance", "logits", "digest", "reviews", "sentences")


@dataclass(frozen=True)
class Golden:
    """A recording.

    provenance: None for answers that come from elsewhere, such as a guide; source
    says from where. reviews: who let it become so, in their order; none where nobody was asked.
    """

    sentences: tuple[Recorded, ...]
    provenance: Provenance | None
    source: str = ""
    reviews: tuple[Review, ...] = ()


def load(path: Path) -> Golden:
    """Read a golden. Raises CaseError: missing, not JSON, edited, or its logits are others."""
    try:
        data = strict_json.read(path, most_bytes=MOST_BYTES)
    except OSError:
        raise CaseError(
            f"{path}: no golden; `parity record CASE --texts FILE` writes the answers down, and "
            "`parity review CASE` makes them the golden"
        ) from None
    except ValueError as error:
        raise CaseError(f"{path}: not JSON: {error}") from error
    try:
        _parse.keys(data, _KEYS, "it")
        if _parse.of(data, "schema", int) != SCHEMA:
            raise CaseError(f"{path}: schema {data['schema']}, and this parity reads {SCHEMA}")
        golden = _read(data)
        sentences = golden.sentences
        recorded = _parse.of(data, "digest", str)
        logits = _parse.of(data, "logits", str, none=True)
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
            "goldens change by `parity record` and `parity review` only"
        )
    if logits is None:
        return golden
    arrays = _logits.load(path, logits, len(sentences), most_bytes=MOST_LOGITS_BYTES)
    with_logits = (replace(s, logits=a) for s, a in zip(sentences, arrays, strict=True))
    return replace(golden, sentences=tuple(with_logits))


def _read(data: Mapping[str, Any]) -> Golden:
    made = _parse.of(data, "provenance", dict, none=True)
    reviews = _parse.of(data, "reviews", list) if "reviews" in data else ()
    return Golden(
        tuple(_parse.sentence(s) for s in _parse.of(data, "sentences", list)),
        None if made is None else _parse.provenance(made),
        _parse.of(data, "source", str),
        tuple(_parse.review(r) for r in reviews),
    )


def save(path: Path, golden: Golden) -> None:
    """Write a golden and its logits. Raises CaseError for answers that ``load`` would refuse."""
    for s in golden.sentences:
        if s.logits is not None and not np.isfinite(s.logits).all():
            raise CaseError(
                f"{path}: not written: the reference answers NaN or infinity for {s.text!r}"
            )
    arrays: list[Array | None] = [s.logits for s in golden.sentences]
    with _logits.saved(path, arrays) as hashed:
        files.write(path, _text(golden, hashed))


def remove(path: Path) -> None:
    """Remove a golden with its logits, if it is there."""
    path.unlink(missing_ok=True)
    _logits.remove(path)


def pending(path: Path) -> Path:
    """Where a recording waits for somebody to look at it, by where the golden lies."""
    return path.with_name(f"{path.stem}{_PENDING}")


def waiting(folder: Path) -> list[Path]:
    """The recordings in a case's folder that nobody has looked at, also such as no case names."""
    return sorted(folder.glob(f"*{_PENDING}"))


def _text(golden: Golden, hashed: str | None) -> str:
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
        **({"reviews": [r.packed() for r in golden.reviews]} if golden.reviews else {}),
        "sentences": sentences,
    }
    return json_text(json.dumps(data, ensure_ascii=False, indent=1)) + "\n"


def digest(golden: Golden, logits: str | None) -> str:
    """Hash of all that decides a comparison: texts and answers in order, origin, logits' hash."""
    made = golden.provenance
    parts = [
        [[s.text, s.shown, s.confidence] for s in golden.sentences],
        None if made is None else [getattr(made, name) for name in DECIDING],
        [golden.source, logits],
        *([[r.packed() for r in golden.reviews]] if golden.reviews else []),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
