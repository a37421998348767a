"""``parity review``: for a script by group, for a person at a terminal; and the gate meanwhile."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from parity import golden
from parity.case import load
from parity.cli.main import parity
from parity.errors import CaseError, OutputError, UsageError
from parity.gate.cells import cells
from parity.gate.models import Roots
from parity.gate.run import Settings, run
from parity.review import who
from parity.verify.request import Effort
from tests.review.recorded import BEFORE, answers, sentence, waiting
from tests.signals import as_usual

ROOT = Path(__file__).parents[2]

CASE = """
summary = "a tagger"
golden = "golden.json"
[reference]
path = "not-here"
[task]
name = "token_cls"
labels = ["O", "B-PER", "I-PER"]
[[xfail]]
reason = "whatever happens"
issue = "tracker#1"
"""


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A case with a recording that waits; the working folder is the repository's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARITY_REVIEWER", "Ann")
    folder = tmp_path / "golden" / "tags"
    waiting(folder)
    (folder / "case.toml").write_text(CASE)
    return folder


def command(*arguments: str) -> int:
    with parity.make_context("parity", ["review", *arguments]) as context:
        return int(parity.invoke(context))


def test_a_script_sees_what_waits_and_decides_by_group(
    case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command() == 1
    told = capsys.readouterr().out
    assert "tags\n1/5 2 x ORG to LOC  was 3 to 0.25 away\n" in told
    assert "before    ⟦北京大学 ORG⟧的人\n" in told
    assert "now       ⟦北京大学 LOC⟧的人  [was 3 away from that]\n" in told
    last = "waiting for a decision: 6 in tags; the gate fails until they are made\n"
    assert told.endswith(last)
    assert command("-q") == 1
    assert capsys.readouterr().out == last
    assert command("tags", "--accept", "ORG to LOC", "--reason", "new  weights\n") == 1
    assert "tags: accepted ORG to LOC, 2 of 2" in capsys.readouterr().out
    assert command("--reject", "LOC new", "--accept", "all", "--reason", "they are right") == 0
    assert "nothing waits for a review" in capsys.readouterr().out
    assert answers(case / "golden.json")["没有"] == ()
    assert answers(case / "golden.json")["张伟在南京"] == ("张伟 PER [0, 1]",)
    reviews = json.loads((case / "golden.json").read_text())["reviews"]
    assert [(r["by"], r["why"]) for r in reviews] == [
        ("Ann", "new weights"), ("Ann", "they are right"),
    ]  # fmt: skip
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", r["at"]) for r in reviews)
    assert command() == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--accept", "all"], "need --reason"),
        (["--accept", "all", "--reason", " "], "--reason: says nothing"),
        (["--accept", "all", "--reason", os.fsdecode(b"\xff")], "not UTF-8"),
        (["--accept", "ORG to LOK", "--reason", "x"], 'no group "ORG to LOK".*ORG to LOC'),
        (["--accept", "all", "--reject", "all", "--reason", "x"], "accepted and rejected at once"),
        (["--html", "p.html", "--accept", "all", "--reason", "x"], "only writes a page"),
    ],
)
def test_what_makes_no_sense_decides_nothing(case: Path, arguments: list[str], says: str) -> None:
    before = (case / "golden.json").read_bytes()
    with pytest.raises(UsageError, match=says):
        command(*arguments)
    assert (case / "golden.json").read_bytes() == before


def test_an_unknown_case_is_an_error_and_a_damaged_recording_too(case: Path) -> None:
    with pytest.raises(CaseError, match='no case "tagz"'):
        command("tagz")
    golden.pending(case / "golden.json").write_text("{}")
    with pytest.raises(CaseError, match=r"golden\.pending\.json: not a golden"):
        command()


def test_the_page_replaces_nothing_of_anybody_else_s(case: Path, tmp_path: Path) -> None:
    assert command("--html", "page.html") == 1
    assert "2 x ORG to LOC" in (tmp_path / "page.html").read_text("utf-8")
    assert command("--html", "page.html") == 1
    (tmp_path / "page.html").write_text("<!doctype html>\n<p>mine")
    with pytest.raises(OutputError, match=r"page\.html: is no report of parity's"):
        command("--html", "page.html")


@pytest.mark.parametrize("named", [True, False])
def test_the_gate_fails_while_anything_waits(case: Path, named: bool) -> None:
    """Also a recording that the case doesn't name; no xfail excuses it, nor a model not here."""
    if not named:
        (case / "case.toml").write_text(CASE.replace('golden = "golden.json"\n', ""))
    (cell,) = cells(load(case), opsets=(), precisions=(), engine=None)
    settings = Settings(Roots(), Effort(5))
    result = run(cell, settings)
    assert result.status == "error"
    assert result.reason == (
        f"{case}/golden.pending.json: recorded, and nobody has looked at it yet; "
        f"run `parity review {case}`"
    )
    assert command("--accept", "all", "--reason", "right") == 0
    assert run(cell, settings).status == "not run"  # its model isn't here


def test_a_recording_that_says_what_the_golden_says_waits_for_nobody(case: Path) -> None:
    golden.save(golden.pending(case / "golden.json"), BEFORE)
    assert command() == 0
    assert sorted(p.name for p in case.iterdir()) == ["case.toml", "golden.json", "golden.npz"]


def test_who_reviews_is_asked_of_git_then_of_the_system(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PARITY_REVIEWER")
    for name in ("XDG_CONFIG_HOME", "GIT_DIR", "GIT_CONFIG", "GIT_CONFIG_COUNT"):
        monkeypatch.delenv(name, raising=False)
    home = case.parent
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(home.parent.parent))
    monkeypatch.setenv("LOGNAME", "bob")
    assert who.who(case) == "bob"
    (home / ".gitconfig").write_text('[user]\nname = "Ann  B"\nemail = a@example.org\n')
    assert who.who(case) == "Ann B <a@example.org>"
    (home / ".gitconfig").unlink()
    monkeypatch.setenv("PATH", "/nowhere")  # no git
    monkeypatch.delenv("LOGNAME")
    monkeypatch.setenv("USER", " ")
    with pytest.raises(UsageError, match=r"who reviews\? set git's user\.name"):
        who.who(case)


class Terminal:
    """The command on a terminal of its own."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "parity", "review", *arguments],
            cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PARITY_REVIEWER": "Ann",
                 "TERM": "xterm", "COLUMNS": "60", **environment},
            preexec_fn=as_usual,
        )  # fmt: skip
        os.close(theirs)
        self.text = ""

    def until(self, wanted: str, times: int = 1) -> str:
        """What was printed until something stood there so many times."""
        end = time.monotonic() + 60
        while self.text.count(wanted) < times:
            assert time.monotonic() < end, self.text
            if select.select([self._ours], [], [], 1)[0]:
                self.text += os.read(self._ours, 65536).decode(errors="replace")
        return self.text

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def end(self) -> int:
        code = self.process.wait(30)
        try:
            while chunk := os.read(self._ours, 65536):
                self.text += chunk.decode(errors="replace")
        except OSError:  # all is read
            pass
        return code

    @property
    def plain(self) -> str:
        """Without what is bold or dim."""
        return re.sub(r"\x1b\[[\d;]*m", "", self.text)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.fixture
def terminal(case: Path, tmp_path: Path) -> Iterator[Terminal]:
    found = Terminal(tmp_path, NO_COLOR="1")
    yield found
    found.close()


ASKED = "[a/r/s/o/m/w/q] "


def test_a_person_is_asked_group_by_group(terminal: Terminal, case: Path) -> None:
    said = ["?\n", "a\n", "new\tweights\n", "r\n", "wrong\n", "o\n", "r\n", "s\n", "q\n"]
    asked = reasons = 0
    for answer in said:
        if answer in ("new\tweights\n", "wrong\n"):  # of a rejection another than of what was right
            reasons += 1
            terminal.until("why? ", reasons)
        else:
            asked += 1
            terminal.until(ASKED, asked)
        terminal.type(answer)
    assert terminal.end() == 1
    assert "accepted 2, rejected 2" in terminal.text
    assert "waiting for a decision: 2 in tags" in terminal.text
    assert "s  skip: it goes on waiting" in terminal.plain
    assert "1/5 2 x ORG to LOC  was 3 to 0.25 away" in terminal.plain
    assert not re.search(r"\x1b\[[\d;]*3[0-7]", terminal.text), "NO_COLOR"
    right, wrong = golden.load(case / "golden.json").reviews
    assert right.accepted == ("北京大学的人", "上海来的人")
    assert [r.text for r in wrong.rejected] == ["张伟在南京", "没有"]
    assert (right.by, right.why, wrong.why) == ("Ann", "new weights", "wrong")


@pytest.mark.parametrize("how", ["ctrl-c", "kill"])
def test_ended_in_the_middle_what_was_decided_is_written(
    terminal: Terminal, case: Path, how: str
) -> None:
    terminal.until(ASKED)
    terminal.type("a\n")
    terminal.until("why? ")
    terminal.type("because\n")
    terminal.until(ASKED, 2)
    os.killpg(terminal.process.pid, signal.SIGINT if how == "ctrl-c" else signal.SIGKILL)
    assert terminal.end() == (130 if how == "ctrl-c" else -9)
    assert how == "kill" or "interrupted; what was decided is written" in terminal.text
    assert "Traceback" not in terminal.text
    assert answers(case / "golden.json")["北京大学的人"] == ("北京大学 LOC [0, 3]",)
    assert command("--accept", "all", "--reason", "the rest") == 0
    assert "旧的文字" not in answers(case / "golden.json")


def test_a_narrow_terminal_shows_texts_below_each_other_and_they_do_nothing(
    case: Path, tmp_path: Path
) -> None:
    text = "\x1b]0;title\x07\x1b[2J" + "北京很大，" * 20
    waiting(case, now=replace(BEFORE, sentences=(*BEFORE.sentences, sentence(text))))
    terminal = Terminal(tmp_path, "tags", COLUMNS="40", NO_COLOR="1")
    try:
        terminal.until(ASKED)
        terminal.type("q\n")
        terminal.end()
    finally:
        terminal.close()
    plain = terminal.plain
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f]", plain)
    assert r"now       \x1b]0;title\x07\x1b[2J" in plain
    (first, *rest) = [line for line in plain.splitlines() if "北京很大" in line]
    assert rest
    assert all(line.startswith(" " * 10) and not line[10].isspace() for line in rest)
    assert first.startswith(("now  ", " " * 10))
