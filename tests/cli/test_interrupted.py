"""Ctrl-C, SIGTERM, SIGKILL, killed workers: the code, nothing left, nobody orphaned."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.cli.command import Command, wait_until
from tests.signals import as_usual

CHECK = (
    *("check", "model.onnx", "--reference", "reference.onnx", "--max-length", "8"),
    *("--json", "out.json", "--bundle", "out", "--candidate-engine", "fake"),
)

# For each stage: options that make it last, and what the line on the terminal then says.
STAGES = {
    "load": (("when=open", "fault=hang"), r"loading both engines"),
    "search": (("delay=0.15",), r"boundary .*  [1-9]\d*/\d+ examples"),
    "shrink": (("delay=0.1", "fault=shift", "length=4"), r"shrinking .*  [1-9]\d* feeds tried"),
}


class Terminal:
    """The command on a terminal, whose line tells what it is at."""

    def __init__(self, command: Command, stage: str, *more: str) -> None:
        options, self.line = STAGES[stage]
        flags = [f for option in options for f in ("--candidate-option", option)]
        self._ours, theirs = pty.openpty()
        self.process = command.start(
            *CHECK, *flags, *more, stdout=theirs, stderr=theirs, start_new_session=True,
            env={"TERM": "xterm", "COLUMNS": "120"},
        )  # fmt: skip
        os.close(theirs)
        os.set_blocking(self._ours, False)
        self.text = ""

    def read(self) -> str:
        """All that was printed until now."""
        with suppress(OSError):  # nothing there, or closed
            while chunk := os.read(self._ours, 65536):
                self.text += chunk.decode(errors="replace")
        return self.text

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@contextmanager
def at(command: Command, stage: str, *more: str) -> Iterator[Terminal]:
    """The command, once it has come to a stage and runs both engines."""
    terminal = Terminal(command, stage, *more)
    try:
        wait_until(lambda: re.search(terminal.line, terminal.read()))
        wait_until(lambda: len(command.workers()) >= 2)  # the arbiter may have some
        yield terminal
    finally:
        terminal.end()


def to_group(process: "subprocess.Popen[str]") -> None:
    """As the terminal does on Ctrl-C."""
    os.killpg(process.pid, signal.SIGINT)


ENDS: dict[str, tuple[Callable[["subprocess.Popen[str]"], None], int, str]] = {
    "ctrl-c": (to_group, 130, "parity: interrupted"),
    "sigint": (lambda p: p.send_signal(signal.SIGINT), 130, "parity: interrupted"),
    "sigterm": (lambda p: p.send_signal(signal.SIGTERM), 143, "parity: ended by SIGTERM"),
    "sighup": (lambda p: p.send_signal(signal.SIGHUP), 129, "parity: ended by SIGHUP"),
    "sigkill": (lambda p: p.send_signal(signal.SIGKILL), -9, ""),
}


@pytest.mark.parametrize(
    ("stage", "how"),
    [
        *((stage, "ctrl-c") for stage in STAGES),
        *(
            pytest.param(stage, how, marks=() if stage == "search" else pytest.mark.slow)
            for stage in STAGES
            for how in ("sigterm", "sigkill")
        ),
        ("search", "sigint"),
        ("search", "sighup"),
    ],
)
def test_ended_in_the_middle(command: Command, stage: str, how: str) -> None:
    send, code, says = ENDS[how]
    before = command.snapshot()
    with at(command, stage) as terminal:
        send(terminal.process)
        assert terminal.process.wait(30) == code, terminal.read()
        text = terminal.read()
        assert says in text
        assert "Traceback" not in text
    left = command.left(before)
    if how == "sigkill":
        assert left == []
    elif stage == "load":
        assert "before there was a result" in text
        assert left == ["file out.json"]
        report = json.loads((command.work / "out.json").read_text())
        assert (report["partial"], report["passed"], report["verdict"]) == (True, False, "error")
    else:
        partial(command, text, left, differs=stage == "shrink")


def partial(command: Command, text: str, left: list[str], *, differs: bool) -> None:
    """What was found until then is shown and written, and said to be no verdict."""
    report = json.loads((command.work / "out.json").read_text())
    assert (report["partial"], report["passed"]) == (True, False)
    assert report["verdict"] == ("differs" if differs else "error")
    assert f"after {report['examples']} examples: what was found so far" in report["error"]
    assert report["examples"] == report["boundary"] > 0
    assert report["elements"] > 0
    assert f"after {report['examples']} examples: what is shown is partial" in text
    assert re.search(r"partial\S*: ended before a verdict", text)
    assert ("values-differ" in {f["kind"] for f in report["findings"]}) == differs
    assert "nothing was compared" not in text
    if differs:
        assert "failing feed (boundary" in text
        assert "intermittent" not in text
    names = {f"file {n}" for n in ("out.json", "out/report.json", "out/feed.npz")}
    assert (names if differs else {"file out.json"}) <= {*left}
    assert not [n for n in left if not n.startswith(("file out.json", "file out/"))]


def test_interrupted_while_it_reads_the_models(command: Command) -> None:
    """Before there is any worker; with the signals as close to the start as can be."""
    before = command.snapshot()
    process = command.start(*CHECK, start_new_session=True)
    maps = Path(f"/proc/{process.pid}/maps")
    # With numpy begins what a command imports once it has been parsed.
    wait_until(lambda: "numpy" in maps.read_text())
    to_group(process)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert err == "parity: interrupted before there was a result\n"
    # Where it had come to what it was asked for, it says so there, too.
    assert command.left(before) in ([], ["file out.json"])


def test_interrupted_before_it_has_begun(command: Command) -> None:
    """While the command line's own library is imported."""
    (command.work / "click").mkdir()
    (command.work / "click" / "__init__.py").write_text(
        "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    )
    process = command.start("--help", start_new_session=True, env={"PYTHONPATH": str(command.work)})
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (-signal.SIGINT, "", "")


def test_ctrl_c_twice(command: Command) -> None:
    before = command.snapshot()
    with at(command, "search") as terminal:
        for _ in range(2):
            to_group(terminal.process)
        assert terminal.process.wait(30) in (130, -signal.SIGINT)
    # The first may have had the time to write what was found.
    assert command.left(before) in ([], ["file out.json"])


BAD_MOMENTS = {
    "the callback of a weak reference": """
class Lock: pass
def invoke(arguments):
    lock = Lock()
    weakref.finalize(lock, send)
    del lock
    time.sleep(10)
""",
    "a callback of the garbage collector": """
import gc
def callback(phase, info):
    if phase == "start":
        gc.callbacks.remove(callback)
        send()
def invoke(arguments):
    gc.callbacks.append(callback)
    gc.collect()
    time.sleep(10)
""",
    "a destructor": """
class Lock:
    def __del__(self):
        send()
def invoke(arguments):
    lock = Lock()
    del lock
    time.sleep(10)
""",
    "a class in the making": """
Path("made.py").write_text('''
import __main__
class Field:
    def __set_name__(self, owner, name):
        __main__.send()
class Made:
    field = Field()
''')
sys.path.insert(0, ".")
def invoke(arguments):
    import made
    time.sleep(10)
""",
    "code given to exec": """
def invoke(arguments):
    try:
        exec("send()", globals())
    except BaseException:
        time.sleep(10)
        raise
    time.sleep(10)
""",
}
"""What Python makes another error of, or none, where a signal raises in it."""

SENT = """
import os, signal, sys, time, weakref
from pathlib import Path
import parity.cli.main as m

def send():
    os.kill(os.getpid(), signal.{name})
    time.sleep(0.001)
{moment}
m._invoke = invoke
sys.argv = ["parity"]
m.main()
"""


@pytest.mark.parametrize("moment", BAD_MOMENTS)
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_is_not_lost_at_a_bad_moment(
    moment: str, name: str, code: int, tmp_path: Path
) -> None:
    """There are hundreds of them while models are loaded."""
    done = program(SENT.format(name=name, moment=BAD_MOMENTS[moment]), tmp_path)
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith("parity: ")
    assert "Traceback" not in done.stderr


HANGING = """
import os, signal, sys, threading, time
from pathlib import Path
import parity.cli.main as m

Path("hangs.py").write_text("import time; time.sleep(30)")
sys.path.insert(0, ".")
def twice():
    for _ in range(2):
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGINT)
def invoke(arguments):
    threading.Thread(target=twice).start()
    import hangs
m._invoke = invoke
sys.argv = ["parity"]
m.main()
"""


def test_the_second_ctrl_c_ends_an_import_that_hangs(tmp_path: Path) -> None:
    done = program(HANGING, tmp_path)
    assert done.returncode in (130, -signal.SIGINT), done.stderr
    assert done.stderr == "parity: interrupted before there was a result\n"


@pytest.mark.slow
def test_a_candidate_killed_from_outside_is_a_finding(command: Command) -> None:
    before = command.snapshot()
    with at(command, "search") as terminal:
        worker(command, "fake").kill()
        assert terminal.process.wait(60) == 1
        text = terminal.read()
    report = json.loads((command.work / "out.json").read_text())
    assert report["findings"][0]["signal"] == "SIGKILL"
    assert "killed by SIGKILL (most often: out of memory)" in text
    assert not report["minimal"]["reproduced"]
    assert set(command.left(before)) >= {"file out.json", "file out/report.json"}
    assert not [left for left in command.left(before) if not left.startswith("file out")]


def test_a_reference_killed_from_outside_ends_the_run(command: Command) -> None:
    before = command.snapshot()
    with at(command, "search") as terminal:
        worker(command, "ort").kill()
        assert terminal.process.wait(60) == 2
        assert "parity: reference.onnx: the reference fails: killed by SIGKILL" in terminal.read()
    assert json.loads((command.work / "out.json").read_text())["verdict"] == "error"
    assert command.left(before) == ["file out.json"]


@pytest.mark.slow
def test_a_stopped_candidate_times_out(command: Command) -> None:
    with at(command, "search", "--timeout", "1.5") as terminal:
        worker(command, "fake").send_signal(signal.SIGSTOP)
        assert terminal.process.wait(60) == 1
        assert "no answer to run within 1.5 s; it was ended" in terminal.read()
    assert not command.children()


def test_a_crash_leaves_no_core(command: Command) -> None:
    allowed = """
import resource
most = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (most, most))
"""
    done = command.run(*CHECK, "--candidate-option", "fault=segv", before=allowed)
    assert done.code == 1
    assert not [left for left in done.left if not left.startswith("file out")]


def program(text: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run it as a module, as ``python -m parity`` runs: only then does exec do its harm."""
    (folder / "program.py").write_text(text)
    return subprocess.run(
        [sys.executable, "-m", "program"],
        capture_output=True, text=True, check=False, timeout=20, preexec_fn=as_usual, cwd=folder,
    )  # fmt: skip


def worker(command: Command, engine: str) -> psutil.Process:
    """The worker of the reference ("ort") or of the candidate ("fake"), which starts second."""
    first, second = sorted(command.workers(), key=lambda p: (p.create_time(), p.pid))
    return second if engine == "fake" else first
