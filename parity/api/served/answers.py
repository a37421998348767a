"""Check a server of answers against a case's reference."""

from pathlib import Path

from parity.answering.found import Served
from parity.answering.run import probe, run
from parity.answering.server import TIMEOUT_S, Server
from parity.api.options import AnyPath
from parity.case import Case
from parity.duet.texts import generated
from parity.errors import CaseError, InputError
from parity.gate.asking import Asked
from parity.gate.cell import Cell
from parity.gate.models import Roots
from parity.gate.record import asked_of
from parity.gate.run import Settings
from parity.inputs import load_tokenizer
from parity.inputs.boundary.texts import fixed
from parity.target import find_case, served
from parity.verify.request import Effort
from parity.verify.task import task_of


def check_answers(
    name: AnyPath,
    case: AnyPath | Case,
    *,
    precision: str | None = None,
    max_examples: int = 40,
    seed: int = 0,
    timeout_s: float = TIMEOUT_S,
    models: AnyPath | None = None,
) -> Served:
    """Compare what a server answers to texts with what a case's reference does.

    name: ``answers:http://HOST:PORT/PATH``, a server of PaddleNLP's SimpleServing, or one that
        speaks as it does.
    case: says what is right: its reference, tokenizer, task and recorded texts. precision: whose
        tolerance says what a tie is; None is the case's first. max_examples: generated texts, on
        top of the boundary's and the recorded ones. seed: of what is drawn, and of batches.
    timeout_s: for one request. models: where models that users bring lie.

    Raises ParityError, one line: UsageError for what is no address, CaseError for a case without a
    task that reads texts, EngineError where the server can't be reached, is late, or answers the
    first text with no result.
    """
    told = served(name)
    found = case if isinstance(case, Case) else find_case(case)
    cell = Cell(found, found.opset, precision or found.precisions[0], found.inputs[0])
    settings = Settings(Roots.of(None if models is None else Path(models)), Effort(seed=seed))
    asked = asked_of(cell, settings, candidate=False)
    task = task_of(asked)
    if task is None or not task.reads_texts:
        raise CaseError(f"{found.name}: its task reads no texts, which a server is asked")
    server = Server(told.url, asked.max_length, timeout_s)
    texts = _texts(found, asked.tokenizer, max_examples, seed)
    probe(server, texts[0])
    with Asked(asked, "reference") as reference:
        return run(asked, reference, server, texts, seed=seed)


def _texts(case: Case, tokenizer: Path | None, examples: int, seed: int) -> list[str]:
    """Recorded ones first: they are what a model of the case is sure to answer."""
    recorded = [] if case.golden is None else _recorded(case)
    pieces = [] if tokenizer is None else [*load_tokenizer(tokenizer).tokens]
    made = [*recorded, *fixed(), *generated(pieces, examples, seed)]
    if not made:
        raise InputError(f"{case.name}: there is no text to ask for")
    return list(dict.fromkeys(made))


def _recorded(case: Case) -> list[str]:
    from parity import golden
    from parity.gate.record import path_of

    return [one.text for one in golden.load(path_of(case)).sentences]
