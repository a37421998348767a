"""What a killed process left goes with the next; what a living one uses stays."""

import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from parity import files, temporary

HOLDS = """
import sys, time
from pathlib import Path
from parity import temporary
with temporary.{what}(Path(sys.argv[1])) as path:
    print(path, flush=True)
    time.sleep(3600)
"""


@pytest.mark.parametrize("what", ["folder", "file"])
def test_only_the_dead_go(what: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDS.format(what=what), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        held = Path(holder.stdout.readline().strip())
        try:
            assert held.exists()
            if what == "folder":
                (held / "inside").mkdir()
            temporary.sweep(tmp_path)
            assert held.exists(), "its process lives"
        finally:
            holder.send_signal(signal.SIGKILL)
    assert held.exists(), "nobody was there to remove it"
    temporary.sweep(tmp_path)
    assert not held.exists()


def test_the_next_to_make_one_removes_what_is_dead(tmp_path: Path) -> None:
    dead = tmp_path / f"{temporary.PREFIX}abc{temporary.SUFFIX}"
    (dead / "inside").mkdir(parents=True)
    files.write(tmp_path / "report.json", "{}")
    assert [p.name for p in tmp_path.iterdir()] == ["report.json"]


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    """A user's files, a link to them, a pipe that nobody writes into."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("precious")
    (tmp_path / ".report.json.abcdefgh.tmp").write_text("somebody's")
    (tmp_path / f"{temporary.PREFIX}link{temporary.SUFFIX}").symlink_to(kept)
    os.mkfifo(tmp_path / f"{temporary.PREFIX}pipe{temporary.SUFFIX}")
    temporary.sweep(tmp_path)
    assert (kept / "file").read_text() == "precious"
    assert (tmp_path / ".report.json.abcdefgh.tmp").exists()
    assert (tmp_path / f"{temporary.PREFIX}link{temporary.SUFFIX}").is_symlink()


def _write_many(folder: str) -> None:
    for i in range(100):
        files.write(Path(folder, f"{i}.json"), "x" * i)
        with files.folder(Path(folder, f"folder {i}"), replace=True) as into:
            (into / "file").write_text("y")


def test_runs_beside_each_other_never_take_from_each_other(tmp_path: Path) -> None:
    """Each sweeps before each file that it makes."""
    context = multiprocessing.get_context("spawn")
    runs = [context.Process(target=_write_many, args=(str(tmp_path),)) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [run.exitcode for run in runs] == [0, 0, 0]
    assert len(list(tmp_path.iterdir())) == 200
    assert not list(tmp_path.glob(".*"))


def test_threads_too(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_write_many, [str(tmp_path)] * 4))
    assert len(list(tmp_path.iterdir())) == 200


def test_nothing_stays_open_or_lies_there(tmp_path: Path) -> None:
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208
    with pytest.raises(RuntimeError), temporary.folder(tmp_path) as made:
        raise RuntimeError(str(made))
    with pytest.raises(RuntimeError), temporary.file(tmp_path) as made:
        raise RuntimeError(str(made))
    with pytest.raises(OSError, match="No such"), temporary.file(tmp_path / "none"):
        pass
    assert list(tmp_path.iterdir()) == []
    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208
