"""Answers in the store: what was put for this feed and this reference, to the bit."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from parity.model.tensors import Feed, Outputs
from parity.store.answers import Answers
from tests.store.conftest import both

pytestmark = both

FACTS = {"model": "a", "engine": "paddle"}
IDS, MASK = np.arange(6).reshape(2, 3), np.ones((2, 3), np.float32)
FEED: Feed = {"ids": IDS, "mask": MASK}
OUTPUTS: Outputs = {
    "z": np.array([[1.5, -0.0, np.nan, np.inf]], np.float32),
    "b": np.array(7, np.int64),
    "a": np.zeros((0, 3), np.float64),
    "half": np.array([True, False]),
}


@pytest.fixture
def answers(store: Path) -> Answers:
    made = Answers.of(FACTS)
    assert made is not None
    made.put(FEED, OUTPUTS)
    assert made.unwritten == ""
    return made


@pytest.fixture
def folder(store: Path, answers: Answers) -> Path:
    return store / answers.folder


def one(folder: Path) -> Path:
    (path,) = folder.glob("*.safetensors")
    return path


def test_an_answer_is_found_as_it_was(answers: Answers) -> None:
    found = answers.find({"mask": FEED["mask"], "ids": FEED["ids"]})
    assert found is not None
    assert list(found) == list(OUTPUTS)
    for name, array in OUTPUTS.items():
        assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)
        assert found[name].tobytes() == array.tobytes()
    assert (answers.found, answers.broken) == (1, 0)


def test_there_is_none_without_a_store(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARITY_STORE", raising=False)
    assert Answers.of(FACTS) is None


@pytest.mark.parametrize(
    "feed",
    [
        {"ids": FEED["ids"]},
        {**FEED, "ids": FEED["ids"].T},
        {**FEED, "ids": FEED["ids"].reshape(3, 2)},
        {**FEED, "ids": FEED["ids"].astype(np.int32)},
        {**FEED, "mask": -MASK},
        {"ids": FEED["mask"], "mask": FEED["ids"]},
    ],
)
def test_another_feed_has_none(answers: Answers, folder: Path, feed: Feed) -> None:
    assert answers.find(feed) is None
    assert one(folder).exists()


def test_another_reference_has_none(answers: Answers) -> None:
    other = Answers.of({**FACTS, "engine": "paddle 2"})
    assert other is not None
    assert other.find(FEED) is None


def test_no_bit_may_be_another(answers: Answers, folder: Path) -> None:
    path = one(folder)
    raw = path.read_bytes()
    places = {*range(0, len(raw), 7), 0, 7, len(raw) - 1}
    for at in sorted(places):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 4]) + raw[at + 1 :])
        found = answers.find(FEED)
        # What isn't noticed is a blank of the header.
        assert found is None or all(found[n].tobytes() == a.tobytes() for n, a in OUTPUTS.items())
        assert found is not None or not path.exists()
    assert answers.broken > len(places) * 0.9
    path.write_bytes(raw[:-1])
    assert answers.find(FEED) is None
    path.write_bytes(b"")
    assert answers.find(FEED) is None


def test_the_file_of_another_feed_or_reference_is_refused(
    store: Path, answers: Answers, folder: Path
) -> None:
    other_feed = {**FEED, "mask": -MASK}
    answers.put(other_feed, {"z": np.ones(3)})
    assert answers.unwritten == ""
    mine, its = sorted(folder.glob("*.safetensors"))
    shutil.copy(mine, its)
    assert [answers.find(f) is not None for f in (FEED, other_feed)].count(True) == 1
    other = Answers.of({**FACTS, "engine": "paddle 2"})
    assert other is not None
    shutil.copytree(folder, store / other.folder)
    assert other.find(FEED) is None
    assert other.broken == 1


def test_what_the_format_has_not_is_not_kept(answers: Answers) -> None:
    feed = {"ids": np.arange(3)}
    unknown: tuple[Outputs, ...] = ({"t": np.array(["a"])}, {"c": np.ones(2, complex)}, {})
    for outputs in unknown:
        answers.put(feed, outputs)
        assert answers.find(feed) is None
    texts: Feed = {"t": np.array(["a"], object)}
    answers.put(texts, {"z": np.ones(2)})
    assert answers.find(texts) is None
    assert answers.broken == 0


def test_a_note_is_of_one_reference_and_whole(answers: Answers, folder: Path) -> None:
    assert answers.card() is None
    answers.note({"version": "1"})
    assert answers.unwritten == ""
    assert answers.card() == {"version": "1"}
    path = folder / "reference.json"
    path.write_text(path.read_text().replace('"version": "1"', '"version": "2"'))
    assert answers.card() is None
    assert not path.exists()
