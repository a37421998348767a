"""A worker's process may do what it likes: what comes back is a value, and nothing is left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from parity.engines import EngineInfo
from parity.errors import EngineError, UsageError
from parity.model.artifact import Artifact
from parity.model.tensors import Array, Feed, Outputs
from parity.processes.tail import KEPT_BYTES
from parity.workers.failure import Died, Failure, Raised, TimedOut
from parity.workers.worker import SLOTS, Reply, Worker
from tests.workers.conftest import MakeWorker

ONE = {"x": np.ones(1, np.float32)}


def outputs(reply: Reply) -> Outputs:
    assert not isinstance(reply.result, Raised | Died | TimedOut), reply.result
    return reply.result


def failure(reply: Reply) -> Failure:
    assert isinstance(reply.result, Raised | Died | TimedOut)
    return reply.result


def ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def wait_until(condition: Callable[[], object], timeout_s: float = 20.0) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def started(worker: Worker) -> psutil.Process:
    """Start it, see that it is ready, and give its process."""
    worker.start()
    assert isinstance(worker.ready(), EngineInfo)
    assert worker.pid is not None
    return psutil.Process(worker.pid)


class TestArrays:
    @pytest.mark.parametrize(
        "value",
        [
            np.array(3.5, np.float32),
            np.empty((0, 3), np.float32),
            np.empty(0, np.int64),
            np.array([True, False]),
            np.array([1 + 2j]),
            np.array([np.nan, np.inf, -np.inf, -0.0], np.float16),
            np.arange(24, dtype=np.int64).reshape(2, 3, 4)[:, ::-1].transpose(2, 0, 1),
            np.arange(4, dtype=">i4"),
        ],
        ids=["0-d", "empty", "empty ids", "bool", "complex", "non-finite", "strided", "big-endian"],
    )
    def test_go_and_come_back_as_they_were(self, make: MakeWorker, value: Array) -> None:
        with make() as worker:
            worker.ready()
            back = outputs(worker.run({"x": value, "y": value}))
        for name in ("x", "y"):
            np.testing.assert_array_equal(back[name], value)
            assert (back[name].dtype, back[name].shape) == (value.dtype, value.shape)

    def test_grow_beyond_what_was_there(self, make: MakeWorker) -> None:
        with make() as worker:
            worker.ready()
            for count in (1, 10, 5_000_000, 3, 20_000_000):
                given = np.arange(count, dtype=np.int32)
                np.testing.assert_array_equal(outputs(worker.run({"x": given}))["x"], given)

    def test_many_runs_need_no_more_memory_and_descriptors(self, make: MakeWorker) -> None:
        with make() as worker:
            worker.ready()
            given = {"x": np.zeros(1000, np.float32)}
            for _ in range(SLOTS):
                worker.run(given)
            before = psutil.Process().num_fds()
            for i in range(300):
                given["x"][0] = i
                assert outputs(worker.run(given))["x"][0] == i
            assert psutil.Process().num_fds() == before

    def test_outputs_stay_while_two_more_feeds_are_under_way(self, make: MakeWorker) -> None:
        with make() as worker:
            worker.ready()
            first = outputs(worker.run({"x": np.full(10, 1.0)}))
            worker.submit({"x": np.full(10, 2.0)})
            worker.submit({"x": np.full(10, 3.0)})
            wait_until(lambda: worker.pending == 2)
            second, third = outputs(worker.collect()), outputs(worker.collect())
            assert [o["x"][0] for o in (first, second, third)] == [1, 2, 3]

    def test_of_texts_are_refused_by_name(self, make: MakeWorker) -> None:
        with make() as worker:
            worker.ready()
            answer = failure(worker.run({"text": np.zeros(1)}))
            assert str(answer) == "TypeError: x: dtype <U2 can't be compared; only numbers can"
            assert outputs(worker.run(ONE))["x"] == 1  # and it lives on

    def test_that_can_t_be_fed_leave_the_worker_usable(self, make: MakeWorker) -> None:
        with make() as worker:
            worker.ready()
            with pytest.raises(TypeError, match="only numbers"):
                worker.submit({"x": np.array([object()])})
            assert worker.pending == 0
            assert outputs(worker.run(ONE))["x"] == 1


class TestFailure:
    def test_exit_while_it_runs(self, make: MakeWorker) -> None:
        with make() as worker:
            process = started(worker)
            answer = failure(worker.run({"die": np.zeros(1)}))
            assert isinstance(answer, Died)
            assert answer.code == 7
            assert ended(process)
            assert not worker.alive

    @pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
    def test_death_by_signal(self, make: MakeWorker, number: signal.Signals) -> None:
        with make() as worker:
            process = started(worker)
            worker.submit({"sleep": np.array([60.0])})
            process.send_signal(number)
            answer = failure(worker.collect())
            assert isinstance(answer, Died)
            assert answer.signal == number.name
            assert number.name in str(answer)

    def test_what_waited_behind_it_has_failed_too(self, make: MakeWorker) -> None:
        with make() as worker:
            started(worker)
            worker.submit({"die": np.zeros(1)})
            worker.submit(ONE)
            assert isinstance(failure(worker.collect()), Died)
            assert not worker.alive

    def test_a_hang_is_ended_in_time(self, make: MakeWorker) -> None:
        with make(run_s=0.3) as worker:
            process = started(worker)
            begun = time.monotonic()
            answer = failure(worker.run({"sleep": np.array([60.0])}))
            assert answer == TimedOut("run", 0.3, "")
            assert time.monotonic() - begun < 5
            assert ended(process)

    def test_each_feed_has_the_whole_time(self, make: MakeWorker) -> None:
        with make(run_s=1.0) as worker:
            started(worker)
            for _ in range(2):
                worker.submit({"sleep": np.array([0.7])})
            for _ in range(2):
                assert outputs(worker.collect())

    def test_a_stopped_process_is_ended_too(self, make: MakeWorker) -> None:
        with make(run_s=0.3) as worker:
            process = started(worker)
            process.suspend()
            assert isinstance(failure(worker.run(ONE)), TimedOut)
            assert ended(process)

    def test_one_that_hangs_up_and_lives_on(
        self, make: MakeWorker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("parity.workers.worker._DYING_S", 0.2)
        worker = make("hang up")
        worker.start()
        assert worker.pid is not None
        process = psutil.Process(worker.pid)
        assert isinstance(worker.ready(), Died)
        assert ended(process)

    def test_raised_while_it_opens(self, make: MakeWorker) -> None:
        worker = make("raise")
        worker.start()
        assert worker.ready() == Raised("ValueError", "bad model")
        assert not worker.alive

    @pytest.mark.parametrize(
        ("open_", "says"),
        [("refuse", "engine echo: no such device"), ("missing", "No module named 'no_such")],
    )
    def test_an_engine_that_can_t_start_is_nobody_s_finding(
        self, make: MakeWorker, open_: str, says: str
    ) -> None:
        worker = make(open_)
        worker.start()
        with pytest.raises(EngineError, match=says):
            worker.ready()
        assert not worker.alive

    def test_an_engine_that_nobody_knows(self, tmp_path: Path) -> None:
        worker = Worker("otr", Artifact("onnx", tmp_path / "m.onnx"), {})
        worker.start()
        with pytest.raises(UsageError, match='no engine "otr"; did you mean "ort"'):
            worker.ready()

    def test_opening_for_ever(self, make: MakeWorker) -> None:
        worker = make("sleep", open_s=0.2)
        worker.start()
        answer = worker.ready()
        assert isinstance(answer, TimedOut)
        assert "no answer to open within 0.2 s" in str(answer)


class TestNoise:
    def test_on_standard_output_disturbs_nothing(
        self, make: MakeWorker, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with make("print") as worker:
            started(worker)
            for _ in range(3):
                assert outputs(worker.run({**ONE, "noise": np.zeros(1)}))["x"] == 1
            # It comes by another way than the answer, and may come after it.
            wait_until(lambda: "Error: the last of it" in worker.stderr())
        assert capfd.readouterr() == ("", "")

    @pytest.mark.slow
    def test_without_end_fills_neither_disk_nor_memory(
        self, make: MakeWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A gigabyte within one feed: what is written is read, and all but its end forgotten."""
        folder = tmp_path / "tmp"
        folder.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        with make() as worker:
            started(worker)
            before = psutil.Process().memory_info().rss
            worker.submit({**ONE, "noise": np.full(1, 1000)})
            assert outputs(worker.collect())["x"] == 1
            grown = psutil.Process().memory_info().rss - before
            wait_until(lambda: worker.stderr().endswith("Error: the last of it\n"))
            assert len(worker.stderr()) <= KEPT_BYTES
            assert grown < 16 << 20
            assert list(folder.iterdir()) == []

    def test_the_last_words_are_kept(self, make: MakeWorker) -> None:
        with make() as worker:
            started(worker)
            answer = failure(worker.run({"noise": np.zeros(1), "die": np.zeros(1)}))
        assert str(answer) == "exited with code 7; last words: Error: the last of it"


class TestLife:
    def test_restart_after_death(self, make: MakeWorker) -> None:
        worker = make()
        first = started(worker)
        worker.run({"die": np.zeros(1)})
        second = started(worker)
        assert first.pid != second.pid
        assert outputs(worker.run(ONE))["x"] == 1

    def test_restart_while_it_lives_ends_the_first(self, make: MakeWorker) -> None:
        worker = make()
        first = started(worker)
        worker.submit(ONE)
        started(worker)
        assert ended(first)
        assert worker.pending == 0

    def test_close_twice_and_before_start(self, make: MakeWorker) -> None:
        worker = make()
        worker.close()
        process = started(worker)
        worker.close()
        worker.close()
        assert ended(process)
        assert worker.pid is None

    def test_close_gives_every_descriptor_back(self, make: MakeWorker) -> None:
        before = psutil.Process().num_fds()
        with make() as worker:
            started(worker)
            worker.run(ONE)
            assert psutil.Process().num_fds() > before
        assert psutil.Process().num_fds() == before

    def test_outputs_outlive_the_worker(self, make: MakeWorker) -> None:
        with make() as worker:
            started(worker)
            kept = outputs(worker.run(ONE))
        assert kept["x"] == 1

    def test_close_in_the_middle_of_a_run(self, make: MakeWorker) -> None:
        worker = make()
        process = started(worker)
        worker.submit({"sleep": np.array([60.0])})
        worker.close()
        assert ended(process)

    def test_more_feeds_than_slots(self, make: MakeWorker) -> None:
        with make() as worker:
            started(worker)
            for _ in range(SLOTS - 1):
                worker.submit(ONE)
            with pytest.raises(EngineError, match="without a free slot"):
                worker.submit(ONE)
            for _ in range(SLOTS - 1):
                assert outputs(worker.collect())["x"] == 1

    def test_submit_before_start(self, make: MakeWorker) -> None:
        with pytest.raises(EngineError, match="submit"):
            make().submit(ONE)

    def test_what_the_engine_has_started_ends_with_it(self, make: MakeWorker) -> None:
        with make("child") as worker:
            (child,) = started(worker).children()
        wait_until(lambda: ended(child))


HARNESS = """
import sys, time
import numpy as np
from pathlib import Path
from parity.model.artifact import Artifact
from parity.workers.worker import Worker
worker = Worker("echo", Artifact("onnx", Path("m.onnx")), {})
worker.start()
worker.ready()
worker.submit({"sleep": np.array([60.0])})
print(worker.pid, flush=True)
time.sleep(60)
"""


class TestNothingIsLeft:
    def test_when_the_harness_is_killed(self, make: MakeWorker) -> None:
        make()  # for the engine's entry point
        harness = subprocess.Popen([sys.executable, "-c", HARNESS], stdout=subprocess.PIPE)
        with harness:
            assert harness.stdout is not None
            process = psutil.Process(int(harness.stdout.readline()))
            harness.kill()
        wait_until(lambda: ended(process))

    def test_arenas_and_log_have_no_name(
        self, make: MakeWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path / "tmp"
        folder.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        with make() as worker:
            process = started(worker)
            grown: Feed = {"grow": np.array([3_000_000])}
            assert outputs(worker.run(grown))["x"].size == 3_000_000
            assert list(folder.iterdir()) == []
            maps = Path(f"/proc/{process.pid}/maps").read_text().splitlines()
            shared = [line for line in maps if " rw-s " in line]
            assert len(shared) >= 2, "a feed's and its outputs'"
            assert all(line.endswith("/memfd:parity (deleted)") for line in shared)
        assert list(folder.iterdir()) == []

    def test_without_memfd_either(
        self, make: MakeWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where the system has no anonymous files, an unlinked one does it."""
        folder = tmp_path / "tmp"
        folder.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        monkeypatch.delattr(os, "memfd_create")
        with make() as worker:
            started(worker)
            assert outputs(worker.run(ONE))["x"] == 1
            assert list(folder.iterdir()) == []
