"""What the cache keeps is kept while it is used, and goes after a month."""

import os
import time
from pathlib import Path

import pytest

from parity.cached import UNUSED_S, kept, prune
from parity.exports._candidates import CARD, take
from tests.exports.encoders import encoder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path))
    return tmp_path / "candidates"


def made(name: str) -> Path:
    """The folder of a candidate."""

    def make(path: Path) -> str:
        path.write_bytes(encoder().SerializeToString())
        return name

    return take(name, {"name": name}, make).path.parent


def age(folder: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(folder / CARD, (then, then))


def test_what_nobody_used_for_a_month_goes_when_another_is_made(cache: Path) -> None:
    old, recent, used = (made(name) for name in ("old", "recent", "used"))
    age(old, UNUSED_S + 60)
    age(recent, UNUSED_S - 60)
    age(used, UNUSED_S + 60)
    assert made("used") == used  # taken from the cache: that is a use
    assert old.is_dir()
    new = made("new")
    assert {path for path in cache.iterdir() if path.is_dir()} == {recent, used, new}
    assert not list(cache.glob(".old*"))


def test_what_is_no_entry_stays(tmp_path: Path) -> None:
    for name in ("entry", "mine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.onnx").write_text("x")
    (tmp_path / "card.json").write_text("a file, not a folder's")
    (tmp_path / "entry" / "card.json").write_text("{}")
    for path in (tmp_path / "entry" / "card.json", tmp_path / "card.json", tmp_path / "mine"):
        os.utime(path, (0, 0))
    prune(tmp_path, "card.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["card.json", "mine"]
    prune(tmp_path / "nothing there", "card.json")


def test_what_this_run_made_is_told_from_what_it_found(cache: Path) -> None:
    folder = made("mine")
    assert not kept(folder, CARD)
    for entry in ("theirs", "none"):
        (cache / entry).mkdir()
    (cache / "theirs" / CARD).write_text("{}")
    assert kept(cache / "theirs", CARD)
    assert not kept(cache / "none", CARD)
