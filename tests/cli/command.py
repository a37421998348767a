"""Runs the real command, and looks for whatever it leaves behind."""

import hashlib
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.signals import as_usual

OBEY_MODES = """
import ctypes
for capability in (1, 2) if os.geteuid() == 0 else ():  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    assert ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP
"""
"""For ``before``: the modes of files shall also hold for root."""

SHARED = Path("/dev/shm")  # noqa: S108  looked at, not written to


@dataclass(frozen=True)
class Done:
    """code: exit code, negative for a signal. left: what a run should not have left."""

    code: int
    out: str
    err: str
    left: list[str]


class Command:
    """``python -m parity`` in a folder of its own.

    work: where it runs, with the models. tmp, cache: its TMPDIR and PARITY_CACHE.
    """

    def __init__(self, root: Path) -> None:
        self.work, self.tmp, self.cache = (root / name for name in ("work", "tmp", "cache"))
        for folder in (self.work, self.tmp):
            folder.mkdir()
        # Inherited by every process that the command starts: by it they are found again.
        self.mark = uuid.uuid4().hex
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")},
            "PARITY_TEST": self.mark,
            "PARITY_CACHE": str(self.cache),
            "TMPDIR": str(self.tmp),
        }

    def start(self, *arguments: str, before: str = "", **options: Any) -> "subprocess.Popen[str]":
        """Start it; the caller ends it. before: statements for its process to begin with."""
        if arguments[:1] == ("check",) and "--explain-budget" not in arguments:
            # Why a model differs is another folder's to test, and takes longer than the check.
            arguments = ("check", "--explain-budget", "0", *arguments[1:])
        command = ["-m", "parity", *arguments]
        if before:
            program = (
                f"import os, sys\n{before}\n"
                "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
            )
            command = ["-c", program, *command]
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        environment: Mapping[str, str] = {**self.environment, **options.pop("env", {})}
        if before:  # a limit of a file's size would cut short what Python compiles, for good
            environment = {"PYTHONDONTWRITEBYTECODE": "1", **environment}
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=self.work,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            text=True,
            preexec_fn=as_usual,
            **options,
        )

    def run(self, *arguments: str, timeout_s: float = 100.0, **options: Any) -> Done:
        """Run it to its end."""
        before = self.snapshot()
        process = self.start(*arguments, **options)
        try:
            out, err = process.communicate(timeout=timeout_s)
        finally:
            process.kill()
        return Done(process.returncode, out or "", err or "", self.left(before))

    def snapshot(self) -> dict[str, str]:
        """Every file that is there now, with a digest."""
        files = {
            str(path.relative_to(self.work)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.work.rglob("*")
            if path.is_file()
        }
        shared = {str(path): "" for path in SHARED.iterdir()} if SHARED.is_dir() else {}
        return {**files, **shared}

    def left(self, before: Mapping[str, str]) -> list[str]:
        """Processes, temporary files, shared memory; files that are new, changed or gone."""
        end = time.monotonic() + 5
        while self.children() and time.monotonic() < end:
            time.sleep(0.02)  # the kernel ends those whose parent was killed, in its own time
        now = self.snapshot()
        changed = [f"file {n}" for n in {*before, *now} if before.get(n) != now.get(n)]
        temporary = [f"temporary {path}" for path in self.tmp.rglob("*")]
        processes = [f"process {command_line(p)}" for p in self.children()]
        return sorted([*changed, *temporary, *processes])

    def children(self) -> list[psutil.Process]:
        """The processes that the command has started, itself included."""
        return [p for p in psutil.process_iter() if self._is_ours(p)]

    def workers(self) -> list[psutil.Process]:
        """The engines' processes."""
        return [p for p in self.children() if "parity.workers.child" in command_line(p)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return bool(process.environ().get("PARITY_TEST") == self.mark)
        except psutil.Error:
            return False


def command_line(process: psutil.Process) -> str:
    """What a process was started with; "" once it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def wait_until(condition: Callable[[], object], *, timeout_s: float = 60.0) -> None:
    """Poll until something holds."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.02)
