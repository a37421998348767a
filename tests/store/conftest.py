"""A store of a test's own: a folder, or the same folder at an address."""

import json
from pathlib import Path

import pytest

from parity.store.places.protocol import CARD
from tests.verify.conftest import Bench

FOLDER, ADDRESS = "folder", "address"


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it lies. By ``both`` a test runs twice: named as a folder, and as ``file://…``."""
    folder = tmp_path / "store"
    named = f"file://{folder}" if getattr(request, "param", FOLDER) == ADDRESS else str(folder)
    monkeypatch.setenv("PARITY_STORE", named)
    return folder


both = pytest.mark.parametrize("store", [FOLDER, ADDRESS], indirect=True)


def lies_at(entry: Path, name: str) -> Path:
    """A file of an entry: at an address it is called after its content."""
    held: dict[str, str] = json.loads((entry / CARD).read_text())["files"][name]
    return entry / held.get("at", name)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)
