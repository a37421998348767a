"""What a case says of its inputs, and the feeds that it brings, go through the gate."""

import shlex
from pathlib import Path

import numpy as np
import onnx
import pytest

from parity.case import load
from parity.errors import CaseError
from parity.gate.cells import cells
from parity.gate.models import Roots
from parity.gate.run import Settings, run
from parity.verify.again import line as check
from parity.verify.request import Effort
from tests.gate.repository import Repository
from tests.verify.conftest import tagger
from tests.verify.test_own_feeds import word_tagger

SETTINGS = Settings(Roots(), Effort(5, shrink_s=30))


def result(folder: Path, name: str):  # type: ignore[no-untyped-def]
    cell = next(c for c in cells(load(folder), engine=None) if c.inputs.name == name)
    return run(cell, SETTINGS)


def test_a_case_with_feeds_finds_what_they_show(repository: Repository, tmp_path: Path) -> None:
    bad = onnx.load(word_tagger(tmp_path / "bad.onnx", (37, 23, 31)))
    folder = repository.case("own", bad, rest='[inputs.own]\nfeeds = "feeds"\nexamples = 5')
    feeds = folder / "feeds"
    feeds.mkdir()
    np.savez(feeds / "harmless.npz", ids=np.array([[5, 6, 7]]))
    np.savez(feeds / "word.npz", ids=np.array([[5, 37, 23, 31, 7]]))
    assert result(folder, "short").status == "passed"
    found = result(folder, "own")
    assert found.status == "failed"
    assert found.result is not None
    assert found.result.feeds == 2
    assert found.result.minimal is not None
    assert "own feed word.npz" in found.result.minimal.example.label
    again = shlex.split(check(found.result.request))
    assert again[again.index("--feeds") + 1] == str(feeds)
    (feeds / "word.npz").unlink()
    assert result(folder, "own").status == "passed"
    (feeds / "harmless.npz").write_bytes(b"PK")
    broken = result(folder, "own")
    assert broken.status == "error"
    assert "harmless.npz: damaged" in broken.reason
    (feeds / "harmless.npz").unlink()
    assert "holds no feed" in result(folder, "own").reason


def test_a_case_says_what_its_inputs_take(repository: Repository) -> None:
    said = '[inputs.said]\ninput = ["ids: int64[n=1..2,t=4k<=16] ids of 50"]\nexamples = 5'
    folder = repository.case("said", tagger(), rest=said)
    found = result(folder, "said")
    assert found.status == "passed"
    assert found.result is not None
    (spec,) = found.result.signature.inputs
    assert found.result.signature.said == ("ids",)
    assert [rule.symbol for rule in spec.extents] == ["n", "t"]
    again = shlex.split(check(found.result.request))
    assert again[again.index("--input") + 1] == "ids: int64[n=1..2,t=4k<=16] ids of 50"
    wrong = repository.case("not so", tagger(), rest='[inputs.x]\ninput = ["idss: ids of 30"]')
    reason = result(wrong, "x").reason
    assert 'case.toml: [inputs.x] input: no input "idss"; did you mean "ids"?' in reason


def test_a_file_is_of_the_opset_that_the_case_says(repository: Repository) -> None:
    folder = repository.case("is", tagger(), "[candidate]\npath = 'cand.onnx'\nopset = 12")
    text = (folder / "case.toml").read_text().replace('[candidate]\npath = "cand.onnx"\n', "", 1)
    (folder / "case.toml").write_text(text)
    reason = result(folder, "short").reason
    assert "case.toml: [candidate] opset says 12, and cand.onnx is of opset 13" in reason
    (folder / "case.toml").write_text(text.replace("opset = 12", "opset = 13"))
    assert result(folder, "short").status == "passed"


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ('input = ["ids: itn64[n]"]', r'case.toml:\d+: \[inputs.x\] input .* no dtype "itn64"'),
        ('input = "ids: int64[n]"', '"input" must be a list'),
        ('feeds = ["a"]', '"feeds" must be a string'),
        ('feeds = ""', '"feeds" must name a file or a folder'),
        ('picture = "scale=1"', '"picture" goes with "feeds"'),
        ('feed = "a"', 'no key "feed"; did you mean "feeds"'),
    ],
)
def test_a_wrong_key_is_told_with_its_line(repository: Repository, rest: str, message: str) -> None:
    folder = repository.case("wrong", tagger(), rest=f"[inputs.x]\n{rest}")
    with pytest.raises(CaseError, match=message):
        load(folder)
