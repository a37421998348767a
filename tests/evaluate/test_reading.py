"""Questions on contexts, with the small trained model; long contexts are read in windows."""

import json
from pathlib import Path

import numpy as np
import pytest

from parity.cli.main import parity
from parity.zoo.train import told

IDLE = "天气很好。路上的人不多。"


def command(*arguments: str) -> int:
    with parity.make_context("parity", list(arguments)) as context:
        return int(parity.invoke(context))


def data(folder: Path, *, before: str = "") -> Path:
    """Questions on one fact each, of people that training never saw; SQuAD's JSON."""
    rng = np.random.default_rng(11)
    asked = [told.asked(rng, facts=1, held_out=True) for _ in range(12)]
    paragraphs = [
        {
            "context": before + a.story,
            "qas": [{"id": str(i), "question": a.question, "answers": [{"text": a.answer}]}],
        }
        for i, a in enumerate(asked)
    ]
    folder.mkdir(exist_ok=True)
    (folder / "dev.json").write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), "utf-8")
    return folder


@pytest.mark.slow
def test_questions_are_answered_alike_and_mostly_right(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    arguments = ("evaluate", "golden/ernie-tiny-qa", "--precision", "fp32", "--json", str(out))
    assert command(*arguments, "--data", str(data(tmp_path / "short"))) == 0
    reference, candidate = json.loads(out.read_text())["systems"]
    assert list(reference["figures"]) == ["exact match", "f1"]
    assert reference["figures"]["exact match"] > 60
    assert reference["figures"]["f1"] >= reference["figures"]["exact match"]
    assert candidate["flips"]["total"] == 0
    # Behind more than fits into one window of 128 tokens, the answer is still found in a later one.
    # Positions there are as in training, so that a window reads as a short text does.
    assert command(*arguments, "--data", str(data(tmp_path / "long", before=IDLE * 20))) == 0
    reference, candidate = json.loads(out.read_text())["systems"]
    assert reference["answers"] == 12
    assert candidate["flips"]["total"] == 0
    assert reference["figures"]["exact match"] > 0, "none lies in the first window"


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
