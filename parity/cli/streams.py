"""Standard input, output and error, which a caller may have closed."""

import errno
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def open_closed() -> None:
    """Put something in the place of standard streams that were closed.

    Else the next file, such as the socket to a worker, would get their number,
    and what is printed would go there.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # Standard output is opened for reading: whatever is printed fails, as it should.
            os.open(os.devnull, os.O_WRONLY if descriptor == 2 else os.O_RDONLY)
    # Python's own are None if their descriptor was closed. They live until the process ends.
    if sys.stdout is None:
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115


def complaint(error: OSError) -> str | None:
    """What is wrong with standard output, if that is what an error is about."""
    if error.filename is not None:
        return None
    if error.errno in (errno.EPIPE, errno.EBADF):
        return "standard output is closed, so the report could not be shown"
    if error.errno == errno.ENOSPC:
        return f"standard output: {error.strerror}, so the report could not be shown"
    return None


def discard() -> None:
    """Drop what a broken standard output still holds, which would be complained of at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def console(*, stderr: bool = False, width: int | None = None, highlight: bool = True) -> "Console":
    """Where reports are printed."""
    from parity.report.console import Plain

    return Plain(stderr=stderr, highlight=highlight, width=width)


def ended(signum: int, when: str) -> int:
    """Say that what was shown is partial; the code of a command that a signal ended."""
    import contextlib
    import signal

    import click

    by = "interrupted" if signum == signal.SIGINT else f"ended by {signal.Signals(signum).name}"
    with contextlib.suppress(OSError):
        click.echo(f"parity: {by} {when}: what is shown is partial", err=True)
    return 128 + signum
