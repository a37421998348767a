"""A golden is what was recorded, whole, or an error that says what is wrong with it."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parity import golden
from parity.errors import CaseError
from parity.golden import Golden, Provenance
from parity.model.hashes import sha256
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
        (edit(lambda d: d.update(schema=True)), '"schema" is True, not of type int'),
        (edit(lambda d: d.update(schema=1.0)), '"schema" is 1.0, not of type int'),
        (edit(lambda d: d.update(hash="x")), "it has a key 'hash'; there are: digest"),
        (edit(lambda d: d.update(source=None)), '"source" is None, not of type str'),
        (edit(lambda d: d.update(digest=7)), '"digest" is 7, not of type str'),
        (edit(lambda d: d.update(logits=[1])), '"logits" is \\[1\\], not of type str'),
        (edit(lambda d: d.update(provenance=[])), '"provenance" is \\[\\], not of type dict'),
        (edit(lambda d: d["provenance"].update(max_length=True)), '"max_length" is True'),
        (edit(lambda d: d["provenance"].update(cpu_flags=[1])), '"cpu_flags" must be a list'),
        (edit(lambda d: d["provenance"].update(versions={"numpy": 2})), '"versions" must be'),
        (edit(lambda d: d["provenance"].update(more=1)), "provenance has a key 'more'"),
        (edit(lambda d: d["sentences"][0].update(shown=[1])), '"shown" must be a list of strings'),
        (edit(lambda d: d["sentences"][0].update(confidence=True)), '"confidence" is True'),
        (edit(lambda d: d["sentences"][0].update(confidence="1")), "\"confidence\" is '1'"),
        (edit(lambda d: d["sentences"][0].update(confidence=-0.1)), '"confidence" is -0.1'),
        (edit(lambda d: d["sentences"][0].update(confidence=float("nan"))), "NaN is no number"),
        (edit(lambda d: d["sentences"][0].update(confidence=float("inf"))), "Infinity is no numb"),
        (edit(lambda d: d["sentences"].insert(0, "x")), "a sentence is 'x', not a table"),
        (lambda p: p.write_text(p.read_text().replace("0.75", "1e999")), "beyond what a float"),
        (lambda p: p.write_text(p.read_text().replace("yes", "\\ud800")), "half a character"),
        (lambda p: p.write_text('{"schema": 1, "schema": 1}'), 'key "schema" is there twice'),
        (lambda p: p.write_text("[" * 100_000), "nests too deep"),
        (lambda p: p.write_bytes(b'{"source": "\xff"}'), "not UTF-8 at byte 12"),
        (lambda p: p.write_text("{"), "not JSON"),
        (lambda p: p.write_text("[]"), "not a golden"),
        (lambda p: p.unlink(), "no golden; `parity record CASE --texts FILE`"),
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


def packed(path: Path, name: str, body: bytes) -> None:
    """Put a file into the archive of logits, whose hash and digest then are as they should be."""
    archive = path.with_suffix(".npz")
    held = {f"{i:04}.npy": _npy(s.logits) for i, s in enumerate(SENTENCES) if s.logits is not None}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for other, own in {**held, name: body}.items():
            file.writestr(other, own)
    data = json.loads(path.read_text("utf-8"))
    data["logits"] = sha256(archive)
    data["digest"] = golden.digest(Golden(SENTENCES, MADE, "parity record x"), data["logits"])
    path.write_text(json.dumps(data), "utf-8")


def _npy(array: np.ndarray[Any, Any], shape: str = "") -> bytes:
    body = io.BytesIO()
    np.lib.format.write_array(body, array)
    if not shape:
        return body.getvalue()
    old = str(array.shape).encode()
    blanks = b" " * (len(shape) - len(old))  # the header stays as long as it was
    return body.getvalue().replace(old + b", }" + blanks, shape.encode() + b", }")


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("0000.npy", _npy(np.array([0.0, np.nan], np.float32)), "sentence 1 are no finite float32"),
        ("0000.npy", _npy(np.array([0.0, 1.1])), "sentence 1 are no finite float32: float64"),
        ("0000.npy", _npy(np.zeros(2, np.float32), "(9999999999,)"), "claims"),
        ("0000.npy", b"junk", "0000.npy is no array"),
        ("more.npy", _npy(np.array(["a"])), "more.npy holds no plain numbers"),
        ("more.txt", b"x", "holds 'more.txt', which is no array"),
    ],
)
def test_logits_that_are_none_are_an_error(path: Path, name: str, body: bytes, says: str) -> None:
    packed(path, name, body)
    with pytest.raises(CaseError, match=says):
        golden.load(path)


def test_an_archive_that_unpacks_to_more_than_it_may_is_not_unpacked(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(path, "more.npy", _npy(np.zeros(1 << 20, np.float32)))
    assert path.with_suffix(".npz").stat().st_size < 10_000
    golden.load(path)
    monkeypatch.setattr(golden, "MOST_LOGITS_BYTES", 1 << 20)
    with pytest.raises(CaseError, match="unpacks to more than 1,048,576 bytes; record anew"):
        golden.load(path)


def test_a_golden_larger_than_any_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden, "MOST_BYTES", 100)
    with pytest.raises(CaseError, match="larger than 100 bytes"):
        golden.load(path)


def test_answers_that_are_not_finite_are_not_recorded(tmp_path: Path) -> None:
    odd = replace(SENTENCES[0], logits=np.array([np.nan], np.float32))
    with pytest.raises(CaseError, match="the reference answers NaN or infinity for '好'"):
        golden.save(tmp_path / "golden.json", Golden((odd,), MADE))
    assert not list(tmp_path.iterdir())


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
