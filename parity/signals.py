"""Names of signals, for people."""

import signal


def signal_name(number: int) -> str:
    """Name of a signal: SIGSEGV for 11; "signal 70" for one without a name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
