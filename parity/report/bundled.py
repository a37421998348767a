"""Read a bundle again: which models it is evidence against each other of, and on which feed."""

import json
from dataclasses import dataclass
from pathlib import Path

from parity.errors import InputError
from parity.model.artifact import Artifact, resolve
from parity.model.formats import npz
from parity.model.tensors import Feed
from parity.report import manifest

MOST_BYTES = 4 << 30  # of a feed, unpacked


@dataclass(frozen=True)
class Bundled:
    """pairs: candidate's output name by reference's."""

    reference: Artifact
    candidate: Artifact
    feed: Feed
    pairs: dict[str, str]


def is_bundle(folder: Path) -> bool:
    """Whether a folder is one that a failing run left."""
    return folder.is_dir() and manifest.of(folder) is not None


def read(folder: Path) -> Bundled:
    """Read a bundle. Raises InputError for one without a feed, ModelError for models not there."""
    facts, feed = folder / "repro.json", folder / "feed.npz"
    if not facts.is_file() or not feed.is_file():
        raise InputError(f"{folder}: no feed in this bundle; name the model in place of it")
    try:
        known = json.loads(facts.read_text("utf-8"))
        sides = {role: _model(folder, role, known[role]["files"][0])
                 for role in ("reference", "candidate")}  # fmt: skip
        pairs = {str(k): str(v) for k, v in known["pairs"].items()}
        arrays = npz.load(feed, most_bytes=MOST_BYTES)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise InputError(f"{folder}: a damaged bundle: {error}") from error
    return Bundled(sides["reference"], sides["candidate"], arrays, pairs)


def _model(folder: Path, role: str, file: str) -> Artifact:
    kept = folder / "models" / role / Path(file).name
    return resolve(kept if kept.is_file() else Path(file))
