"""Standard input, output and error, which a caller may have closed."""

import atexit
import contextlib
import errno
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from rich.console import Console


def building() -> "AbstractContextManager[Callable[[str], None]]":
    """A live line on standard error, if something is built; takes what is said on the way."""
    from parity.report.watched import live

    return live.building(console(stderr=True))


def give(document: str, target: "Path | None") -> None:
    """Write a JSON document where it was asked for: to standard output, to a file, or nowhere."""
    from parity.report import targets

    if target == targets.STDOUT:
        sys.stdout.write(document)
    elif target is not None:
        targets.write(target, document, "json")


_LOOK_S = 0.25  # how long a signal waits at most, which comes just before we wait for an answer


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
    if isinstance(sys.stdout, io.TextIOWrapper):
        # The name of a file may be of bytes that are no text; in JSON this is their escape.
        sys.stdout.reconfigure(errors="backslashreplace")


def complaint(error: OSError) -> str | None:
    """What is wrong with standard output, if that is what an error is about."""
    if error.filename is not None:
        return None
    if error.errno in (errno.EPIPE, errno.EBADF):
        return "standard output is closed, so the report could not be shown"
    if error.errno == errno.ENOSPC:
        return f"standard output: {error.strerror}, so the report could not be shown"
    return None


def leave(code: int) -> NoReturn:
    """End this process with a code, whatever became of its standard streams.

    Python itself would make 120 of it where a stream can't be flushed, wait for
    input under PYTHONINSPECT, and destroy one by one what goes with the process.
    """
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def console(*, stderr: bool = False, width: int | None = None, highlight: bool = True) -> "Console":
    """Where reports are printed."""
    from parity.report.console import Plain

    return Plain(stderr=stderr, highlight=highlight, width=width)


def answer(question: str) -> str:
    """What somebody types on one line. Raises EOFError where input ends.

    Not ``input``: a signal that comes just before it waits would wait with it.
    """
    import select

    sys.stdout.write(question)
    sys.stdout.flush()
    while not select.select([sys.stdin], [], [], _LOOK_S)[0]:
        pass
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


def ended(signum: int, when: str) -> int:
    """Say that what was shown is partial; the code of a command that a signal ended."""
    import contextlib
    import signal

    import click

    by = "interrupted" if signum == signal.SIGINT else f"ended by {signal.Signals(signum).name}"
    with contextlib.suppress(OSError):
        click.echo(f"parity: {by} {when}: what is shown is partial", err=True)
    return 128 + signum
