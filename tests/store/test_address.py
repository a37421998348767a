"""A store at an address: what is in it, what isn't believed, and what goes wrong with servers."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from parity.cache.clear import clear
from parity.cache.look import look
from parity.errors import OutputError, UsageError
from parity.store import room
from parity.store.answers import Answers
from parity.store.folders import Shelf, key_of
from parity.store.place import place
from parity.store.places import address, lane
from parity.store.places.protocol import CARD, Place
from parity.temporary import PREFIX, SUFFIX

SHELF = Shelf("exports")
FACTS = {"model": "a", "opset": "13"}


def entry_of(facts: Mapping[str, object]) -> str:
    """Where it lies; asked each time, since variables of the environment decide with."""
    return f"exports/{key_of(facts)}"


FEED, OUTPUTS = {"ids": np.arange(3)}, {"z": np.ones(3, np.float32)}


@pytest.fixture(params=["memory", "ftp"])
def at(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A store of objects, and one of files behind a server."""
    named = f"memory:/{tmp_path}" if request.param == "memory" else request.getfixturevalue("ftp")
    return opened(named, monkeypatch)


def opened(named: str, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("PARITY_STORE", named)
    found = place()
    assert found is not None
    return found


def answers() -> Answers:
    found = Answers.of({"model": "a"})
    assert found is not None
    return found


def names(at: Place) -> list[str]:
    return sorted(file.name for file in at.walk())


def test_models_and_answers_are_found_as_they_were(at: Place, made: Path, into: Path) -> None:
    assert not SHELF.fetch(FACTS, into)
    assert answers().find(FEED) is None
    SHELF.put(FACTS, made)
    mine = answers()
    mine.put(FEED, OUTPUTS)
    mine.note({"version": "1"})
    assert SHELF.fetch(FACTS, into)
    assert (into / "model.onnx").read_bytes() == b"x" * 1000
    assert (into / "inner" / "weights").read_bytes() == b"y" * 10
    found = answers().find(FEED)
    assert found is not None
    assert found["z"].tobytes() == OUTPUTS["z"].tobytes()
    assert answers().card() == {"version": "1"}
    assert (mine.broken, mine.unread, mine.unwritten) == (0, "", "")
    assert not [name for name in names(at) if PREFIX in name]


@pytest.mark.parametrize("what", ["half", "empty", "none"])
def test_a_half_written_model_is_removed_and_made_anew(
    at: Place, made: Path, into: Path, what: str
) -> None:
    SHELF.put(FACTS, made)
    (model,) = (f.name for f in at.walk() if f.bytes == 1000)
    if what == "none":
        at.remove(model)
    else:
        at.write(model, b"x" * (500 if what == "half" else 0))
    assert not SHELF.fetch(FACTS, into)
    assert list(into.iterdir()) == []
    assert names(at) == []
    SHELF.put(FACTS, made)
    assert SHELF.fetch(FACTS, into)


def test_a_half_written_answer_is_removed_and_told(at: Place) -> None:
    answers().put(FEED, OUTPUTS)
    (kept,) = names(at)
    at.write(kept, at.read(kept)[:-2])
    assert at.settle() == ""
    mine = answers()
    assert mine.find(FEED) is None
    assert (mine.broken, names(at)) == (1, [])
    mine.put(FEED, OUTPUTS)
    assert mine.find(FEED) is not None


def test_two_writers_of_other_bytes_leave_one_that_is_whole(
    at: Place, made: Path, into: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(made, tmp_path / "other")
    (other / "model.onnx").write_bytes(b"z" * 1000)
    # As they may come: the second is in between the first one's files and its card.
    with at.filling(entry_of(FACTS)) as first:
        held = {name: first.add(made / name, name) for name in ("model.onnx", "inner/weights")}
        assert not SHELF.fetch(FACTS, into)
        SHELF.put(FACTS, other)
        card = at.read(f"{entry_of(FACTS)}/{CARD}")
        first.seal(card.replace(b"inner/weights", b"inner/weights"))
    assert SHELF.fetch(FACTS, into)
    assert (into / "model.onnx").read_bytes() == b"z" * 1000
    assert held["model.onnx"]["at"] in {name.rsplit("/", 1)[-1] for name in names(at)}
    writers = [Thread(target=SHELF.put, args=(FACTS, folder)) for folder in (made, other) * 3]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    shutil.rmtree(into)
    into.mkdir()
    assert SHELF.fetch(FACTS, into)
    assert {*(into / "model.onnx").read_bytes()} in ({*b"x"}, {*b"z"})


def test_it_stays_below_its_size(at: Place, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        SHELF.put({"number": number}, made)
    answers().put(FEED, OUTPUTS)
    assert len(room.units(at.walk())) == 4
    size = sum(file.bytes for file in at.walk())
    room.make_room(at, size)
    assert len(room.units(at.walk())) == 4
    room.make_room(at, size - 1)
    left = at.walk()
    assert 0 < sum(file.bytes for file in left) < size * 0.9
    assert 0 < len(room.units(left)) < 4
    monkeypatch.setenv("PARITY_STORE_GB", "1e-9")
    SHELF.put(FACTS, made)
    assert room.units(at.walk()) == []


def test_what_a_killed_writer_left_counts_and_goes(at: Place, made: Path) -> None:
    with at.filling(entry_of(FACTS)) as into:
        into.add(made / "model.onnx", "model.onnx")
    assert [unit.bytes for unit in room.units(at.walk())] == [1000]
    room.make_room(at, 999)
    assert names(at) == []


def test_it_is_shown_and_cleared(
    at: Place, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))
    SHELF.put(FACTS, made)
    SHELF.put({"number": 2}, made)
    at.write(f"{entry_of({'number': 2})}/mine.txt", b"somebody's")
    answers().put(FEED, OUTPUTS)
    held = {h.kind: h for h in look()}
    exports = held["store-exports"]
    assert (exports.entries, held["store-answers"].entries) == (2, 1)
    assert exports.foreign == (f"{key_of({'number': 2})}/mine.txt",)
    assert exports.folder == f"{at.where}/exports"
    assert "secret" not in exports.folder
    assert exports.newest_s is not None
    assert exports.newest_s < 3600
    before = names(at)
    assert [c.removed for c in clear(["store-exports"], older_than_s=3600)] == [0]
    assert [c.removed for c in clear(["store-exports"], dry_run=True)] == [1]
    assert names(at) == before
    (cleared,) = clear(["store-exports"])
    assert (cleared.removed, [why for _, why in cleared.stayed]) == (
        1,
        ["holds mine.txt, which parity didn't make"],
    )
    assert {h.kind: h.entries for h in look()}["store-exports"] == 1
    assert [c.removed for c in clear(["store-answers"])] == [1]


def test_what_lies_there_by_a_folder_is_read_at_its_address(
    made: Path, into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "store"
    for written, read in ((str(folder), f"file://{folder}"), (f"file://{folder}", str(folder))):
        monkeypatch.setenv("PARITY_STORE", written)
        SHELF.put({"by": written}, made)
        monkeypatch.setenv("PARITY_STORE", read)
        shutil.rmtree(into)
        into.mkdir()
        assert SHELF.fetch({"by": written}, into)
        assert (into / "model.onnx").read_bytes() == b"x" * 1000


def test_a_file_is_touched_and_what_was_left_goes(
    made: Path, into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(f"file://{tmp_path}/store", monkeypatch)
    SHELF.put(FACTS, made)
    entry = tmp_path / "store" / entry_of(FACTS)
    left = entry / f"{PREFIX}1{SUFFIX}"
    left.write_bytes(b"half")
    for path in (left, entry / CARD):
        os.utime(path, (1000, 1000))
    assert SHELF.fetch(FACTS, into)
    assert (entry / CARD).stat().st_mtime > 1000
    assert left.name not in str(at.walk())
    assert not left.exists()


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("s3://bucket/store", "what reads s3:// is not installed: Install s3fs"),
        ("nothing://here", "Protocol not known: nothing"),
        ("C://store", "is no address"),
        ("s3://", "is no address"),
        ("simplecache::memory://here", "is a chain of file systems"),
        ("ftp://127.0.0.1:1/x", "can't be opened: ConnectionRefusedError"),
        ("refusing://me:s3cret@host", "can't be opened: PermissionError: the key … of refusing"),
    ],
)
def test_an_address_that_cannot_be_opened_is_a_line(
    backends: Path, monkeypatch: pytest.MonkeyPatch, named: str, said: str
) -> None:
    monkeypatch.setenv("PARITY_STORE", named)
    for _ in range(2):
        with pytest.raises(UsageError) as told:
            place()
        assert said in str(told.value)
        assert "\n" not in str(told.value)
        assert "s3cret" not in str(told.value)


def test_a_server_that_says_nothing_is_not_waited_for(
    backends: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "OPEN_S", 0.2)
    with pytest.raises(UsageError, match=r"silent://x: can't be opened: no answer within 0.2 s"):
        opened("silent://x", monkeypatch)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("unwritable://x", "PermissionError: Access Denied"),
        ("unlisted://x", "PermissionError: no right to list"),
        ("hanging://x", "no answer within 0.2 s"),
        ("dying://x", "the process that reaches it was killed by SIGSEGV"),
    ],
)
def test_a_write_that_fails_is_told_and_not_tried_again(
    backends: Path, made: Path, monkeypatch: pytest.MonkeyPatch, named: str, said: str
) -> None:
    at = opened(named, monkeypatch)
    mine = answers()
    assert mine.find(FEED) is None
    if named.startswith("hanging"):
        monkeypatch.setattr(address, "ANSWER_S", 0.2)
    mine.put(FEED, OUTPUTS)
    assert said in mine.unwritten
    monkeypatch.setattr(address, "ANSWER_S", 0.0)  # nobody is asked: there would be no answer
    if not named.startswith("unlisted"):
        with pytest.raises(OutputError, match="can't be written"):
            at.write("answers/x", b"")
    SHELF.put(FACTS, made)


def test_a_read_that_fails_is_told(backends: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened("unreadable://x", monkeypatch)
    mine = answers()
    assert mine.find(FEED) is None
    assert "a disk of the server is broken" in mine.unread
    assert mine.broken == 0


def test_what_a_server_cut_is_not_believed(
    backends: Path, made: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened("halving://x", monkeypatch)
    mine = answers()
    mine.put(FEED, OUTPUTS)
    mine.note({"version": "1"})
    assert mine.unwritten == ""
    assert (mine.find(FEED), mine.card(), mine.broken) == (None, None, 2)
    SHELF.put(FACTS, made)
    assert not SHELF.fetch(FACTS, into)
    assert list(into.iterdir()) == []


def test_what_waits_is_found_and_what_isnt_there_is_known_by_a_list(
    backends: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened("memory://waits", monkeypatch)
    for number in range(3):
        with pytest.raises(FileNotFoundError):
            at.read(f"answers/a/{number}")
    monkeypatch.setattr(address, "ANSWER_S", 0.0)  # nobody is asked: there would be no answer
    with pytest.raises(FileNotFoundError):
        at.read("answers/a/3")
    monkeypatch.undo()
    for number in range(lane.MOST * 2):
        at.write(f"answers/a/{number}", b"%d" % number)
        assert at.read(f"answers/a/{number}") == b"%d" % number
    assert at.settle() == ""
    assert len(at.walk()) == lane.MOST * 2
    assert at.read("answers/a/7") == b"7"


def test_who_is_hung_up_on_calls_again(backends: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened("impatient://x", monkeypatch)
    at.write("answers/a/1", b"1")
    assert at.settle() == ""
    assert [at.read("answers/a/1") for _ in range(4)] == [b"1"] * 4
