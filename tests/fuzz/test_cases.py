"""Whatever case.toml, golden.json and golden.npz hold: a case, or one line that names the file."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity import golden
from parity.case import load
from parity.errors import CaseError
from parity.gate.cells import cells
from parity.golden import Golden, Provenance
from parity.model.hashes import sha256
from parity.verify.request import Recorded
from tests.fuzz.damage import QUICK, bytes_of, told, tree_of

CASE: dict[str, Any] = {
    "summary": "a tagger",
    "golden": "golden.json",
    "golden_batch": 2,
    "precisions": ["fp32", "fp16"],
    "reference": {"path": "ref.onnx", "tokenizer": "vocab.txt", "sha256": "0" * 64},
    "candidate": {"path": "cand.onnx", "opset": 13, "upgrades": [14]},
    "engines": {"reference": {"engine": "ort", "threads": 1}, "candidate": {"optimization": "all"}},
    "inputs": {"short": {"kind": "ids", "max_length": 12, "max_batch": 2, "examples": 20}},
    "task": {"name": "token_cls", "labels": ["O", "B-PER", "I-PER"]},
    "tolerance": {"fp32": {"atol": 1e-5, "rtol": 1e-5, "rule": "max", "ties": 0.0}},
    "xfail": [{"reason": "known", "issue": "#1", "opset": 13, "precision": "fp16"}],
}


def toml(value: Any) -> str:
    """A value as TOML, in line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return json.dumps(value) if value is not None else '"none"'


def document(data: Any) -> bytes:
    tables = data if isinstance(data, dict) else {"all": data}
    lines = [f"{json.dumps(key)} = {toml(value)}" for key, value in tables.items()]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def case_of(body: bytes, folder: Path) -> None:
    path = folder / "case.toml"
    path.write_bytes(body)
    told(path, lambda: [cell.name for cell in cells(load(path), engine=None)])


def test_the_case_itself_is_good(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_bytes(document(CASE))
    assert len(list(cells(load(tmp_path), engine=None))) == 2


@QUICK
@given(body=bytes_of(document(CASE)))
def test_bytes_of_a_case(tmp_path: Path, body: bytes) -> None:
    case_of(body, tmp_path)


@QUICK
@given(data=tree_of(CASE))
def test_what_a_case_says(tmp_path: Path, data: Any) -> None:
    case_of(document(data), tmp_path)


@pytest.mark.parametrize(
    "body",
    [
        b"x = " + b"[" * 100_000,
        b"a." * 50_000 + b"b = 1",
        b"x = " + b"9" * 10_000,
        b"x = 1979-05-27T07:32:00Z",
        b"#" * (2 << 20),
    ],
)
def test_what_readers_of_toml_stumble_over(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "case.toml").write_bytes(body)
    with pytest.raises(CaseError, match=r"case\.toml"):
        load(tmp_path)


MADE = Provenance("a" * 64, "b" * 64, "c" * 64, "token_cls", 128, {"numpy": "2"}, "a CPU", ("fma",))
LOGITS = np.linspace(0, 1, 6, dtype=np.float32).reshape(2, 3)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    path = tmp_path / "golden.json"
    sentences = (Recorded("好", ("PER",), 0.75, LOGITS), Recorded("", (), 1.0, LOGITS[:1]))
    golden.save(path, Golden(sentences, MADE, "parity record"))
    return path


@QUICK
@given(data=st.data())
def test_bytes_of_a_golden(recorded: Path, data: st.DataObject) -> None:
    good = recorded.read_bytes()
    try:
        recorded.write_bytes(data.draw(bytes_of(good)))
        told(recorded, lambda: golden.load(recorded))
    finally:
        recorded.write_bytes(good)


@QUICK
@given(data=st.data(), signed=st.booleans())
def test_what_a_golden_says(recorded: Path, data: st.DataObject, signed: bool) -> None:
    """signed: with the digest that parity would have written, where it can be."""
    good = recorded.read_bytes()
    try:
        spoiled = data.draw(tree_of(json.loads(good)))
        if signed and isinstance(spoiled, dict):
            spoiled["digest"] = data.draw(st.just("0" * 64))
        recorded.write_text(json.dumps(spoiled), "utf-8")
        told(recorded, lambda: golden.load(recorded))
    finally:
        recorded.write_bytes(good)


@QUICK
@given(data=st.data())
def test_bytes_of_the_logits(recorded: Path, data: st.DataObject) -> None:
    """Under their own hash, so that what they hold is looked at."""
    good, archive = recorded.read_bytes(), recorded.with_suffix(".npz")
    whole = archive.read_bytes()
    try:
        archive.write_bytes(data.draw(bytes_of(whole)))
        digest = sha256(archive)
        made = json.loads(good)
        made["logits"] = digest
        sentences = (Recorded("好", ("PER",), 0.75), Recorded("", (), 1.0))
        made["digest"] = golden.digest(Golden(sentences, MADE, "parity record"), digest)
        recorded.write_text(json.dumps(made), "utf-8")
        told(archive, lambda: golden.load(recorded))
    finally:
        recorded.write_bytes(good)
        archive.write_bytes(whole)
