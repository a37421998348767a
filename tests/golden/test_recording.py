"""Recording, and asking one side, on a small model; what changed is told as a person reads it."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parity import golden
from parity.case import load
from parity.cli.main import parity
from parity.compare.answers import GoldenDiffers
from parity.errors import CaseError, UsageError
from parity.gate import drift
from parity.gate.cell import Cell
from parity.gate.models import Roots
from parity.gate.record import ask, asked_of, record
from parity.gate.run import Settings
from parity.golden import Golden
from parity.review.changes import groups
from parity.review.decide import read
from parity.tasks._guide import RULER, printed
from parity.verify.request import Effort, Recorded
from tests.gate.repository import SENTENCES, TASK, Repository, changed
from tests.verify.conftest import tagger

SETTINGS = Settings(Roots(), Effort(5))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repository = Repository(tmp_path_factory.mktemp("recording"))
    return repository.record(repository.case("tags", changed("linear"), TASK))


def command(*arguments: str) -> int:
    with parity.make_context("parity", list(arguments)) as context:
        return int(parity.invoke(context))


def test_logits_are_kept_without_padding(case: Path) -> None:
    found = golden.load(case / "golden.json")
    assert [s.text for s in found.sentences] == list(SENTENCES)
    for sentence in found.sentences:
        assert sentence.logits is not None
        assert sentence.logits.shape[1] == 3
        # [CLS] and [SEP] around; cut at 12.
        assert 2 <= len(sentence.logits) <= min(12, len(sentence.text) + 2)


def test_a_batch_records_what_single_sentences_record(case: Path) -> None:
    alone = record(load(case), SETTINGS, SENTENCES)
    together = record(replace(load(case), golden_batch=4), SETTINGS, SENTENCES)
    assert together.sentences == alone.sentences
    assert groups(alone, together) == ()


def test_many_long_texts_at_once_are_cut_no_shorter(case: Path) -> None:
    texts = [f"{i} " + "abc " * 80 for i in range(64)]
    wide = replace(load(case), golden_batch=64)
    wide = replace(wide, inputs=(replace(wide.inputs[0], max_length=60),))
    for sentence in record(wide, SETTINGS, texts).sentences:
        assert sentence.logits is not None
        assert len(sentence.logits) == 60


def test_both_sides_answer(case: Path) -> None:
    found = load(case)
    asked = asked_of(Cell(found, 13, "fp32", found.inputs[0]), SETTINGS, candidate=True)
    mine = [a.answer for a in ask(asked, "reference", SENTENCES)]
    other = [a.answer for a in ask(asked, "candidate", SENTENCES)]
    assert [a.shown for a in mine] == [s.shown for s in golden.load(case / "golden.json").sentences]
    assert mine != other  # its weights are others


def test_no_text_or_one_twice_is_an_error(case: Path) -> None:
    with pytest.raises(CaseError, match="no text"):
        record(load(case), SETTINGS, [])
    with pytest.raises(CaseError, match="'a' is there twice"):
        record(load(case), SETTINGS, ["a", "b", "a"])


def test_a_case_without_a_task_has_no_answers(tmp_path: Path) -> None:
    folder = Repository(tmp_path).case("none", tagger())
    with pytest.raises(CaseError, match="has no task"):
        record(load(folder), SETTINGS, ["a"])


def test_recording_again_changes_nothing(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (case / "golden.json").stat().st_mtime_ns
    assert command("record", str(case)) == 0
    assert "6 sentences, nothing changed; left as it is" in capsys.readouterr().out
    assert (case / "golden.json").stat().st_mtime_ns == before


def test_what_changed_is_told_and_waits_for_a_review(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "drifted"
    shutil.copytree(case, folder)
    shutil.copy(folder / "cand.onnx", folder / "ref.onnx")
    before = (folder / "golden.json").read_bytes()
    assert command("record", str(folder), "--dry-run") == 0
    told = capsys.readouterr().out
    assert "the parameters file recorded was" in told
    assert "'hello 7'" in told
    assert "    before " in told
    assert "    now    " in told
    assert "away from that]" in told
    assert not (folder / "golden.pending.json").exists()
    assert command("record", str(folder)) == 0
    assert f"waits until somebody has looked: parity review {folder}" in capsys.readouterr().out
    assert (folder / "golden.json").read_bytes() == before
    waits = read(folder / "golden.json")
    assert waits is not None
    assert waits.groups[0].name == "origin"
    assert len(waits.groups) > 1
    # The model that it was is there again: nothing waits any more.
    shutil.copy(case / "ref.onnx", folder / "ref.onnx")
    assert command("record", str(folder)) == 0
    assert "left as it is; what waited for a review is gone" in capsys.readouterr().out
    assert not list(folder.glob("golden.pending*"))


def test_texts_come_from_a_file_one_a_line(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "texts"
    shutil.copytree(case, folder)
    (tmp_path / "texts.txt").write_text("abc\n\nline\u2028break\n", "utf-8")
    assert command("record", str(folder), "--texts", str(tmp_path / "texts.txt")) == 0
    texts = [s.text for s in golden.load(folder / "golden.pending.json").sentences]
    assert texts == ["abc", "", "line\u2028break"]
    told = capsys.readouterr().out
    assert "    new    " in told
    assert "    gone   " in told


def test_a_file_without_any_text_records_nothing(case: Path, tmp_path: Path) -> None:
    before = (case / "golden.json").read_bytes()
    (tmp_path / "none.txt").touch()
    with pytest.raises(CaseError, match=r"none\.txt: is empty; give one text a line"):
        command("record", str(case), "--texts", str(tmp_path / "none.txt"))
    assert (case / "golden.json").read_bytes() == before


def test_a_text_that_is_no_text_is_refused(case: Path) -> None:
    with pytest.raises(UsageError, match="text 2: not UTF-8"):
        command("predict", str(case), "abc", os.fsdecode(b"ab\xff"))


def test_the_first_recording_needs_texts_and_waits_too(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "first"
    shutil.copytree(case, folder)
    (folder / "golden.json").unlink()
    with pytest.raises(CaseError, match="no golden yet; give its sentences with --texts FILE"):
        command("record", str(folder))
    (tmp_path / "texts.txt").write_text("abc\nhello 7\n", "utf-8")
    assert command("record", str(folder), "--texts", str(tmp_path / "texts.txt")) == 0
    told = capsys.readouterr().out
    assert "2 changes; 2 sentences now" in told
    assert "'hello 7'\n    " in told  # with its answer, for who decides whether it is right
    assert not (folder / "golden.json").exists()
    assert command("review", str(folder), "--reject", "all", "--reason", "wrong") == 0
    assert "there is no golden, and the gate stays red" in capsys.readouterr().out
    assert command("record", str(folder), "--texts", str(tmp_path / "texts.txt")) == 0
    assert command("review", str(folder), "--accept", "new text", "--reason", "first") == 0
    assert len(golden.load(folder / "golden.json").sentences) == 2


def test_a_golden_edited_by_hand_is_only_recorded_anew_with_its_texts_given(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "edited"
    shutil.copytree(case, folder)
    text = (folder / "golden.json").read_text("utf-8")
    (folder / "golden.json").write_text(text.replace('"abc"', '"abd"'), "utf-8")
    with pytest.raises(CaseError, match="edited by hand"):
        command("record", str(folder))
    (tmp_path / "texts.txt").write_text("abc\n", "utf-8")
    assert command("record", str(folder), "--texts", str(tmp_path / "texts.txt")) == 0
    assert "edited by hand" in capsys.readouterr().out


def test_what_a_guide_says_is_never_replaced(case: Path, tmp_path: Path) -> None:
    folder = tmp_path / "guide"
    shutil.copytree(case, folder)
    golden.save(folder / "golden.json", Golden((Recorded("abc", ()),), None, "the guide"))
    with pytest.raises(CaseError, match="holds what the guide says, which no recording replaces"):
        command("record", str(folder))


def test_predict_prints_what_the_guides_print(
    case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("predict", str(case), "abc") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["input data: abc", "The model detects all entities:"]
    assert lines[-1] == RULER
    assert command("predict", str(case), "hello 7", "--engine", "both") == 1
    told = capsys.readouterr().out
    assert told.index("reference (ort):") < told.index("candidate (ort, fp32):")


def test_drift_is_told_for_people() -> None:
    then = Recorded("北京", ("北京 LOC [0, 1]",), None, np.array([[3.0, 1.0], [2.0, 0.0]]))
    now = replace(then, shown=(), logits=np.array([[0.0, 1.0], [2.0, 0.0]]))
    changes = drift.between(Golden((then,), None), Golden((now,), None))
    assert drift.lines(changes) == [
        "'北京'",
        "    before 北京 LOC [0, 1]",
        "    now    nothing  [was 2 away from that]",
    ]
    assert drift.between(Golden((then,), None), Golden((then,), None)) == []
    moved = Recorded("a", ("x",), 0.5), Recorded("a", ("x",), 0.6)
    (change,) = drift.between(Golden((moved[0],), None), Golden((moved[1],), None))
    assert (change.before, change.now) == ("x (0.5)", "x (0.6)")
    hardly = Recorded("a", ("x",), 0.5 + 1e-6)
    assert drift.between(Golden((moved[0],), None), Golden((hardly,), None)) == []


def test_findings_become_drift() -> None:
    found = drift.found([GoldenDiffers("candidate", "a", ("x",), ("y",), 0.25, 0.5, 0.6), "other"])
    assert drift.lines(found) == [
        "'a'",
        "    before x (0.5)",
        "    now    y (0.6)  (candidate)  [was 0.25 away from that]",
    ]


def test_printed_is_the_guides_format() -> None:
    from parity.tasks import Answer
    from parity.tasks._entity import Entity

    text = "北京的涮肉"
    entity = Entity("LOC", 0, 1, "北京")
    assert printed(text, Answer((str(entity),), (), entities=(entity,))) == [
        "input data: 北京的涮肉",
        "The model detects all entities:",
        "entity: 北京   label: LOC   pos: [0, 1]",
        "-----------------------------",
    ]
    assert printed("车", Answer(("news_car",), (6,), 0.554353654384613)) == [
        "input data: 车",
        "seq cls result:",
        "label: news_car   confidence: 0.554353654384613",
        "-----------------------------",
    ]
