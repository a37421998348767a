"""kill -9 at any moment: nothing runs on, no shared memory, and the next run clears up."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from parity import temporary
from tests.cli.command import Command, command_line, wait_until

CASE = """
summary = "a tiny one"
[reference]
path = "../model.json"
[candidate]
opset = 12
[inputs.short]
kind = "ids"
max_length = 6
examples = 5
"""

CHECK = ("check", "model.json", "--max-length", "6", "--max-examples", "5", "--json", "out.json")
VERBS = {
    "check": ("-m", "parity", *CHECK),
    "export": ("-m", "parity", "export", "model.json", "--opset", "12", "--out", "made.onnx"),
    "zoo build": ("-m", "parity", "zoo", "build", "ernie-tiny-ner", "--out", "built"),
    "gate": ("-m", "pytest", "-p", "no:cacheprovider", "case", "--parity-json=gate.json"),
}
MADE = ("made.onnx", "built", "out.json", "gate.json")

CHILDREN = {
    "check": ("parity.exports._child", "parity.workers.child"),
    "export": ("parity.exports._child",),
    "zoo build": ("parity.zoo._child", "parity.exports._child"),
    "gate": ("parity.exports._child", "parity.workers.child"),
}
"""The processes that each starts, in their order."""


class Kills:
    """One command, killed again and again; what it has finished is made anew each time."""

    def __init__(self, command: Command, verb: str) -> None:
        self.command, self.verb = command, verb
        (command.work / "case").mkdir()
        (command.work / "case" / "case.toml").write_text(CASE)
        self.shared = self.shared_memory()

    def start(self) -> "subprocess.Popen[str]":
        for name in MADE:
            made = self.command.work / name
            shutil.rmtree(made) if made.is_dir() else made.unlink(missing_ok=True)
        for folder in ("candidates", "zoo", "examples"):
            for made in (self.command.cache / folder).glob("[!.]*"):
                shutil.rmtree(made)
        arguments = VERBS[self.verb]
        before = f"os.execv(sys.executable, [sys.executable, *{arguments!r}])"
        return self.command.start(before=before)

    def kill(self, until: Callable[["subprocess.Popen[str]"], object]) -> None:
        """Start it, wait for a moment, kill it with its group left alone; all must end."""
        process = self.start()
        try:
            until(process)
        finally:
            process.kill()
            process.communicate()
        end = time.monotonic() + 5
        while (left := self.command.children()) and time.monotonic() < end:
            time.sleep(0.02)
        assert [command_line(p) for p in left] == []
        assert self.shared_memory() == self.shared

    def finish(self) -> None:
        """Once more, to the end: of all that was killed nothing is there any more."""
        process = self.start()
        _, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        assert self.temporaries() == []

    def temporaries(self) -> list[Path]:
        places = (self.command.work, self.command.cache, self.command.tmp)
        named = [p for place in places for p in place.rglob(f"{temporary.PREFIX}*")]
        return [*named, *self.command.tmp.rglob("*")]

    @staticmethod
    def shared_memory() -> set[str]:
        shared = Path("/dev/shm")  # noqa: S108  looked at, not written to
        return {p.name for p in shared.iterdir()} if shared.is_dir() else set()


def once_there_is(command: Command, module: str) -> Callable[["subprocess.Popen[str]"], object]:
    def wait(process: "subprocess.Popen[str]") -> None:
        def there() -> bool:
            assert process.poll() is None, "it ended before"
            return any(module in command_line(p) for p in command.children())

        wait_until(there)

    return wait


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the environment of processes")
@pytest.mark.parametrize("verb", ["check", "zoo build"])
def test_killed_while_its_children_work(command: Command, verb: str) -> None:
    kills = Kills(command, verb)
    seen = []
    for module in CHILDREN[verb]:
        kills.kill(once_there_is(command, module))
        seen += kills.temporaries()
    assert seen, "none was killed while it made something"
    kills.finish()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the environment of processes")
@pytest.mark.parametrize("verb", VERBS)
def test_killed_at_twenty_moments(command: Command, verb: str) -> None:
    kills = Kills(command, verb)
    begun = time.monotonic()
    kills.finish()
    whole = time.monotonic() - begun
    killed = []
    for nth in range(20):
        after = whole * (nth + 0.5) / 20

        def moment(process: "subprocess.Popen[str]", after: float = after) -> None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(after)
            killed.append(process.returncode is None)

        kills.kill(moment)
    assert sum(killed) >= 10, "most moments lie within the run"
    kills.finish()
