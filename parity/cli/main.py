"""The command ``parity``: finds the verb, and turns every failure into one line and a code.

Exit codes: 0 parity, 1 at least one finding, 2 could not run, 130 after Ctrl-C,
143 after SIGTERM.
"""

import importlib
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

import click

from parity import __version__
from parity.errors import ParityError

_VERBS = {
    "check": ("parity.cli.check", "compare an ONNX model with its Paddle model"),
    "inspect": ("parity.cli.inspect", "show what a model takes, and why parity thinks so"),
    "zoo": ("parity.cli.zoo", "build reference models to try things on"),
}

COULD_NOT_RUN = 2


class Terminated(BaseException):
    """SIGTERM, as an exception, so that workers are ended on the way out."""


class _Verbs(click.Group):
    """A group that imports a verb's file when the verb is called, and for no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _VERBS:
            from parity.plugins import unknown

            raise click.UsageError(unknown("command", cmd_name, _VERBS), ctx)
        module = importlib.import_module(_VERBS[cmd_name][0])
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _VERBS.items()])


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="parity")
@click.option("--debug", is_flag=True, help="Show tracebacks (anywhere on the line).")
def parity(debug: bool) -> None:
    """Is this ONNX model the same function as the Paddle model it came from?

    Exit codes: 0 parity, 1 at least one finding, 2 could not run.
    """


def main() -> NoReturn:
    """Entry point of the command."""
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
    signal.signal(signal.SIGTERM, _terminate)
    code = _run(arguments, debug=debug)
    _leave(code)


def _run(arguments: list[str], *, debug: bool) -> int:
    try:
        code = parity(args=arguments, prog_name="parity", standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        return _say("interrupted; nothing was written", 128 + signal.SIGINT)
    except Terminated:
        return _say("terminated; nothing was written", 128 + signal.SIGTERM)
    except Exception as error:
        if debug:
            raise
        return _say(_line(error), COULD_NOT_RUN)
    return code if isinstance(code, int) else 0


def _line(error: Exception) -> str:
    """One line for whatever went wrong: what, where, what to do."""
    match error:
        case click.UsageError():
            where = error.ctx.command_path if error.ctx else "parity"
            return f"{error.format_message()} (see {where} --help)"
        case click.ClickException():
            return error.format_message()
        case ParityError():
            return str(error)
        case BrokenPipeError():
            return "standard output was closed, so the report could not be shown"
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return f"{where}{error.strerror or error}"
        case MemoryError():
            return "out of memory; try a smaller --max-batch or --max-length"
    return (
        f"internal error: {type(error).__name__}: {error}; "
        "run it again with --debug and report the traceback"
    )


def _say(line: str, code: int) -> int:
    click.echo(f"parity: {' '.join(line.split())}", err=True)
    return code


def _leave(code: int) -> NoReturn:
    # What is left in the buffer of a closed pipe would be complained of at exit.
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _terminate(signum: int, frame: FrameType | None) -> None:
    raise Terminated
