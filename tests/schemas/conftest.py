"""Documents of every kind, written by the real commands; they are made once a session."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from parity.cli.check import check
from parity.cli.matrix import matrix
from parity.cli.records.history import history
from tests.cli.command import Command
from tests.gate.repository import TASK, Repository, changed
from tests.once import once
from tests.verify.conftest import tagger

Document = dict[str, Any]
Documents = Mapping[str, Document]

QUICK = ("--max-examples", "1", "--max-length", "8", "--shrink-budget", "5")
ONNX = ("check", "model.onnx", "--reference", "reference.onnx", *QUICK)
ONCE = ("--length", "4", "--batch", "1", "--rounds", "2", "--warmup", "2", "--engine", "ort")
EXPLAIN = ("explain", "model.onnx", "model.json", "--feed", "ids.npz")
FAULT = ("--candidate-engine", "fake", "--candidate-option", "fault=shift")


@pytest.fixture(scope="session")
def commanded(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """Of the commands that take models."""
    return _once(tmp_path_factory, "commanded", lambda folder: _commanded(models, folder))


def _commanded(models: Path, folder: Path) -> Documents:
    import shutil

    command = Command(folder)
    for suffix in ("json", "pdiparams", "onnx"):
        shutil.copy(models / "tiny" / f"model.{suffix}", command.work)
    shutil.copy(models / "tiny" / "model.onnx", command.work / "reference.onnx")
    shutil.copytree(models / "other", command.work / "other")
    np.savez(command.work / "ids.npz", input_ids=np.array([[1, 2, 3]], np.int64))
    other = str(command.work / "other" / "model.onnx")

    def told(*words: str, code: int) -> Document:
        done = command.run(*words, "--json", "-")
        assert done.code == code, done.err
        parsed: Document = json.loads(done.out)
        return parsed

    bundle = command.work / "bundle"
    made = {
        "check parity": told(*ONNX, code=0),
        "check differs": told(*ONNX, *FAULT, "--bundle", str(bundle), code=1),
        "check of several": told("check", "model.onnx", "none.onnx", *ONNX[2:], code=2),
        "check error": told("check", "none.onnx", "--reference", "reference.onnx", code=2),
        "explanation": told(*EXPLAIN, code=0),
        "tokenizers": told("tokenizers", *_texts(command.work), "--max-examples", "1", code=1),
        "weights": told("weights", "model.json", other, code=1),
        "export": told("export", "model.json", "--once", code=0),
        "alone": told("check", "--self", "model.onnx", "--max-length", "8", code=0),
        "lint": told("lint", "model.onnx", code=0),
        "bench": told("bench", "model.onnx", "--reference", "reference.onnx", *ONCE, code=0),
        "inspect paddle": told("inspect", "model.json", code=0),
        "inspect onnx": told("inspect", "model.onnx", code=0),
    }
    made["check of a bundle"] = json.loads((bundle / "report.json").read_text())
    made["bundle"] = json.loads((bundle / "bundle.json").read_text())
    return made


def _texts(folder: Path) -> tuple[str, str]:
    """A vocabulary read in two ways: they differ in symbols."""
    words = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "$", "＋", "##a")
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    return "vocab.txt", "bert:vocab.txt"


@pytest.fixture(scope="session")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """Of the gate and of what takes cases: one that passes, one that fails, one that is wrong."""
    return _once(tmp_path_factory, "gated", _gated)


def _gated(folder: Path) -> Documents:
    repository = Repository(folder)
    golden = repository.record(repository.case("well", tagger(), TASK)) / "golden.json"
    repository.record(repository.case("off", changed("linear"), TASK))
    wrong = repository.case("wrong", tagger())
    (wrong / "case.toml").write_text("sumary = 1\n")
    repository.run("golden", "--parity-examples=3")
    made = {
        "gate": json.loads((folder / "report.json").read_text()),
        "golden": json.loads(golden.read_text()),
    }
    runs = folder / "runs"
    runs.mkdir()
    (runs / "gate.json").write_text((folder / "report.json").read_text())
    told = CliRunner().invoke(history, [str(runs), "--json", str(folder / "history.json")])
    assert told.exit_code == 0, told.output
    made["history"] = json.loads((folder / "history.json").read_text())
    for name, verb, case in (("matrix", matrix, "well"), ("check of a case", check, "off")):
        file = folder / f"{verb.name}.json"
        words = [str(folder / "golden" / case), "--max-examples", "3", "--json", str(file)]
        assert CliRunner().invoke(verb, words, standalone_mode=False).return_value in (0, 1)
        made[name] = json.loads(file.read_text())
    return made


def _once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Documents]
) -> Documents:
    def build(folder: Path) -> None:
        (folder / "documents.json").write_text(json.dumps(make(folder)))

    parsed: Documents = json.loads((once(factory, name, build) / "documents.json").read_text())
    return parsed


@pytest.fixture
def documents(
    request: pytest.FixtureRequest, commanded: Documents, gated: Documents
) -> Sequence[tuple[str, Document]]:
    """All of them, each by the name of its schema."""
    return [(key.split()[0], made) for key, made in {**commanded, **gated}.items()]
