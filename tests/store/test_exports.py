"""A second machine takes an export from the store, and makes anew what is damaged there."""

from pathlib import Path

import onnx
import pytest

from parity.exports import _candidates
from tests.store.conftest import both, lies_at
from tests.verify.conftest import tagger

pytestmark = both

DECIDED = {"program": "a", "opset": "13"}


class Machines:
    """Each has a cache of its own. made: how often one exported."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch, self.made = folder, monkeypatch, 0

    def take(self, machine: str, decided_by: dict[str, str] | None = None) -> Path:
        self.monkeypatch.setenv("PARITY_CACHE", str(self.folder / machine))
        taken = _candidates.take("fp32-13", decided_by or DECIDED, self._make)
        assert taken.coverage == "all of it"
        return taken.path

    def _make(self, target: Path) -> str:
        self.made += 1
        onnx.save(tagger(), target)
        return "all of it"


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machines:
    return Machines(tmp_path, monkeypatch)


def test_what_one_exported_another_takes(store: Path, machines: Machines) -> None:
    one, other = machines.take("one"), machines.take("other")
    assert machines.made == 1
    assert one != other
    assert one.read_bytes() == other.read_bytes()
    machines.take("third", {**DECIDED, "opset": "14"})
    assert machines.made == 2


def test_what_is_damaged_is_exported_again(store: Path, machines: Machines) -> None:
    one = machines.take("one")
    (entry,) = store.glob("exports/*")
    kept = lies_at(entry, "model.onnx")
    raw = bytearray(kept.read_bytes())
    raw[-3] ^= 1
    kept.write_bytes(raw)
    assert machines.take("other").read_bytes() == one.read_bytes()
    assert machines.made == 2
    machines.take("third")
    assert machines.made == 2


def test_of_another_environment_nothing_is_shared(store: Path, machines: Machines) -> None:
    decided = {**DECIDED, "environment": "/venv/bin/python"}
    machines.take("one", decided)
    machines.take("other", decided)
    assert machines.made == 2
    assert not store.exists()
