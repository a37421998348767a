"""The header at once, notes as they come, the verdict first; wide, narrow, coloured and plain."""

import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from parity.report import terminal
from parity.report.console import Plain
from parity.report.watched.begun import Begun
from parity.report.watched.live import LiveLine
from parity.verify.progress import Step
from parity.verify.request import Effort, Request
from parity.verify.result import Result
from parity.verify.run import verify
from tests.screen import Screen
from tests.verify.conftest import Bench, tagger


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("begun"))


@pytest.fixture(scope="module")
def broken(bench: Bench) -> Request:
    path = bench.save("broken", tagger(broken_id=37))
    return bench.request(path, effort=Effort(5, shrink_s=20))


@pytest.fixture(scope="module")
def steps(broken: Request) -> tuple[list[Step], Result]:
    """All that a run told, and what came of it."""
    told: list[Step] = []
    return told, verify(broken, told.append)


def plain(width: int = 200, *, color: bool = False) -> tuple[Plain, StringIO]:
    file = StringIO()
    system = "standard" if color else None
    return Plain(file=file, width=width, color_system=system, force_terminal=color), file


def test_the_header_stands_before_anything_runs_and_each_note_once(
    steps: tuple[list[Step], Result], broken: Request
) -> None:
    console, file = plain()
    with Begun(broken, console, LiveLine(plain()[0])) as begun:
        assert re.fullmatch(r"reference \S+ \(ort\)\ncandidate \S+ \(ort\)\n", file.getvalue())
        before = file.getvalue()
        for step in steps[0]:
            begun(step)
    result = steps[1]
    terminal.show(result, console, told=begun.notes)
    text = file.getvalue()
    assert text.startswith(before)
    for note in result.notes:
        assert text.count(f"          {note}\n") == 1
    assert text.index("inputs: ids") < text.index("differs: 1 finding")


def test_notes_come_while_the_engines_load(steps: tuple[list[Step], Result]) -> None:
    first = next(i for i, step in enumerate(steps[0]) if step.told)
    assert [s.stage for s in steps[0][: first + 1]] == ["load", "load"]


def test_totals_don_t_jump(steps: tuple[list[Step], Result], bench: Bench) -> None:
    told: list[Step] = []
    result = verify(bench.request(effort=Effort(20)), told.append)
    counted = [s for s in told if s.stage in ("boundary", "generate", "target")]
    assert {s.total for s in counted} == {result.boundary + 20}
    assert [s.done for s in counted] == sorted(s.done for s in counted)
    assert counted[-1].done == result.verdict.examples == counted[-1].total
    assert {s.total for s in steps[0] if s.stage == "boundary"} == {steps[1].boundary + 5}
    shrunk = [s for s in steps[0] if s.stage == "shrink"]
    assert shrunk
    assert all(s.ends is not None for s in shrunk)


def test_the_verdict_comes_first_and_notes_last(steps: tuple[list[Step], Result]) -> None:
    console, file = plain()
    terminal.show(steps[1], console, told=())
    lines = [line for line in file.getvalue().splitlines() if line]
    heads = [line.split()[0] for line in lines if line[0] != " "]
    assert heads == [
        "differs:", "finding", "smallest", "worst", "output", "logits", "engines", "opset",
    ]  # fmt: skip
    assert lines[-1].startswith("          ")
    # Nothing printed before: it is said what was compared with what.
    console, file = plain()
    terminal.show(steps[1], console)
    assert re.findall(r"^(reference|candidate) ", file.getvalue(), re.MULTILINE) == [
        "reference", "candidate",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [40, 60, 120])
def test_at_a_terminal_what_is_too_long_goes_on_where_it_began(
    steps: tuple[list[Step], Result], width: int
) -> None:
    result = replace(steps[1], notes=("a note of many words " * 12,))
    console, file = plain(width, color=True)
    terminal.show(result, console, told=())
    lines = Screen(10_000).feed(file.getvalue()).lines
    (start,) = (i for i, line in enumerate(lines) if line.startswith("finding"))
    end = next(i for i, line in enumerate(lines) if line.startswith("smallest"))
    assert end - start > 1 or width > 100
    for line in [*lines[start + 1 : end], *(n for n in lines if "note of" in n)]:
        assert line.startswith(" " * 10)
        assert not line[10].isspace()
        assert len(line) <= width
    # A file gets one line, to be searched.
    console, file = plain(width)
    terminal.show(result, console, told=())
    assert result.notes[0].strip() in file.getvalue()


def test_no_color_has_none(
    steps: tuple[list[Step], Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    for coloured in (True, False):
        if not coloured:
            monkeypatch.setenv("NO_COLOR", "1")
        console, file = plain(100, color=True)
        terminal.show(steps[1], console, told=())
        assert Screen(1000).feed(file.getvalue()).coloured == coloured


def test_what_is_to_be_copied_is_one_line(steps: tuple[list[Step], Result], tmp_path: Path) -> None:
    folder = tmp_path / ("long " * 20)
    folder.mkdir()
    (folder / "repro.py").write_text("")
    console, file = plain(40, color=True)
    terminal.show(steps[1], console, told=(), bundle=folder)
    assert f"replay    python '{folder}/repro.py'\n" in file.getvalue()


def test_a_header_that_can_not_be_printed_ends_no_run(broken: Request) -> None:
    class Full(StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    with Begun(broken, Plain(file=Full(), width=80), LiveLine(plain()[0])) as begun:
        begun(Step("load", told=("a",)))
    assert begun.notes is None
