"""Signals are handled in a block, and as before behind it."""

import signal
import sys
import threading

import pytest

from parity.interrupts import Interrupts


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
