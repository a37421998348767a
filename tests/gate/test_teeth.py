"""What must not get through a release, each as a case; all of them in one session."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from parity import golden
from tests.gate.repository import TASK, XFAIL, Ran, Repository, at_opset, changed
from tests.verify.conftest import tagger

HEALTHY = ("healthy", "no-golden", "upgrade")
CELL = "[file-fp32-short]"


def plant(repository: Repository) -> None:
    """All the cases; the healthy ones as well, which show that the others aren't red anyway."""
    healthy = repository.record(repository.case("healthy", tagger(), TASK))
    repository.case("no-golden", tagger())
    repository.case("weight", changed("linear", by=1e-3))
    repository.case("typo", tagger(), head='summary = "x"\nprecisons = ["fp32"]')
    repository.case("passes", tagger(), rest=XFAIL)
    repository.case("expected", tagger(broken_id=37), rest=XFAIL)
    half = 'precisions = ["fp16"]\n[candidate]\nopset = 7\n'
    repository.case("lower", None, half, reference=at_opset(11))
    repository.case("upgrade", None, f"{half}upgrades = [11]", reference=at_opset(11))
    # An ONNX reference is its own export; a copy of it is no export either.
    repository.case("own-export", None, reference=at_opset(13))
    copied = repository.case("copied", tagger())
    shutil.copy(copied / "ref.onnx", copied / "cand.onnx")
    linked = repository.case("linked", tagger())
    (linked / "cand.onnx").unlink()
    (linked / "cand.onnx").symlink_to("ref.onnx")
    repository.case("stated", tagger(), "", reference=changed("words"))
    _edit(repository.root / "golden" / "stated" / "case.toml", 'path = "ref.onnx"',
          f'path = "ref.onnx"\nsha256 = "{"0" * 64}"')  # fmt: skip
    for name in ("labels", "deleted", "edited", "replaced", "vocabulary", "excused"):
        folder = repository.case(name, tagger(), TASK)
        for file in ("golden.json", "golden.npz"):
            shutil.copy(healthy / file, folder)
    root = repository.root / "golden"
    _edit(root / "labels" / "case.toml", '"B-PER", "I-PER"', '"I-PER", "B-PER"')
    (root / "deleted" / "golden.json").unlink()
    _answer(root / "edited" / "golden.json")
    other = changed("words").SerializeToString()
    for file in ("ref.onnx", "cand.onnx"):
        (root / "replaced" / file).write_bytes(other)
        (root / "excused" / file).write_bytes(other)
    with (root / "excused" / "case.toml").open("a") as case:
        case.write(XFAIL)
    _edit(root / "vocabulary" / "vocab.txt", "a\nb\n", "b\na\n")


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def _answer(file: Path) -> None:
    data = json.loads(file.read_text())
    data["sentences"][0]["shown"] = ["PER"]
    file.write_text(json.dumps(data))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    repository = Repository(tmp_path_factory.mktemp("teeth"))
    plant(repository)
    return repository.run("golden")


@pytest.mark.slow
def test_the_session_is_red(ran: Ran) -> None:
    assert ran.code == 1, ran.text


@pytest.mark.parametrize(
    ("cell", "status", "cause"),
    [
        (f"weight{CELL}", "failed", "would pass at rtol"),
        ("typo[case]", "error", 'no key "precisons"; did you mean "precisions"?'),
        (f"passes{CELL}", "xpassed", "expected to fail (known since May); drop that [[xfail]]"),
        (
            "lower[opset7-fp16-short]",
            "failed",
            "emitted at opset 11, not 7; if that is right, write upgrades = [11]",
        ),
        (f"stated{CELL}", "error", "is another model: its SHA-256 is"),
        ("own-export[opset13-fp32-short]", "error", "an ONNX reference is its own FP32 export"),
        (f"copied{CELL}", "error", "a model is compared with itself"),
        (f"linked{CELL}", "error", "a model is compared with itself"),
        (f"labels{CELL}", "error", "recorded from something else: the task"),
        (f"deleted{CELL}", "error", "golden.json: no golden"),
        (f"edited{CELL}", "error", "golden.json: was edited by hand"),
        (f"replaced{CELL}", "error", "recorded from something else: the parameters"),
        (f"vocabulary{CELL}", "error", "recorded from something else: the tokenizer"),
        (f"excused{CELL}", "error", "recorded from something else: the parameters"),
    ],
)
def test_it_is_red_with_its_cause(ran: Ran, cell: str, status: str, cause: str) -> None:
    assert ran.status(cell) == status, ran.text
    assert cause in ran.reason(cell)
    assert f"FAILED golden/{cell.partition('[')[0]}/case.toml::{cell}" in ran.text
    assert cause in ran.text


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        (f"healthy{CELL}", "passed"),
        (f"no-golden{CELL}", "passed"),
        (f"expected{CELL}", "xfailed"),
        ("upgrade[opset7-fp16-short]", "upgraded"),
    ],
)
def test_what_is_right_is_green(ran: Ran, cell: str, status: str) -> None:
    assert ran.status(cell) == status, ran.text
    assert f"FAILED golden/{cell.partition('[')[0]}/" not in ran.text


def test_a_golden_that_another_wrote_is_held_against_the_reference(repository: Repository) -> None:
    """Without provenance, as from a guide: an xfail excuses no reference that answers otherwise."""
    for name, rest in (("guide", ""), ("excused", XFAIL)):
        folder = repository.record(repository.case(name, tagger(), TASK, rest=rest))
        recorded = golden.load(folder / "golden.json")
        first, *others = recorded.sentences
        made_up = (replace(first, shown=("LOC (0, 1)",)), *others)
        golden.save(folder / "golden.json", replace(recorded, sentences=made_up, provenance=None))
    ran = repository.run("golden")
    for name in ("guide", "excused"):
        assert ran.status(f"{name}{CELL}") == "failed", ran.text
        assert "the reference says" in ran.reason(f"{name}{CELL}")


def test_a_weight_that_is_to_blame_is_named(ran: Ran) -> None:
    assert "cause     blamed: the weights. `linear" in ran.text


def test_there_is_no_traceback(ran: Ran) -> None:
    assert "Traceback" not in ran.text
    assert ".py:" not in ran.text


def test_totals_are_told(ran: Ran) -> None:
    totals = "2 passed, 1 upgraded, 1 xfailed, 2 failed, 1 xpassed, 11 error; "
    assert totals in ran.text, ran.text
    assert " elements compared, 0 ties" in ran.text
