"""A process that was begun ahead serves the next worker of its engine, or ends with its block."""

import time

import psutil
import pytest

from parity import zoo
from parity.engines import EngineInfo, imports
from parity.model.artifact import Artifact, resolve
from parity.workers.ahead import begun, taken
from parity.workers.worker import Worker


def model() -> Artifact:
    return resolve(zoo.build("ernie-tiny-ner"), want="paddle")


def waiting() -> list[psutil.Process]:
    return [c for c in psutil.Process().children() if "parity.workers.child" in c.cmdline()]


def test_the_next_worker_takes_it() -> None:
    with begun("paddle"):
        (process,) = waiting()
        with Worker("paddle", model(), {}) as worker:
            assert worker.pid == process.pid
            assert isinstance(worker.ready(), EngineInfo)
            # What was imported ahead is part of what loading took.
            assert worker.load_s > 0.2
            with Worker("paddle", model(), {}) as other:
                assert other.pid != process.pid
    assert not waiting()


@pytest.mark.parametrize("options", [{"spinning": True}, {"spinning": False}])
def test_one_whose_threads_were_asked_for_does_not(options: dict[str, bool]) -> None:
    with begun("paddle"):
        (process,) = waiting()
        with Worker("paddle", model(), options) as worker:
            assert worker.pid != process.pid
        assert process.is_running()
    assert not waiting()


def test_nor_one_of_another_engine_or_with_less_memory() -> None:
    with begun("paddle"):
        for worker in (
            Worker("ort", model(), {}),
            Worker("paddle", model(), {}, memory_bytes=1 << 34),
        ):
            with worker:
                assert worker.pid not in {p.pid for p in waiting()[:1]}
    assert not waiting()
    assert taken("paddle") is None


def test_for_one_that_died_meanwhile_there_is_another() -> None:
    with begun("paddle"):
        (process,) = waiting()
        process.kill()
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        with Worker("paddle", model(), {}) as worker:
            assert worker.pid != process.pid
            assert isinstance(worker.ready(), EngineInfo)


def test_an_engine_that_can_not_be_imported_raises_nothing_yet() -> None:
    imports("no-such-engine")
    imports("ort")  # has nothing to import ahead
