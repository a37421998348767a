"""``python -m parity`` and the script ``parity``: the command, from its very first moment."""

import sys


def start() -> None:
    """Entry point of both; doesn't return."""
    import signal

    # Until the command has its own handlers, Ctrl-C ends the process without a traceback.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from parity.cli.main import main

    main()


if __name__ == "__main__":
    if not sys.flags.safe_path:
        # The working folder, which Python puts first for -m: its files are not to be run.
        del sys.path[0]
    start()
