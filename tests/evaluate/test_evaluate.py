"""A case over data, with real engines: figures, flips, limits, and what can't pass."""

import json
from collections.abc import Sequence
from pathlib import Path

import onnx
import pytest

from parity.case import load
from parity.cli.main import parity
from parity.errors import CaseError, EngineError, InputError, UsageError
from parity.evaluate.rate import told
from parity.gate.cell import Cell
from parity.gate.models import Roots
from parity.gate.record import ask, asked_of
from parity.gate.run import Settings
from parity.verify.request import Effort
from tests.gate.repository import Repository, changed
from tests.schemas.test_documents import problems
from tests.verify.conftest import tagger

TASK = '[task]\nname = "token_cls"\nlabels = ["O", "B-PER", "I-PER"]\n'
TEXTS = ("a b c", "h e l l o", "t h e c a t s a t", "z z z y", "a 1 b 2 c 3", "o n e", "x",
         "p a r i t y 3", "q u i c k b r o w n f o x", "5 6 7 8")  # fmt: skip


def command(*arguments: str) -> int:
    with parity.make_context("parity", list(arguments)) as context:
        return int(parity.invoke(context))


def labelled(case: Path, folder: Path) -> Path:
    """What the reference itself says, as CoNLL's lines: it is right everywhere."""
    found = load(case)
    asked = asked_of(
        Cell(found, found.opset, "fp32", found.inputs[0]), Settings(Roots(), Effort(5)),
        candidate=False,
    )  # fmt: skip
    lines: list[str] = []
    for answered in ask(asked, "reference", TEXTS):
        tokens = answered.text.split()
        starts = [len(" ".join(tokens[:i])) + bool(i) for i in range(len(tokens))]
        spans = {(e.start, e.end) for e in answered.answer.entities}
        for start, token in zip(starts, tokens, strict=True):
            inside = [s for s in spans if s[0] <= start <= s[1]]
            tag = "O" if not inside else "B-PER" if inside[0][0] == start else "I-PER"
            lines.append(f"{token} {tag}")
        lines.append("")
    folder.mkdir()
    (folder / "dev.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def measured(
    tmp_path: Path, candidate: onnx.ModelProto, rest: str = "", more: Sequence[str] = ()
) -> tuple[int, dict[str, object]]:
    repository = Repository(tmp_path)
    case = repository.case("tags", candidate, TASK, rest=rest)
    data = labelled(case, tmp_path / "data")
    out = tmp_path / "out.json"
    code = command("evaluate", str(case), "--data", str(data), "--json", str(out), *more)
    document = json.loads(out.read_text())
    assert problems("evaluate", document) == []
    return code, document


def candidate_of(document: dict[str, object]) -> dict[str, object]:
    systems = document["systems"]
    assert isinstance(systems, list)
    assert [s["role"] for s in systems] == ["reference", "candidate"]
    found: dict[str, object] = systems[1]
    return found


def test_the_same_function_flips_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, document = measured(tmp_path, tagger(), "[limits]\nmax_accuracy_drop = 0.0\n")
    found = candidate_of(document)
    assert (code, document["passed"], document["verdict"]) == (0, True, "measured")
    assert found["flips"] == {"total": 0, "lost": 0, "won": 0, "other": 0, "p": 1.0}
    assert found["answers"] == len(TEXTS)
    assert document["judged"] == ["tags fp32 ort"]
    assert "tags  fp32" in capsys.readouterr().out


LIMITS = "[limits]\nmax_flips = 0.9\n[limits.fp32]\nmax_accuracy_drop = 1.0\nmax_flips = 0.1\n"


def test_another_function_is_beyond_the_limits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, document = measured(tmp_path, changed("linear"), LIMITS)
    assert code == 1
    assert document["passed"] is False
    findings = document["findings"]
    assert isinstance(findings, list)
    assert [f["kind"] for f in findings] == ["accuracy-dropped", "too-many-flips"]
    found = candidate_of(document)
    flips = found["flips"]
    assert isinstance(flips, dict)
    assert flips["lost"] > 2
    assert flips["total"] == flips["lost"] + flips["won"] + flips["other"]
    assert findings[1]["flips"] == flips["total"]
    shown = capsys.readouterr().out
    assert "dropped by" in shown
    assert "allowed 10.00%" in shown


def test_without_limits_figures_are_told_and_nothing_is_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, document = measured(tmp_path, changed("linear"))
    assert (code, document["judged"]) == (0, [])
    assert "judged    nothing" in capsys.readouterr().out


def test_a_candidate_that_fails_is_a_finding(tmp_path: Path) -> None:
    rest = '[engines.candidate]\nengine = "fake"\nof = "ort"\nfault = "raise"\nwhen = "run"\n'
    code, document = measured(tmp_path, tagger(), rest)
    findings = document["findings"]
    assert isinstance(findings, list)
    assert (code, [f["kind"] for f in findings]) == (1, ["candidate-failed"])
    assert document["passed"] is False


def test_a_candidate_of_nan_is_a_finding(tmp_path: Path) -> None:
    rest = '[engines.candidate]\nengine = "fake"\nof = "ort"\nfault = "nan"\n'
    # One by one: in a batch it may lie in the padding, which nobody reads.
    code, document = measured(tmp_path, tagger(), rest, ["--batch", "1"])
    assert (code, document["passed"]) == (1, False)


def test_a_reference_that_fails_is_an_error(tmp_path: Path) -> None:
    case = Repository(tmp_path).case(
        "tags", tagger(), TASK,
        rest='[engines.reference]\nengine = "fake"\nof = "ort"\nfault = "raise"\n',
    )  # fmt: skip
    (tmp_path / "dev.txt").write_text("a O\n", "utf-8")
    with pytest.raises(EngineError, match="planted"):
        command("evaluate", str(case), "--data", str(tmp_path))


def test_bad_lines_are_counted_and_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = Repository(tmp_path).case("tags", tagger(), TASK)
    (tmp_path / "test.txt").write_text("a O\n\nb\n\nc B-LOC\n\nd B-PER\n", "utf-8")
    command("evaluate", str(case), "--data", str(tmp_path), "--split", "test", "--json", "-")
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert document["data"]["rows"] == 2
    assert [b["line"] for b in document["data"]["bad"]] == [3, 5]
    assert "2 lines can't be used" in captured.err
    assert "test.txt:5: 'B-LOC' is no tag of the model" in captured.err


def test_what_cannot_be_measured_is_an_error(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    case = repository.case("tags", tagger(), TASK)
    bare = repository.case("bare", tagger())
    with pytest.raises(InputError, match="no such folder"):
        command("evaluate", str(case), "--data", str(tmp_path / "gone"))
    (tmp_path / "dev.txt").write_text("nothing\n", "utf-8")
    with pytest.raises(InputError, match="no line can be used"):
        command("evaluate", str(case), "--data", str(tmp_path))
    (tmp_path / "dev.txt").write_text("a O\n", "utf-8")
    with pytest.raises(CaseError, match="has no task"):
        command("evaluate", str(bare), "--data", str(tmp_path))
    with pytest.raises(CaseError, match="no candidate was asked"):
        command("evaluate", str(case), "--data", str(tmp_path), "--precision", "int8")
    with pytest.raises(UsageError, match="takes a file"):
        command("evaluate", str(case), "--data", str(tmp_path), "--markdown", "-")


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ("[limits]\nmax_accuracy_drop = -1\n", "points from 0"),
        ("[limits.int8]\nmax_flips = 1.5\n", "share from 0"),
        ("[limits]\nmax_flip = 0.1\n", 'did you mean "max_flips"'),
        ("[limits.fp8]\nmax_flips = 0.1\n", "fp8"),
    ],
)
def test_limits_are_closed_keys(tmp_path: Path, rest: str, words: str) -> None:
    case = Repository(tmp_path).case("tags", tagger(), rest=rest)
    with pytest.raises(CaseError, match=words):
        load(case)


def test_a_precision_has_the_general_limits_but_its_own(tmp_path: Path) -> None:
    found = load(Repository(tmp_path).case("tags", tagger(), rest=LIMITS)).limits
    assert (found["int8"].max_flips, found["int8"].max_accuracy_drop) == (0.9, None)
    assert (found["fp32"].max_flips, found["fp32"].max_accuracy_drop) == (0.1, 1.0)
    assert found["int8"].of_data == ("max_flips",)
    bare = load(Repository(tmp_path / "bare").case("tags", tagger())).limits
    assert bare["fp32"].of_data == bare["fp32"].of_bench == ()


def test_two_cases_are_compared_to_the_first(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    one = repository.case("whole", tagger(), TASK)
    two = repository.case("pruned", changed("linear"), TASK, reference=changed("linear"))
    other = TASK.replace("I-PER", "I-LOC")
    three = repository.case("other", tagger(), other)
    data = labelled(one, tmp_path / "data")
    out, table = tmp_path / "out.json", tmp_path / "out.md"
    arguments = ["--data", str(data), "--json", str(out), "--markdown", str(table)]
    assert command("evaluate", str(one), str(two), *arguments) == 0
    systems = json.loads(out.read_text())["systems"]
    assert [(s["case"], s["role"]) for s in systems] == [
        ("whole", "reference"), ("whole", "candidate"), ("pruned", "candidate"),
    ]  # fmt: skip
    assert systems[2]["flips"]["lost"] > 2
    assert systems[2]["change"]["f1"] == pytest.approx(systems[2]["figures"]["f1"] - 100)
    rows = [line for line in table.read_text().splitlines() if line.startswith("| pruned")]
    assert len(rows) == 1
    assert f"({systems[2]['change']['f1']:+.2f})" in rows[0]
    with pytest.raises(CaseError, match="another than that of whole"):
        command("evaluate", str(one), str(three), "--data", str(data))


def test_rate_and_time_left() -> None:
    assert told("int8", 0, 90, 0.0) == "int8: 0/90"
    assert told("int8", 30, 90, 10.0) == "int8: 30/90, 3 a second, 20 s left"
    assert told("int8", 1, 2001, 1.0) == "int8: 1/2001, 1 a second, 33 min 20 s left"
    assert told("int8", 1, 9001, 1.0).endswith("2 h 30 min left")


def test_batches_do_not_change_answers(tmp_path: Path) -> None:
    for batch in ("1", "3", "32"):
        code, document = measured(tmp_path / batch, tagger(), more=["--batch", batch])
        flips = candidate_of(document)["flips"]
        assert code == 0
        assert isinstance(flips, dict)
        assert flips["total"] == 0


def not_judged(document: dict[str, object]) -> list[str]:
    findings = document["findings"]
    assert isinstance(findings, list)
    assert {f["kind"] for f in findings} == {"limit-not-judged"}
    return [f["cause"] for f in findings]


def evaluated(case: Path, data: Path, tmp_path: Path, *more: str) -> tuple[int, dict[str, object]]:
    out = tmp_path / "out.json"
    code = command("evaluate", str(case), "--data", str(data), "--json", str(out), *more)
    document = json.loads(out.read_text())
    assert problems("evaluate", document) == []
    return code, document


def test_a_reference_that_finds_nothing_judges_no_drop(tmp_path: Path) -> None:
    """F1 0 can't drop: such a limit lets everything pass."""
    case = Repository(tmp_path).case("tags", tagger(), TASK, rest=DROP)
    (tmp_path / "dev.txt").write_text("a O\nb B-PER\nc I-PER\nd I-PER\ne I-PER\nf I-PER\n\n" * 12)
    code, document = evaluated(case, tmp_path, tmp_path)
    systems = document["systems"]
    assert isinstance(systems, list)
    assert systems[0]["figures"]["f1"] == 0
    assert code == 1
    assert "nothing found has 0.00" in not_judged(document)[0]


DROP = "[limits]\nmax_accuracy_drop = 50.0\n"


def test_data_of_which_little_can_be_used_judges_nothing(tmp_path: Path) -> None:
    case = Repository(tmp_path).case("tags", tagger(), TASK, rest=DROP)
    data = labelled(case, tmp_path / "data")
    text = (data / "dev.txt").read_text()
    (data / "dev.txt").write_text(text + "b B-LOC\n\n" * 3)
    code, document = evaluated(case, data, tmp_path)
    assert code == 1
    assert "3 of 13 lines can't be used" in not_judged(document)[0]


def test_few_rows_judge_nothing(tmp_path: Path) -> None:
    case = Repository(tmp_path).case("tags", tagger(), TASK, rest=DROP)
    data = labelled(case, tmp_path / "data")
    code, document = evaluated(case, data, tmp_path, "--limit", "9")
    assert code == 1
    assert "10 rows at least" in not_judged(document)[0]


def test_a_precision_that_was_left_out_is_not_judged(tmp_path: Path) -> None:
    head = 'summary = "a tagger"\nprecisions = ["fp32", "int8"]\n'
    rest = "[limits.int8]\nmax_flips = 0.5\n"
    case = Repository(tmp_path).case("tags", tagger(), TASK, rest=rest, head=head)
    data = labelled(case, tmp_path / "data")
    code, document = evaluated(case, data, tmp_path, "--precision", "fp32")
    assert code == 1
    assert not_judged(document) == ["this run left the precision out"]
