"""What a terminal, a dumb one, a narrow one and a pipe get to see of a check."""

import os
import pty
import re
import select
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cli.command import Command
from tests.screen import Screen

HANGS = ("--candidate-engine", "fake", "--candidate-option", "when=open",
         "--candidate-option", "fault=hang")  # fmt: skip
EVIL = "\x1b]0;title\x07\x1b[2J\r\x1b[31m.onnx"


class Terminal:
    """The command at a terminal of so many columns."""

    def __init__(self, command: Command, *arguments: str, columns: int, **environment: str) -> None:
        self._ours, theirs = pty.openpty()
        self.columns = columns
        self.process = command.start(
            *arguments, stdout=theirs, stderr=theirs, start_new_session=True,
            env={"TERM": "xterm", "COLUMNS": str(columns), **environment},
        )  # fmt: skip
        os.close(theirs)
        self.text = ""

    def until(self, wanted: str) -> None:
        end = time.monotonic() + 60
        while not re.search(wanted, self.text):
            assert time.monotonic() < end, self.text
            if select.select([self._ours], [], [], 1)[0]:
                self.text += os.read(self._ours, 65536).decode(errors="replace")

    def end(self) -> int:
        """Its exit code, once all is read."""
        try:
            while chunk := os.read(self._ours, 65536):
                self.text += chunk.decode(errors="replace")
        except OSError:  # its other end is closed
            pass
        return self.process.wait(60)

    def screen(self) -> list[str]:
        """What is to be seen. Raises for a control that isn't parity's."""
        return Screen(self.columns).feed(self.text.replace("\r\n", "\n")).lines

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@contextmanager
def at_terminal(
    command: Command, *arguments: str, columns: int = 100, **environment: str
) -> Iterator[Terminal]:
    terminal = Terminal(command, *arguments, columns=columns, **environment)
    try:
        yield terminal
    finally:
        terminal.close()


def check(command: Command, *more: str) -> tuple[str, ...]:
    """A check of a model whose name wants to be more than one."""
    shutil.copy(command.work / "model.onnx", command.work / EVIL)
    return ("check", EVIL, "--reference", "reference.onnx", "--max-length", "8", *more)


@pytest.mark.parametrize("columns", [30, 60, 140])
def test_header_and_line_are_there_before_the_engines_are(command: Command, columns: int) -> None:
    with at_terminal(command, *check(command, *HANGS), columns=columns) as terminal:
        terminal.until(r"loading")
        terminal.until(r"  1\.[0-9] s" if columns > 50 else r"(?s)(loading.*){5}")
        assert "reference" in terminal.text.split("loading")[0]
        os.killpg(terminal.process.pid, signal.SIGINT)
        assert terminal.end() == 130
        lines = terminal.screen()
    assert lines[0].startswith("reference ")
    assert r"\x1b]0;title\x07\x1b[2J\r\x1b[31m" in "".join(line.strip() for line in lines)
    assert not any("loading" in line for line in lines), "the line is gone in the end"
    told = next(i for i, line in enumerate(lines) if line.startswith("parity: "))
    assert all(line[:10].strip() in ("", "reference", "candidate") for line in lines[:told])


def test_a_run_ends_with_its_report_alone(command: Command) -> None:
    with at_terminal(command, *check(command, "--max-examples", "3"), NO_COLOR="1") as terminal:
        assert terminal.end() == 0
        lines = terminal.screen()
        assert not Screen(100).feed(terminal.text.replace("\r\n", "\n")).coloured
    verdicts = [i for i, line in enumerate(lines) if line.startswith("parity: ")]
    assert len(verdicts) == 1
    assert "boundary" not in "".join(lines[: verdicts[0]])
    assert any(line.startswith("engines ") for line in lines[verdicts[0] :])


def test_a_dumb_terminal_gets_lines_and_no_control(command: Command) -> None:
    arguments = check(command, "--max-examples", "3")
    with at_terminal(command, *arguments, TERM="dumb") as terminal:
        assert terminal.end() == 0
        text = terminal.text.replace("\r\n", "\n")
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", text)
    for stage in ("loading both engines", "boundary", "generate"):
        assert text.count(f"\n{stage}\n") == 1


def test_a_pipe_gets_the_header_at_once_and_no_line(command: Command) -> None:
    process = command.start(*check(command, *HANGS), start_new_session=True)
    try:
        assert process.stdout is not None
        first = [process.stdout.readline() for _ in range(3)]
        assert [line.split()[0] for line in first[:2]] == ["reference", "candidate"]
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert err == "parity: interrupted before there was a result\n"
    assert "\x1b" not in "".join(first) + out
    assert "loading" not in out
