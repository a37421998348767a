"""What a reference answered: a file for each feed, in a folder for all that decides the answers."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from parity.errors import OutputError
from parity.from_json import from_json
from parity.model.tensors import Array, Feed, Outputs
from parity.store.folders import key_of
from parity.store.place import place
from parity.store.places.protocol import Place
from parity.store.room import ANSWERS, SUFFIX, grown

CARD = "reference.json"
_SCHEMA = "1"


class Answers:
    """Those of one reference, as its facts are.

    folder: theirs, in the store. found: answers that came from there. broken: files that were
    damaged, and were removed. unread, unwritten: why one could not be looked up, or put there.
    """

    def __init__(self, root: Place, decided_by: Mapping[str, object]) -> None:
        self._root = root
        self._decided_by = dict(decided_by)
        self._key = key_of(decided_by)
        self.folder = f"{ANSWERS}/{self._key}"
        self.found = 0
        self.broken = 0
        self.unread = ""
        self._unwritten = ""

    @classmethod
    def of(cls, decided_by: Mapping[str, object]) -> "Answers | None":
        """None where there is no store."""
        root = place()
        return None if root is None else cls(root, decided_by)

    @property
    def unwritten(self) -> str:
        """Why something could not be put there, once all that is under way was."""
        return self._root.settle() or self._unwritten

    def card(self) -> Any:
        """What was noted of the reference itself; None where nothing was, or it is damaged."""
        raw = self._read(CARD)
        if raw is None:
            return None
        try:
            told = from_json(raw.decode())
            if told["key"] == self._key and told["sha256"] == _of_card(told):
                return told["told"]
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        self._discard(CARD)
        return None

    def note(self, told: object) -> None:
        """Note something of the reference itself: what JSON holds."""
        card = {"key": self._key, "decided_by": self._decided_by, "told": told}
        card["sha256"] = _of_card(card)
        self._write(CARD, json.dumps(card, indent=1).encode())

    def find(self, feed: Feed) -> dict[str, Array] | None:
        """The answer to a feed; None where there is none, or it was damaged, and is gone now."""
        name = name_of(feed)
        if name is None:
            return None
        raw = self._read(f"{name}{SUFFIX}")
        if raw is None:
            return None
        outputs = _read(raw, self._key, name)
        if outputs is None:
            self._discard(f"{name}{SUFFIX}")
            return None
        self._root.use(f"{self.folder}/{name}{SUFFIX}")
        self.found += 1
        return outputs

    def put(self, feed: Feed, outputs: Outputs) -> None:
        """Keep an answer. A store that can't be written to changes nothing."""
        from safetensors import SafetensorError
        from safetensors.numpy import save

        name = name_of(feed)
        if name is None or not outputs:
            return
        whole = {n: np.array(a, order="C") for n, a in outputs.items()}
        told = {
            "schema": _SCHEMA,
            "reference": self._key,
            "feed": name,
            "order": json.dumps(list(whole)),
            "sha256": _of(whole),
        }
        try:
            raw = save(whole, metadata=told)
        except (KeyError, ValueError, TypeError, SafetensorError):
            return  # texts, complex numbers: the format has none
        # Written so that it reads as it was, or not at all.
        if _read(raw, self._key, name) is not None:
            self._write(f"{name}{SUFFIX}", raw)

    def _read(self, name: str) -> bytes | None:
        try:
            return self._root.read(f"{self.folder}/{name}")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self.unread = " ".join(str(error).split())
            return None

    def _write(self, name: str, raw: bytes) -> None:
        try:
            self._root.write(f"{self.folder}/{name}", raw)
            grown(self._root, len(raw))
        except OutputError as error:
            self._unwritten = " ".join(str(error).split())

    def _discard(self, name: str) -> None:
        self.broken += 1
        self._root.remove(f"{self.folder}/{name}")


def name_of(feed: Feed) -> str | None:
    """SHA-256 of a feed's names, dtypes, shapes and bytes; None where Python objects are in it."""
    if any(array.dtype.hasobject for array in feed.values()):
        return None
    return _of(feed)


def _of(arrays: Mapping[str, Array]) -> str:
    whole = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        head = json.dumps([name, array.dtype.name, array.dtype.str, array.shape])
        whole.update(f"{head};".encode())
        whole.update(np.asarray(array, order="C").tobytes())
    return whole.hexdigest()


def _of_card(card: Mapping[str, object]) -> str:
    told = {name: value for name, value in card.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _read(raw: bytes, key: str, name: str) -> dict[str, Array] | None:
    """An answer that is whole, and of this reference and feed; else None."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        (length,) = np.frombuffer(raw[:8], "<u8")
        told = from_json(raw[8 : 8 + int(length)].decode())["__metadata__"]
        wanted = {"schema": _SCHEMA, "reference": key, "feed": name}
        if any(told[field] != value for field, value in wanted.items()):
            return None
        found: dict[str, Array] = load(raw)
        # The format has an order of its own; that of the outputs is the model's.
        outputs = {n: np.array(found.pop(n)) for n in from_json(told["order"])}
        return outputs if not found and told["sha256"] == _of(outputs) else None
    except (ValueError, KeyError, TypeError, OverflowError, SafetensorError):
        return None
