"""Notes for GitHub: where they stand, what they say, and that nothing in them is a command."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.annotate import of_cells, of_result
from parity.annotate.note import MOST, Note, github, wanted
from parity.shown import workflow

HERE = {"GITHUB_WORKSPACE": "/repo"}

LINE = re.compile(r"::(error|warning)( [^:]*)?::(.*)")


def read(line: str) -> tuple[str, dict[str, str], str]:
    """As GitHub's runner reads it."""
    found = LINE.fullmatch(line)
    assert found, line
    pairs = [pair.partition("=") for pair in (found[2] or "").strip().split(",") if pair]
    back = {"%3A": ":", "%2C": ",", "%0A": "\n", "%0D": "\r", "%25": "%"}

    def plain(text: str) -> str:
        return re.sub("%3A|%2C|%0A|%0D|%25", lambda m: back[m[0]], text)

    return found[1], {name: plain(value) for name, _, value in pairs}, plain(found[3])


def finding(**fields: Any) -> dict[str, Any]:
    return {"kind": "values-differ", "message": "y[0]: 1, expected 2", **fields}


@given(st.text(), st.text(), st.text())
def test_whatever_is_in_a_note_it_is_one_line_and_one_command(a: str, b: str, c: str) -> None:
    line = workflow("error", [a, b], title=c, file=a)
    assert len(line.splitlines()) <= 1
    level, properties, message = read(line)
    assert level == "error"
    assert set(properties) == {"title", "file"}
    assert message.count("\n") == 1


def test_escapes_are_read_back_as_they_were() -> None:
    line = workflow("error", ["50% off, a: b", "second"], title="a,b:c=100%", file="x y.toml")
    assert read(line) == (
        "error",
        {"title": "a,b:c=100%", "file": "x y.toml"},
        "50% off, a: b\nsecond",
    )
    assert line == ("::error title=a%2Cb%3Ac=100%25,file=x y.toml::50%25 off, a: b%0Asecond")


def test_a_finding_of_a_check_is_at_its_model_with_its_rule_and_help() -> None:
    document = {"verdict": "differs", "findings": [finding()], "warnings": [finding(kind="w")]}
    made = list(of_result.notes(document, Path("/repo/out/m.onnx"), "parity check out/m.onnx"))
    error, warning = map(read, github(made, HERE))
    assert error == (
        "error",
        {"file": "out/m.onnx", "line": "1", "title": "parity: values-differ"},
        "y[0]: 1, expected 2\nsee it again: parity check out/m.onnx",
    )
    assert (warning[0], warning[1]["title"]) == ("warning", "parity: w")


def test_a_run_without_a_verdict_is_a_note() -> None:
    document = {"verdict": "error", "findings": [], "error": "no such file"}
    (made,) = of_result.notes(document, None, "")
    (line,) = github(iter([made]), HERE)
    assert read(line) == ("error", {"title": "parity: no verdict"}, "no such file")


def test_parity_has_no_note() -> None:
    assert list(of_result.notes({"verdict": "parity", "findings": []}, None, "")) == []


def cell(status: str, *findings: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "cell": "mine[opset13]", "status": status, "reason": "it differs", "inputs": "short",
        "result": {"findings": list(findings), "warnings": []}, **more,
    }  # fmt: skip


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "golden" / "mine" / "case.toml"
    path.parent.mkdir(parents=True)
    path.write_text('summary = "x"\n\n[inputs.long]\n[inputs.short]\nmax_length = 3\n')
    golden = path.with_name("golden.json")
    sentence = '  {\n   "text": "a \\"b\\" 京",\n   "shown": []\n  }'
    golden.write_text('{\n "sentences": [\n' + sentence + "]}\n")
    return path


def test_an_answer_is_noted_at_its_sentence(case: Path) -> None:
    (note,) = of_cells.notes(cell("failed", finding(text='a "b" 京')), case, "pytest x")
    assert (note.file, note.line) == (case.with_name("golden.json"), 4)


@pytest.mark.parametrize("found", [finding(), finding(text="of no golden")])
def test_another_finding_is_noted_where_the_case_says_how_it_is_fed(
    case: Path, found: dict[str, Any]
) -> None:
    (note,) = of_cells.notes(cell("failed", found), case, "pytest x")
    assert (note.file, note.line, note.rule) == (case, 4, "mine[opset13]: values-differ")


@pytest.mark.parametrize("status", ["failed", "xpassed", "error"])
def test_a_bad_cell_without_a_finding_has_its_reason(case: Path, status: str) -> None:
    made = cell(status) if status != "error" else cell(status, result=None)
    (note,) = of_cells.notes(made, case, "pytest x")
    assert note.level == "error"
    assert note.lines[0] == "it differs"


@pytest.mark.parametrize("status", ["passed", "upgraded", "xfailed", "not run"])
def test_a_good_cell_has_no_error(case: Path, status: str) -> None:
    assert list(of_cells.notes(cell(status, finding()), case, "")) == []


def test_no_more_than_github_shows_and_the_rest_is_counted() -> None:
    notes = [Note("error", str(n), ("x",)) for n in range(MOST + 5)]
    lines = github(notes, HERE)
    assert len(lines) == MOST
    assert read(lines[-1])[2].startswith("and 6 more")
    assert len(github(notes[:MOST], HERE)) == MOST


def test_they_are_wanted_in_a_workflow_or_if_asked_for() -> None:
    assert wanted("github", {})
    assert wanted("auto", {"GITHUB_ACTIONS": "true"})
    assert not wanted("auto", {})
    assert not wanted("none", {"GITHUB_ACTIONS": "true"})
