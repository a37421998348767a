"""``python -m parity`` and the script ``parity``: the command, from its very first moment."""

import signal
from typing import NoReturn


def start() -> NoReturn:
    """Entry point of both."""
    # Until the command has its own handlers, Ctrl-C ends the process without a traceback.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from parity.cli.main import main

    main()


if __name__ == "__main__":
    start()
