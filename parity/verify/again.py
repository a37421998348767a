"""The command that does a verification again."""

from parity.compare.answers import AnswerDiffers, ConfidenceDiffers, GoldenDiffers, TooManyTies
from parity.compare.tolerance import DEFAULTS
from parity.shown import command
from parity.verify.request import Request, Side
from parity.verify.result import Result

_OF_ANSWERS = (AnswerDiffers, GoldenDiffers, ConfidenceDiffers, TooManyTies)


def words(asked: Request) -> list[str]:
    """Of ``parity check``: the same two files in the same way, without a case's answers."""
    made: list[object] = ["parity", "check", asked.candidate.model.program]
    made += ["--reference", asked.reference.model.program, "--precision", asked.precision]
    if asked.tolerance != DEFAULTS[asked.precision]:
        made += ["--rtol", asked.tolerance.rtol, "--atol", asked.tolerance.atol]
        made += ["--rule", asked.tolerance.rule]
    made += ["--max-examples", asked.effort.max_examples, "--seed", asked.effort.seed]
    optional = {
        "--tokenizer": asked.tokenizer,
        "--inputs": asked.kind,
        "--max-batch": asked.max_batch,
        "--max-length": asked.max_length,
        "--picture": asked.picture,
    }
    for option, value in optional.items():
        made += [] if value is None else [option, value]
    made += ["--strict"] if asked.strict else []
    renamed = [f"{reference}={candidate}" for reference, candidate in asked.renamed.items()]
    several = (("--input", asked.said), ("--feeds", asked.feeds), ("--map-output", renamed))
    for option, values in several:
        made += [word for value in values for word in (option, value)]
    sides = [*_side("reference", asked.reference), *_side("candidate", asked.candidate)]
    return [str(word) for word in (*made, *sides)]


def line(asked: Request) -> str:
    """The same, to be copied."""
    return command(words(asked))


def about_answers(result: Result) -> bool:
    """Whether all that was found are answers, which the two files alone don't show again."""
    found = result.verdict.findings
    return bool(found) and all(isinstance(f, _OF_ANSWERS) for f in found)


def _side(role: str, side: Side) -> list[object]:
    made: list[object] = []
    if side.engine != side.model.engine:
        made += [f"--{role}-engine", side.engine]
    for name, value in side.options.items():
        made += [f"--{role}-option", f"{name}={value}"]
    if side.interpreter is not None:
        made += [f"--{role}-env", side.interpreter.path]
    return made
