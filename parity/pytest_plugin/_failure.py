"""What a failing cell shows."""

from pathlib import Path

from parity.errors import ParityError
from parity.gate.cell import CellResult
from parity.pytest_plugin._options import Chosen
from parity.report import bundle, terminal
from parity.shown import command, shown
from parity.verify import again
from parity.verify.kept.known import blob
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
        lines.append(f"check     {_check(result, result.result)}")
    rerun = again_of(result, nodeid, chosen)
    lines.append(f"again     {rerun}")
    word = blob(result.result.minimal.example) if result.result and result.result.minimal else ""
    if 0 < len(word) <= _LONGEST_BLOB:
        lines.append(f"or        {rerun} --parity-blob={word}")
    return "\n".join(lines)


def internal(error: Exception) -> str:
    """A defect of parity's, or of a plugin of somebody else's, in one line."""
    said = shown(" ".join(str(error).split()))
    return f"internal error: {type(error).__name__}: {said}; --full-trace shows where"


def _check(cell: CellResult, result: Result) -> str:
    """Of both files; where only answers were found, of the case, which has them."""
    if not again.about_answers(result):
        return again.line(result.request)
    of = cell.cell
    words = ["parity", "check", str(of.case.folder), "--precision", of.precision]
    words += [] if of.case.candidate is not None else ["--opset", str(of.opset)]
    return command([*words, "--seed", str(result.request.effort.seed)])


def again_of(result: CellResult, nodeid: str, chosen: Chosen) -> str:
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
