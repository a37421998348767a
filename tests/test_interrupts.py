"""Signals are handled in a block, and as before behind it."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from parity.interrupts import Interrupts


@pytest.fixture
def heeded() -> Iterator[None]:
    """Whoever runs the tests in the background has SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded")
def test_what_was_there_before_is_there_again() -> None:
    before = signal.getsignal(signal.SIGINT), sys.unraisablehook
    interrupts = Interrupts([signal.SIGINT])
    with interrupts.handled():
        assert signal.getsignal(signal.SIGINT) != before[0]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert interrupts.received == signal.SIGINT
    assert (signal.getsignal(signal.SIGINT), sys.unraisablehook) == before


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts([signal.SIGHUP]).handled() as interrupts:
            signal.raise_signal(signal.SIGHUP)
        assert interrupts.received is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_in_another_thread_nothing_is_handled_and_nothing_fails() -> None:
    done = []

    def work() -> None:
        with Interrupts().handled():
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert done == [True]


@pytest.mark.usefixtures("heeded")
def test_code_that_exec_runs_around_the_block_does_not_hold_a_signal_back() -> None:
    # A pytest-xdist worker runs that way; a string compiled by exec is in "<string>".
    scope: dict[str, object] = {}
    exec(  # noqa: S102
        "from tests.test_interrupts import test_what_was_there_before_is_there_again as test\n"
        "test()\n"
        "ran = True",
        scope,
    )
    assert scope["ran"]


def _run(program: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: there SIGINT that comes too late kills nothing else."""
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )


BLOCK = """
import signal
from parity.interrupts import Interrupts

signal.signal(signal.SIGINT, signal.default_int_handler)
interrupts = Interrupts([signal.SIGINT])
try:
    with interrupts.handled():
        {body}
        print("went on")
except KeyboardInterrupt:
    print("arrived")
"""


def test_a_signal_inside_exec_waits_until_exec_is_over() -> None:
    body = 'exec("import signal; signal.raise_signal(signal.SIGINT); print(1)"); import time; '
    ran = _run(BLOCK.format(body=body + "time.sleep(30)"))
    assert (ran.returncode, ran.stdout.split("\n")[:2]) == (0, ["1", "arrived"]), ran


def test_a_signal_that_is_due_at_the_end_of_the_block_is_raised_there() -> None:
    ran = _run(BLOCK.format(body='exec("import signal; signal.raise_signal(signal.SIGINT)")'))
    assert (ran.returncode, ran.stdout) == (0, "went on\narrived\n"), ran
