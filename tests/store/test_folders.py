"""Models in the store: whole and as they were put, or not at all."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from parity.cache.clear import clear
from parity.cache.look import look
from parity.errors import UsageError
from parity.store import room
from parity.store.folders import Shelf, key_of
from parity.store.place import most_bytes, place
from parity.store.places.protocol import CARD
from tests.store.conftest import both, lies_at

SHELF = Shelf("exports")
FACTS = {"model": "a", "opset": "13"}


def entry(store: Path) -> Path:
    return store / "exports" / key_of(FACTS)


@both
def test_what_was_put_is_fetched(store: Path, made: Path, into: Path) -> None:
    assert not SHELF.fetch(FACTS, into)
    SHELF.put(FACTS, made)
    assert SHELF.fetch(FACTS, into)
    assert (into / "model.onnx").read_bytes() == b"x" * 1000
    assert sorted(p.name for p in into.rglob("*")) == ["inner", "model.onnx", "weights"]


def test_nothing_is_written_without_a_store(
    made: Path, into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PARITY_STORE", raising=False)
    before = sorted(tmp_path.rglob("*"))
    SHELF.put(FACTS, made)
    assert not SHELF.fetch(FACTS, into)
    assert sorted(tmp_path.rglob("*")) == before


@both
def test_other_facts_are_another_entry(store: Path, made: Path, into: Path) -> None:
    SHELF.put(FACTS, made)
    assert not SHELF.fetch({**FACTS, "opset": "14"}, into)
    assert not SHELF.fetch({"model": "a"}, into)
    assert not Shelf("references").fetch(FACTS, into)


def test_another_machine_is_another_entry(
    store: Path, made: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parity.store import machine

    SHELF.put(FACTS, made)
    with monkeypatch.context() as other:
        other.setenv("OMP_NUM_THREADS", "77")
        assert not SHELF.fetch(FACTS, into)
    hardware = machine._hardware()
    with monkeypatch.context() as other:
        other.setattr(machine, "_hardware", lambda: {**hardware, "flags": "fma"})
        assert not SHELF.fetch(FACTS, into)
    assert hardware["flags"]
    assert SHELF.fetch(FACTS, into)


def damaged(folder: Path, what: str) -> None:
    card = json.loads((folder / CARD).read_text())
    if what == "a bit":
        path = lies_at(folder, "model.onnx")
        raw = bytearray(path.read_bytes())
        raw[500] ^= 1
        path.write_bytes(raw)
    elif what == "cut":
        os.truncate(lies_at(folder, "model.onnx"), 999)
    elif what == "a file is gone":
        lies_at(folder, "inner/weights").unlink()
    elif what == "card":
        (folder / CARD).write_text("{")
    elif what == "list":
        del card["files"]["inner/weights"]
        (folder / CARD).write_text(json.dumps(card))
    elif what == "another's":
        other = {**card, "key": "0" * 64}
        (folder / CARD).write_text(json.dumps(other))


@both
@pytest.mark.parametrize("what", ["a bit", "cut", "a file is gone", "card", "list", "another's"])
def test_what_is_damaged_is_removed_and_made_anew(
    store: Path, made: Path, into: Path, what: str
) -> None:
    SHELF.put(FACTS, made)
    damaged(entry(store), what)
    assert not SHELF.fetch(FACTS, into)
    assert list(into.iterdir()) == []
    assert not entry(store).exists()
    SHELF.put(FACTS, made)
    assert SHELF.fetch(FACTS, into)


@both
def test_an_entry_under_another_name_is_not_taken(store: Path, made: Path, into: Path) -> None:
    SHELF.put(FACTS, made)
    other = {**FACTS, "opset": "14"}
    shutil.copytree(entry(store), store / "exports" / key_of(other))
    assert not SHELF.fetch(other, into)


@both
@pytest.mark.parametrize(("named", "at"), [("../escaped", "model.onnx"), ("a", "../escaped")])
def test_a_file_outside_is_never_written(
    store: Path, made: Path, into: Path, named: str, at: str
) -> None:
    SHELF.put(FACTS, made)
    folder = entry(store)
    card = json.loads((folder / CARD).read_text())
    card["files"] = {named: {**card["files"]["model.onnx"], "at": at}}
    from parity.store.folders import _digest

    card["sha256"] = _digest({k: v for k, v in card.items() if k != "sha256"})
    (folder / CARD).write_text(json.dumps(card))
    (folder.parent / "escaped").write_bytes(b"x" * 1000)
    assert not SHELF.fetch(FACTS, into)
    assert not (into.parent / "escaped").exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from parity.store import folders
from parity.store.places import address, folder
seen = []
for kind in (address.Filling, folder.Filling):
    def dying(self, source, name, add=kind.add):
        seen.append(source)
        if len(seen) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return add(self, source, name)
    kind.add = dying
folders.Shelf("exports").put({"model": "a", "opset": "13"}, Path(sys.argv[1]))
"""


@both
def test_a_killed_writer_leaves_nothing_that_is_believed(
    store: Path, made: Path, into: Path
) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(made)], check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = (store / "exports").iterdir()
    assert left.name.startswith(".parity.") or not (left / CARD).exists()
    assert [*left.rglob("*")]
    assert not SHELF.fetch(FACTS, into)
    SHELF.put(FACTS, made)
    assert SHELF.fetch(FACTS, into)
    assert [path.name for path in (store / "exports").iterdir()] == [entry(store).name]


@both
def test_two_writers_at_once_leave_one_that_is_whole(store: Path, made: Path, into: Path) -> None:
    writers = [Thread(target=SHELF.put, args=(FACTS, made)) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert SHELF.fetch(FACTS, into)
    assert [p.name for p in (store / "exports").iterdir()] == [entry(store).name]


def test_a_store_that_cannot_be_written_to_changes_nothing(
    tmp_path: Path, made: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("a file")
    monkeypatch.setenv("PARITY_STORE", str(file / "store"))
    SHELF.put(FACTS, made)
    assert not SHELF.fetch(FACTS, into)
    assert file.read_text() == "a file"


@both
def test_the_least_recently_used_goes_first(
    store: Path, made: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        SHELF.put({"number": number}, made)
        card = store / "exports" / key_of({"number": number}) / CARD
        os.utime(card, (1000 + number, 1000 + number))
    assert SHELF.fetch({"number": 0}, into)  # used now
    size = sum(p.stat().st_size for p in store.rglob("*") if p.is_file())
    at = place()
    assert at is not None
    room.make_room(at, size - 1)
    left = {n for n in range(4) if (store / "exports" / key_of({"number": n})).exists()}
    assert left == {0, 2, 3}
    monkeypatch.setenv("PARITY_STORE_GB", "1e-9")
    SHELF.put({"number": 9}, made)
    assert list((store / "exports").iterdir()) == []


@pytest.mark.parametrize("size", ["0", "-1", "nan", "inf", "much"])
def test_a_size_that_is_none_is_told(size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARITY_STORE_GB", size)
    with pytest.raises(UsageError, match="PARITY_STORE_GB"):
        most_bytes()


def test_a_file_is_refused_and_a_size_before_anything_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PARITY_STORE", str(tmp_path / "file"))
    with pytest.raises(UsageError, match="is a file"):
        place()
    monkeypatch.setenv("PARITY_STORE", str(tmp_path))
    monkeypatch.setenv("PARITY_STORE_GB", "abc")
    with pytest.raises(UsageError, match="PARITY_STORE_GB"):
        place()


@both
def test_the_store_is_shown_and_cleared_where_it_is_named(
    store: Path, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))
    SHELF.put(FACTS, made)
    held = {h.kind: h for h in look()}["store-exports"]
    assert (held.entries, held.foreign) == (1, ())
    assert held.bytes > 1000
    clear()
    assert entry(store).exists()
    assert [(c.kind, c.removed) for c in clear(["store-exports"])] == [("store-exports", 1)]
    assert not entry(store).exists()
    monkeypatch.delenv("PARITY_STORE")
    assert not [h for h in look() if h.kind.startswith("store-")]
