"""What a failing cell shows."""

from pathlib import Path

from parity.compare.tolerance import DEFAULTS
from parity.errors import ParityError
from parity.gate.cell import CellResult
from parity.pytest_plugin._options import Chosen
from parity.report import bundle, terminal
from parity.shown import command, shown
from parity.verify.kept.known import blob
from parity.verify.request import Request, Side
from parity.verify.result import Result

_LONGEST_BLOB = 1000  # what people still copy


def text(result: CellResult, nodeid: str, chosen: Chosen, folder: Path | None) -> str:
    """The cause, what was compared, the smallest failing feed, and how to see it again.

    folder: where the evidence goes, if anywhere.
    """
    lines = [f"{result.status}: {shown(result.reason)}"]
    if result.result is not None:
        if result.status == "failed":
            lines += ["", *_evidence(result, result.result, folder)]
        lines.append(f"check     {check(result.result.request)}")
    rerun = again(result, nodeid, chosen)
    lines.append(f"again     {rerun}")
    word = blob(result.result.minimal.example) if result.result and result.result.minimal else ""
    if 0 < len(word) <= _LONGEST_BLOB:
        lines.append(f"or        {rerun} --parity-blob={word}")
    return "\n".join(lines)


def internal(error: Exception) -> str:
    """A defect of parity's, or of a plugin of somebody else's, in one line."""
    said = shown(" ".join(str(error).split()))
    return f"internal error: {type(error).__name__}: {said}; --full-trace shows where"


def check(asked: Request) -> str:
    """The command that compares the same two files in the same way, without the answers."""
    words: list[object] = ["parity", "check", asked.candidate.model.program]
    words += ["--reference", asked.reference.model.program, "--precision", asked.precision]
    if asked.tolerance != DEFAULTS[asked.precision]:
        words += ["--rtol", asked.tolerance.rtol, "--atol", asked.tolerance.atol]
        words += ["--rule", asked.tolerance.rule]
    words += ["--max-examples", asked.effort.max_examples, "--seed", asked.effort.seed]
    optional = {
        "--tokenizer": asked.tokenizer,
        "--inputs": asked.kind,
        "--max-batch": asked.max_batch,
        "--max-length": asked.max_length,
        "--picture": asked.picture,
    }
    for option, value in optional.items():
        words += [] if value is None else [option, value]
    words += ["--strict"] if asked.strict else []
    for option, values in (("--input", asked.said), ("--feeds", asked.feeds)):
        words += [word for value in values for word in (option, value)]
    sides = [*_side("reference", asked.reference), *_side("candidate", asked.candidate)]
    return command([*words, *sides])


def again(result: CellResult, nodeid: str, chosen: Chosen) -> str:
    """The command that runs this cell alone."""
    words = ["pytest", nodeid]
    if chosen.opsets:
        words.append(f"--parity-opset={result.cell.opset}")
    if chosen.engine:
        words.append(f"--parity-engine={chosen.engine}")
    words += [f"--parity-profile={chosen.profile}", f"--parity-seed={chosen.seed}"]
    if chosen.examples:
        words.append(f"--parity-examples={chosen.examples}")
    if chosen.models:
        words.append(f"--parity-models={chosen.models}")
    if chosen.strict:
        words.append("--parity-strict")
    return command(words)


def _side(role: str, side: Side) -> list[str]:
    engine = [f"--{role}-engine", side.engine] if side.engine != side.model.engine else []
    options = [[f"--{role}-option", f"{name}={value}"] for name, value in side.options.items()]
    return [*engine, *(word for option in options for word in option)]


def _evidence(cell: CellResult, result: Result, folder: Path | None) -> list[str]:
    written, problem = None, []
    if folder is not None:
        try:
            of = str(cell.cell.case.folder.resolve())
            written = bundle.write(folder, result, cell.explanation, of=of)
        except ParityError as error:
            problem = [f"bundle    not written: {shown(error)}"]
    told = terminal.text(result, cell.explanation, bundle=written)
    return [*told.splitlines(), *problem]
