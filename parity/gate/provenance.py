"""What the answers of a request depend on, as hashes."""

from pathlib import Path

from parity import plugins
from parity.errors import CaseError
from parity.golden import Provenance
from parity.inputs import Limits
from parity.model.domains import signature
from parity.model.hashes import sha256
from parity.model.spec import TokenIds
from parity.verify import environment
from parity.verify.request import Request

TOKENIZERS = ("tokenizer.json", "vocab.txt", "word.dic")


def provenance(asked: Request) -> Provenance:
    """Provenance of what would be recorded now. Raises CaseError without a task or tokenizer."""
    model = asked.reference.model
    if asked.task is None:
        raise CaseError("a golden needs a task: write [task] name = … into the case")
    folder = model.program.parent
    task = plugins.load("tasks", asked.task.name).open(asked.task.options, folder)
    name, flags = environment.cpu()
    return Provenance(
        program=sha256(model.program),
        parameters=sha256(model.parameters) if model.parameters else "",
        tokenizer=sha256(_tokenizer(asked.tokenizer or folder)),
        task=task.identity,
        max_length=_longest(asked),
        versions=environment.versions(),
        cpu=name,
        cpu_flags=flags,
    )


def _tokenizer(path: Path) -> Path:
    if path.is_file():
        return path
    for name in TOKENIZERS:
        if (path / name).is_file():
            return path / name
    raise CaseError(f"{path}: no tokenizer beside the model; looked for {', '.join(TOKENIZERS)}")


def _longest(asked: Request) -> int:
    bounds = [
        spec.domain.positions
        for spec in signature(asked.reference.model).inputs
        if isinstance(spec.domain, TokenIds) and spec.domain.positions
    ]
    return min([asked.max_length or Limits().max_length or 512, *bounds])
