"""The kinds of things that parity keeps, and by what it knows its own again."""

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from parity.cache.entry import Entry, entry
from parity.store.places.protocol import CARD
from parity.store.room import ANSWERS, EXPORTS, KEY, REFERENCES, SUFFIX

_PARCEL = re.compile(r"[0-9a-f]{32}")  # of what a case needs
_HASH = re.compile(r"[0-9a-f]{16}")  # what Hypothesis calls an example, and a property


@dataclass(frozen=True)
class Kind:
    """name: on the command line. folder: in the cache. holds: what it is, for a person.

    known: the entry that a folder in it is, whole or with something foreign inside; None for one
    that isn't parity's. beside: files that a library leaves there, which are left alone.
    """

    name: str
    folder: str
    holds: str
    known: Callable[[Path], Entry | None]
    beside: tuple[str, ...] = ()


def _zoo(path: Path) -> Entry | None:
    try:
        facts = json.loads((path / "zoo.json").read_text("utf-8"))
        listed = {"zoo.json", *facts["files"]} if facts["identity"] else set()
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return entry(path, lambda name: name in listed, card="zoo.json")


def _export(path: Path) -> Entry | None:
    if not (path / "candidate.json").is_file():
        return None
    return entry(path, _of_an_export, card="candidate.json", lock=True)


def _of_an_export(name: str) -> bool:
    # Beside the model may lie weights that are too large for it.
    return name == "candidate.json" or name.startswith("model.onnx")


def _row(path: Path) -> Entry | None:
    if not (path / "sweep.json").is_file():
        return None
    return entry(path, lambda name: name == "sweep.json", card="sweep.json")


def _engine(path: Path) -> Entry | None:
    if not _HASH.fullmatch(path.name):
        return None
    return entry(path, lambda name: name.endswith((".engine", ".profile", ".timing", ".cache")))


def _source(path: Path) -> Entry | None:
    listed = _sources().get(path.name)
    return None if listed is None else entry(path, lambda name: name in listed)


@lru_cache
def _sources() -> dict[str, frozenset[str]]:
    """The files of each package that a recipe reads, by its folder."""
    from parity.zoo import list_recipes
    from parity.zoo._sources import merged

    found = merged(source for recipe in list_recipes() for source in recipe.sources)
    return {f"{s.package}-{s.version}": frozenset(s.files) for s in found}


def _example(path: Path) -> Entry | None:
    if not _HASH.fullmatch(path.name):
        return None
    return entry(path, lambda name: _HASH.fullmatch(name) is not None)


def _table(path: Path) -> Entry | None:
    if path.name == "constants":
        return entry(path, lambda name: _HASH.fullmatch(name) is not None)
    if path.name == "unicode_data":
        return entry(path, lambda name: name.endswith((".json.gz", ".pkl.gz")))
    return None


def _sent(path: Path) -> Entry | None:
    if not _PARCEL.fullmatch(path.name):
        return None
    return entry(path, lambda name: name.startswith(("case/", "models/")))


def _model(path: Path) -> Entry | None:
    if not KEY.fullmatch(path.name):
        return None
    try:
        listed = files_of_a_model((path / CARD).read_bytes())
    except (OSError, ValueError):
        return None
    return entry(path, lambda name: of_a_model(name, listed), card=CARD)


def files_of_a_model(card: bytes) -> set[str]:
    """What a card of the store lists. Raises ValueError for one that lists nothing."""
    try:
        return set(json.loads(card)["files"])
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(CARD) from error


def of_a_model(name: str, listed: Collection[str]) -> bool:
    """Whether a file in an entry is the store's. At an address it is called after its content."""
    return name == CARD or name in listed or KEY.fullmatch(name) is not None


def _answers(path: Path) -> Entry | None:
    if not KEY.fullmatch(path.name):
        return None
    return entry(path, of_answers)


def of_answers(name: str) -> bool:
    """Whether a file among answers is the store's."""
    return name == "reference.json" or name.endswith(SUFFIX)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("zoo", "zoo", "reference models, built here", _zoo),
        Kind("exports", "candidates", "ONNX files that were exported or lowered", _export),
        Kind("sources", "sources", "downloaded weights, vocabularies, corpora", _source),
        Kind("sweep", "sweep", "what small nets came to in a sweep of operators", _row),
        Kind("tensorrt", "tensorrt", "engines that TensorRT made of models", _engine),
        Kind("fleet", "fleet", "cases that this machine was sent, to run their cells", _sent),
        Kind("examples", "examples", "inputs that failed, to be tried first", _example),
        Kind("hypothesis", "hypothesis", "tables that Hypothesis keeps", _table, (".gitignore",)),
    )
}
"""All that parity keeps. A test holds them against the folders that the code writes to."""

SHARED = {
    kind.name: kind
    for kind in (
        Kind("store-references", REFERENCES, "reference models, shared by machines", _model),
        Kind("store-exports", EXPORTS, "exports, shared by machines", _model),
        Kind("store-answers", ANSWERS, "answers, a thing for each reference", _answers),
    )
}
"""All that parity keeps in the store."""
