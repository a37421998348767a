"""A golden is what was recorded, whole, or an error that says what is wrong with it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parity import golden
from parity.errors import CaseError
from parity.golden import Golden, Provenance
from parity.verify.request import Recorded

MADE = Provenance("a" * 64, "b" * 64, "c" * 64, "seq_cls labels no,yes", 128, {"numpy": "2"})
SENTENCES = (
    Recorded("好", ("yes",), 0.75, np.array([0.0, 1.1], np.float32)),
    Recorded("", ("no",), 0.5000001192092896, np.array([0.5, 0.0], np.float32)),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    golden.save(tmp_path / "golden.json", Golden(SENTENCES, MADE, "parity record x"))
    return tmp_path / "golden.json"


def test_what_is_saved_is_loaded(path: Path) -> None:
    found = golden.load(path)
    assert found.sentences == SENTENCES
    assert found.provenance == MADE
    for sentence, expected in zip(found.sentences, SENTENCES, strict=True):
        assert sentence.logits is not None
        assert expected.logits is not None
        assert (sentence.logits == expected.logits).all()


def test_the_same_recording_makes_the_same_files(path: Path) -> None:
    before = path.read_bytes(), path.with_suffix(".npz").read_bytes()
    golden.save(path, golden.load(path))
    assert (path.read_bytes(), path.with_suffix(".npz").read_bytes()) == before


def test_one_sentence_is_one_entry_to_diff(path: Path) -> None:
    before = path.read_text("utf-8").splitlines()
    first = replace(SENTENCES[0], shown=("no",))
    golden.save(path, Golden((first, SENTENCES[1]), MADE, "parity record x"))
    after = path.read_text("utf-8").splitlines()
    changed = [b for b, a in zip(before, after, strict=True) if a != b]
    assert [line.split('"')[1] for line in changed] == ["digest", "yes"]


def edit(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def edited(path: Path) -> None:
        data = json.loads(path.read_text("utf-8"))
        change(data)
        path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")

    return edited


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (edit(lambda d: d["sentences"][0].update(shown=["no"])), "edited by hand"),
        (edit(lambda d: d["sentences"][0].update(text="坏")), "edited by hand"),
        (edit(lambda d: d["sentences"][0].update(confidence=0.8)), "edited by hand"),
        (edit(lambda d: d["sentences"].pop()), "edited by hand"),
        (edit(lambda d: d["sentences"].reverse()), "edited by hand"),
        (edit(lambda d: d["provenance"].update(parameters="d" * 64)), "edited by hand"),
        (edit(lambda d: d.update(provenance=None)), "edited by hand"),
        (edit(lambda d: d.update(logits=None)), "edited by hand"),
        (edit(lambda d: d.update(source="me")), "edited by hand"),
        (edit(lambda d: d.pop("digest")), "not a golden"),
        (edit(lambda d: d.pop("sentences")), "not a golden"),
        (edit(lambda d: d["sentences"][0].update(shown="yes")), "not a golden"),
        (edit(lambda d: d["sentences"][0].update(text=None)), "not a golden"),
        (edit(lambda d: d.update(sentences=[])), "holds no sentences"),
        (edit(lambda d: d["sentences"].append(d["sentences"][0])), "is in it twice"),
        (edit(lambda d: d.update(schema=2)), "schema 2, and this parity reads 1"),
        (lambda p: p.write_text("{"), "not JSON"),
        (lambda p: p.write_text("[]"), "not a golden"),
        (lambda p: p.unlink(), "no golden; a person checks the answers"),
        (lambda p: p.with_suffix(".npz").unlink(), "logits are missing"),
        (lambda p: p.with_suffix(".npz").write_bytes(b"PK"), "not the logits that golden.json"),
    ],
)
def test_what_was_tampered_with_is_an_error(
    path: Path, spoil: Callable[[Path], object], says: str
) -> None:
    spoil(path)
    with pytest.raises(CaseError, match=says):
        golden.load(path)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("parameters", "e" * 64, "the parameters file recorded was bbbbbbbbbbbb, that of today"),
        ("tokenizer", "e" * 64, "the tokenizer file recorded was cccccccccccc, that of today"),
        ("task", "seq_cls labels yes,no", "is seq_cls labels yes,no"),
        ("max_length", 64, "the max_length recorded was 128, that of today is 64"),
    ],
)
def test_what_decides_is_named(key: str, value: object, says: str) -> None:
    (found,) = golden.differences(MADE, replace(MADE, **{key: value}))  # type: ignore[arg-type]
    assert says in found


def test_what_may_change_is_no_difference() -> None:
    other = replace(MADE, program="e" * 64, versions={}, cpu="another", cpu_flags=("fma",))
    assert golden.differences(MADE, other) == []


def test_a_guides_answers_have_no_provenance_and_no_logits(tmp_path: Path) -> None:
    path = tmp_path / "golden.json"
    golden.save(path, Golden((Recorded("好", ("yes",), 0.75),), None, "the guide"))
    assert golden.load(path).provenance is None
    assert not path.with_suffix(".npz").exists()
    edit(lambda d: d["sentences"][0].update(shown=["no"]))(path)
    with pytest.raises(CaseError, match="edited by hand"):
        golden.load(path)
