"""Rows of earlier runs, kept by what decides them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from parity import cached, files, plugins
from parity.exports import _candidates
from parity.exports._by import By
from parity.model.artifact import Artifact
from parity.store.machine import machine
from parity.sweep.row import PADDLE, Row
from parity.zoo.ops._net import Net

CARD = "sweep.json"

_PASSING = ("no answer to ", "killed by SIGKILL")
"""In reasons; in the words of ``workers.failure``."""

_ROOMS = ("sweep", "compare", "engines", "exports", "workers", "processes")
"""Of parity's own: what exports, runs, feeds and judges."""


def key(net: Net, model: Artifact, exporter: str, opset: int, seed: int) -> str:
    """What decides a row: the net's program and parameters, opset, feeds, what is installed,
    parity's own code and a plugin's, the machine.
    """
    told = json.dumps(
        [net.name, [[n, asdict(t)] for n, t in net.inputs], exporter, opset, seed,
         dict(installed()), dict(_made_by(exporter)), _code(exporter), machine()],
        sort_keys=True,
    )  # fmt: skip
    digest = hashlib.sha256(told.encode())
    for path in model.files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


@lru_cache
def installed() -> Mapping[str, str]:
    """Paddle and ONNX Runtime, as they are really installed."""
    return _candidates.installs("paddle", "onnx", "onnxruntime")


@lru_cache
def _made_by(exporter: str) -> Mapping[str, str]:
    """The exporter, by what it says decides what it makes: not each is a package."""
    if exporter == PADDLE:
        return {}
    made: Mapping[str, str] = plugins.load("exports", exporter).installs(By(exporter))
    return made


@lru_cache
def _code(exporter: str) -> str:
    """Hash of parity's own programs and the exporter's module."""
    home = Path(__file__).parents[1]
    own = sorted(str(path) for room in _ROOMS for path in (home / room).rglob("*.py"))
    module = None if exporter == PADDLE else plugins.load("exports", exporter).__file__
    return _candidates.sources(*own, module)


def load(entry: str) -> Row | None:
    """A row of an earlier run; None if there is none, or it can't be read."""
    path = _folder() / entry / CARD
    try:
        held: dict[str, Any] = json.loads(path.read_text("utf-8"))
        row = Row(**held["row"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    cached.used(path)
    return replace(row, cached=True)


def save(entry: str, row: Row) -> None:
    """Keep a row, unless a busy machine may have made it: who ran out of time or memory is asked
    again. Raises OutputError where the cache can't be written.
    """
    if any(word in row.reason for word in _PASSING):
        return
    folder = _folder() / entry
    files.write(folder / CARD, json.dumps({"row": asdict(row)}))


def _folder() -> Path:
    return files.cache() / "sweep"
