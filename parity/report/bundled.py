"""Read a bundle again: which models it is evidence against each other of, and on which feed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parity import plugins
from parity.compare.tolerance import Tolerance
from parity.errors import InputError
from parity.model.artifact import Artifact, resolve
from parity.model.formats import npz
from parity.model.tensors import Feed
from parity.report import manifest
from parity.verify.request import Request, Side

MOST_BYTES = 4 << 30  # of a feed, unpacked


@dataclass(frozen=True)
class Bundled:
    """request: as of the run that left it, as far as it goes to one feed."""

    request: Request
    feed: Feed


def is_bundle(folder: Path) -> bool:
    """Whether a folder is one that a failing run left."""
    return folder.is_dir() and manifest.of(folder) is not None


def read(folder: Path) -> Bundled:
    """Read a bundle. Raises InputError for one without a feed, ModelError for models not there."""
    facts, feed = folder / "repro.json", folder / "feed.npz"
    if not facts.is_file() or not feed.is_file():
        there = f", with --feed {feed}" if feed.is_file() else ""
        why = "what its engine runs is no file of its own" if there else "no feed"
        raise InputError(f"{folder}: {why} in this bundle; name the model in place of it{there}")
    try:
        known = json.loads(facts.read_text("utf-8"))
        reference, candidate = (_side(folder, role, known[role]) for role in _ROLES)
        request = Request(
            reference, candidate,
            precision=str(known.get("precision", "fp32")),
            tolerance=Tolerance(**known["tolerance"]),
            renamed={str(k): str(v) for k, v in known["pairs"].items()},
        )  # fmt: skip
        arrays = npz.load(feed, most_bytes=MOST_BYTES)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise InputError(f"{folder}: a damaged bundle: {error}") from error
    return Bundled(request, arrays)


_ROLES = ("reference", "candidate")


def _side(folder: Path, role: str, known: Mapping[str, Any]) -> Side:
    """A side with the options that it ran with, as far as its engine takes them."""
    options = plugins.load("engines", known["engine"]).OPTIONS
    chosen = {k: v for k, v in known["options"].items() if k in options and k != "threads"}
    return Side(_model(folder, role, known["files"][0]), known["engine"], chosen)


def _model(folder: Path, role: str, file: str) -> Artifact:
    kept = folder / "models" / role / Path(file).name
    return resolve(kept if kept.is_file() else Path(file))
