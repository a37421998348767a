"""The command ``parity``: finds the verb, and turns every failure into one line and a code.

Exit codes: 0 parity, 1 at least one finding, 2 could not run, 130 after Ctrl-C,
143 after SIGTERM.
"""

import contextlib
import importlib
import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from parity.cli import streams
from parity.errors import ParityError, UsageError
from parity.interrupts import Interrupts, Terminated
from parity.shown import shown

_VERBS = {
    "attest": ("parity.cli.records.attest", "sign what a gate showed, as a record"),
    "bench": ("parity.cli.costs.bench", "time a case or a model in each engine and precision"),
    "cache": ("parity.cli.cache", "show or clear what parity keeps on this machine"),
    "calibrate": (
        "parity.cli.costs.calibrate",
        "propose a case's tolerances by measuring",
    ),
    "check": ("parity.cli.check", "compare an ONNX model with its Paddle model"),
    "completion": ("parity.cli.completion", "print what makes a shell complete parity's words"),
    "doctor": ("parity.cli.doctor", "say what this machine has of what a check needs"),
    "evaluate": ("parity.cli.evaluate", "measure a case's precisions on labelled data"),
    "explain": ("parity.cli.explain", "say which weight or op is to blame for a difference"),
    "export": ("parity.cli.export", "export a Paddle model, in FP32, FP16 or INT8"),
    "history": ("parity.cli.records.history", "say what got worse since when, over many gates"),
    "inspect": ("parity.cli.inspect", "show what a model takes, and why parity thinks so"),
    "lint": ("parity.cli.costs.lint", "say what may go wrong with an ONNX file elsewhere"),
    "matrix": ("parity.cli.matrix", "run a case over opsets and precisions"),
    "merge": ("parity.cli.records.merge", "put the parts of a gate together"),
    "mutate": (
        "parity.cli.studies.mutate",
        "plant faults in a candidate, see if its gate notices",
    ),
    "new": ("parity.cli.new", "begin a case: write a commented case.toml"),
    "plan": ("parity.cli.plan", "find what must stay in FP32 in an FP16 or INT8 model"),
    "predict": ("parity.cli.predict", "print what a case's model says of a text"),
    "record": ("parity.cli.record", "write down what a case's reference answers"),
    "review": ("parity.cli.review", "accept or reject what changed in recorded answers"),
    "schema": ("parity.cli.schema", "print the JSON Schema of a document that parity writes"),
    "show": ("parity.cli.show", "render a report or a bundle, at the terminal and as a page"),
    "sweep": ("parity.cli.studies.operators", "say which operators an exporter gets right"),
    "tokenizers": ("parity.cli.studies.tokenizers", "compare two tokenizers over the same texts"),
    "verify-record": ("parity.cli.records.verify_record", "hold a signed record against a model"),
    "weights": ("parity.cli.weights", "compare what two models store, weight by weight"),
    "zoo": ("parity.cli.zoo", "build reference models to try things on"),
}

COULD_NOT_RUN = 2

LEAST_ROOM = 1 << 30  # bytes; Paddle 3.3 fails to load, or on its first feed, in less

COMPLETION = "_PARITY_COMPLETE"
"""Set by the shell when it asks for completions."""


class _Verbs(click.Group):
    """A group that imports a verb's file when the verb is called, and for no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _VERBS:
            from parity.plugins import unknown

            raise click.UsageError(unknown("command", cmd_name, _VERBS), ctx)
        module = importlib.import_module(_VERBS[cmd_name][0])
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Options and verbs, no verb's file being imported for it."""
        from click.shell_completion import CompletionItem

        verbs = [CompletionItem(v, help=text) for v, (_, text) in sorted(_VERBS.items())]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(v for v in verbs if v.value.startswith(incomplete)), *options]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _VERBS.items()])


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from parity.doctor.packages import line

        click.echo(line())
        ctx.exit()


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the versions of parity and of the engines, and exit.",
)
@click.option("--debug", is_flag=True, help="Show tracebacks (anywhere on the line).")
@click.option("--no-settings", is_flag=True, help="Read no parity.toml (anywhere on the line).")
def parity(debug: bool, no_settings: bool) -> None:
    """Is this ONNX model the same function as the Paddle model it came from?

    Exit codes: 0 parity, 1 at least one finding, 2 could not run.
    """
    _check_room()


def main() -> NoReturn:
    """Entry point of the command."""
    arguments = [a for a in sys.argv[1:] if a not in ("--debug", "--no-settings")]
    debug = "--debug" in sys.argv[1:]
    if "--no-settings" in sys.argv[1:]:
        os.environ["PARITY_NO_SETTINGS"] = "1"
    streams.open_closed()
    interrupts = Interrupts()
    interrupts.install()
    streams.leave(_run(arguments, interrupts, debug=debug))


def _check_room() -> None:
    """Raise UsageError where memory is limited to too little to load an engine.

    Native libraries end the process then, with a code of theirs: 1 would be a finding.
    """
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < LEAST_ROOM:
        raise UsageError(
            f"address space is limited to {limit >> 20} MiB here (ulimit -v), and engines need "
            f"more than {LEAST_ROOM >> 20}; raise that limit"
        )


def _run(arguments: list[str], interrupts: Interrupts, *, debug: bool) -> int:
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        return _ended_by(signal.SIGINT)
    except Terminated as ended:
        return _ended_by(ended.signum)
    except BaseException as error:  # also a plugin's sys.exit, and a panic of Rust's
        if interrupts.received is not None:  # and a library made another error of it
            return _ended_by(interrupts.received)
        if debug:
            _trace(error)
        return _say(_line(error), COULD_NOT_RUN)
    return code if isinstance(code, int) else 0


def _ended_by(signum: int) -> int:
    by = "interrupted" if signum == signal.SIGINT else f"ended by {signal.Signals(signum).name}"
    return _say(f"{by} before there was a result", 128 + signum)


def _invoke(arguments: list[str]) -> object:
    if COMPLETION in os.environ:
        from parity.completion import answer

        return answer(parity, COMPLETION)
    # Not by main(), which exits with 1 when a pipe is closed: here that means a finding.
    try:
        with parity.make_context("parity", arguments) as context:
            return parity.invoke(context)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return COULD_NOT_RUN
    except click.exceptions.Exit as ended:
        return ended.exit_code


def _line(error: BaseException) -> str:
    """One line for whatever went wrong: what, where, what to do."""
    match error:
        case click.UsageError():
            where = error.ctx.command_path if error.ctx else "parity"
            return f"{error.format_message()} (see {where} --help)"
        case _ if _is_homeless():
            return f"the working folder is gone; go to one that is there ({error})"
        case click.ClickException():
            return error.format_message()
        case ParityError():
            return str(error)
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return streams.complaint(error) or f"{where}{error.strerror or error}"
        case MemoryError():
            return "out of memory; try a smaller --max-batch or --max-length"
    return (
        f"internal error: {type(error).__name__}: {error}; "
        "run it again with --debug and report the traceback"
    )


def _is_homeless() -> bool:
    try:
        Path.cwd()
    except OSError:
        return True
    return False


def _trace(error: BaseException) -> None:
    import traceback

    with contextlib.suppress(OSError):
        traceback.print_exception(error)


def _say(line: str, code: int) -> int:
    # Standard error may be closed or full: the code is what is left to say it with.
    with contextlib.suppress(OSError):
        click.echo(f"parity: {shown(' '.join(line.split()))}", err=True)
    return code
