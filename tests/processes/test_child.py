"""A process of parity's dies with it, keeps its limits, and imports nobody else's files."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import parity
from parity.processes.child import Child
from parity.processes.run import run_module
from tests.workers.test_worker import ended, wait_until

ROOT = Path(__file__).parents[2]
PROGRAM = "tests.processes.child_program"

SHADOWS = ("json.py", "types.py", "numpy.py", "shadowed.py", "parity/__init__.py")


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def asked(*arguments: str, seconds: float = 20.0) -> tuple[int | None, str]:
    child = Child(PROGRAM, arguments)
    try:
        code = child.wait(seconds)
    finally:
        child.end()
    return code, child.printed()


class TestImports:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """Files of the user's that bear the names of modules, and say so when run."""
        for name in SHADOWS:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r})\n")
        return tmp_path

    @pytest.mark.parametrize("named", [None, "", ".", f".{os.pathsep}", os.pathsep])
    def test_nothing_from_the_working_folder(
        self, folder: Path, named: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whatever PYTHONPATH says of it that isn't its name, and what of it is on our path."""
        monkeypatch.chdir(folder)
        monkeypatch.syspath_prepend(str(folder))
        if named is not None:
            monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{named}")
        code, said = asked("tell", str(folder))
        assert code == 0, said
        file, shadows, path = json.loads(said)
        assert (file, shadows) == (parity.__file__, [])
        assert str(folder) not in path
        assert not (folder / "ran").exists()

    def test_what_pythonpath_names_in_full_comes_first(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Save for parity itself: it is the one that runs."""
        monkeypatch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{ROOT}")
        code, said = asked("tell", str(folder))
        assert code == 0, said
        file, shadows, _ = json.loads(said)
        assert file == parity.__file__
        assert set(shadows) >= {"numpy", "shadowed"}

    def test_what_was_added_to_our_path_comes_last(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.syspath_prepend(str(folder))
        code, said = asked("tell", str(folder))
        assert code == 0, said
        assert json.loads(said)[1] == ["shadowed"]

    def test_the_same_parity_from_another_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert json.loads(asked("tell", str(tmp_path))[1])[0] == parity.__file__

    def test_a_working_folder_that_is_gone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gone = tmp_path / "gone"
        gone.mkdir()
        monkeypatch.chdir(gone)
        gone.rmdir()
        code, said = asked("tell", str(gone))
        assert code == 0, said

    def test_pythoninspect_does_not_hold_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PYTHONINSPECT", "1")
        assert asked("tell", "/nowhere")[0] == 0


PARENT = """
import sys, time
from pathlib import Path
from parity.processes.child import Child
Child({program!r}, ["sleep", {told!r}, *{more!r}], group={group!r})
while not Path({told!r}).exists() or not Path({told!r}).read_text():
    time.sleep(0.01)
time.sleep(3600)
"""


class TestLife:
    @pytest.mark.parametrize("group", [False, True])
    def test_it_dies_with_a_parent_that_is_killed(self, tmp_path: Path, group: bool) -> None:
        told = tmp_path / "told"
        more = ["child"] if group else []
        code = PARENT.format(program=PROGRAM, told=str(told), more=more, group=group)
        parent = subprocess.Popen([sys.executable, "-c", code])
        try:
            wait_until(lambda: told.exists() and told.read_text())
            left = [psutil.Process(int(pid)) for pid in told.read_text().split()]
        finally:
            parent.kill()
            parent.wait()
        wait_until(lambda: all(map(ended, left)), timeout_s=5.0)

    def test_its_own_clock_ends_it_where_nobody_is_left_to(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("parity.processes.child._GRACE_S", 0)
        child = Child(PROGRAM, ["busy"], seconds=1.0)
        try:
            assert child.wait(20.0) == -signal.SIGALRM
        finally:
            child.end()

    def test_what_it_started_ends_with_it_though_it_ended_before(self, tmp_path: Path) -> None:
        told = tmp_path / "told"
        child = Child(PROGRAM, ["sleep", str(told), "child"])
        wait_until(lambda: told.exists() and told.read_text())
        first, second = (psutil.Process(int(pid)) for pid in told.read_text().split())
        first.kill()
        assert child.wait(20.0) == -signal.SIGKILL
        assert not ended(second)
        child.end()
        wait_until(lambda: ended(second), timeout_s=5.0)

    def test_no_descriptor_is_left(self, tmp_path: Path) -> None:
        before = psutil.Process().num_fds()
        for group in (False, True):
            told = tmp_path / f"told {group}"
            child = Child(PROGRAM, ["sleep", str(told)], group=group)
            child.end()
            child.end()
        assert psutil.Process().num_fds() == before

    def test_no_process_to_be_had_leaves_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "executable", "/no/such/python")
        before = psutil.Process().num_fds()
        for group in (False, True):
            with pytest.raises(OSError, match="No such file"):
                Child(PROGRAM, ["tell", "x"], group=group)
        wait_until(lambda: psutil.Process().num_fds() == before)


@pytest.mark.skipif(sys.platform != "linux", reason="macOS knows no limit of address space")
def test_memory_has_an_end() -> None:
    child = Child(PROGRAM, ["allocate"], memory_bytes=1 << 30)
    try:
        assert child.wait(20.0) == 1
    finally:
        child.end()
    assert "MemoryError" in child.printed()


def test_what_a_library_leaves_lies_in_the_caller_s_folder(tmp_path: Path) -> None:
    assert run_module(PROGRAM, ["clutter"], timeout_s=20.0, scratch=tmp_path).well
    assert [p.name[:17] for p in tmp_path.iterdir()] == ["left-by-a-library"]


def test_time_has_an_end(tmp_path: Path) -> None:
    begun = time.monotonic()
    done = run_module(PROGRAM, ["busy"], timeout_s=0.5, scratch=tmp_path)
    assert done.code is None
    assert time.monotonic() - begun < 15
