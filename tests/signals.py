"""Signals for the processes that tests start."""

import signal


def as_usual() -> None:
    """Handle signals as a process in the foreground does. For ``preexec_fn``.

    Tests that run in the background have SIGINT ignored, or under nohup SIGHUP,
    and with them all that they start.
    """
    for signum in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(signum, signal.SIG_DFL)
