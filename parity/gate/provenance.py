"""What the answers of a request depend on, as hashes."""

import hashlib
from pathlib import Path

from parity.errors import CaseError
from parity.golden import FED, Provenance
from parity.inputs import DEFAULT_LENGTH, TOKENIZER_FILES
from parity.model.artifact import Artifact
from parity.model.hashes import sha256
from parity.model.spec import TokenIds
from parity.verify.facts import environment
from parity.verify.feeds.described import described
from parity.verify.request import Request
from parity.verify.task import task_of

_WITH = {"word.dic": "q2b.dic"}
"""What a tokenizer reads beside its file, if it is there."""


def provenance(asked: Request) -> Provenance:
    """Provenance of what would be recorded now. Raises CaseError without a task or tokenizer."""
    model = asked.reference.model
    folder = model.program.parent
    task = task_of(asked)
    if task is None:
        raise CaseError("a golden needs a task: write [task] name = … into the case")
    name, flags = environment.cpu()
    return Provenance(
        program=sha256(model.program),
        parameters=_parameters(model),
        tokenizer=_tokenizer(asked.tokenizer or folder) if task.reads_texts else _fed(asked),
        task=task.identity,
        max_length=_longest(asked),
        versions=environment.versions(),
        cpu=name,
        cpu_flags=flags,
    )


def _parameters(model: Artifact) -> str:
    if model.parameters is not None:
        return sha256(model.parameters)
    # An ONNX file holds its own, or names the files that do.
    return _all(model.files)


def _tokenizer(path: Path) -> str:
    places = [path] if path.is_file() else [path / name for name in TOKENIZER_FILES]
    for place in places:
        if place.is_file():
            beside = place.with_name(_WITH.get(place.name, place.name))
            extra = (beside,) if beside != place and beside.is_file() else ()
            return _all((place, *extra))
    raise CaseError(
        f"{path}: no tokenizer beside the model; looked for {', '.join(TOKENIZER_FILES)}"
    )


def _fed(asked: Request) -> str:
    """Of the own feeds, and of how a picture becomes one."""
    files = [
        f for path in asked.feeds for f in (sorted(path.rglob("*")) if path.is_dir() else [path])
    ]
    whole = [asked.picture or "", *(sha256(file) for file in files if file.is_file())]
    return FED + hashlib.sha256("\n".join(whole).encode()).hexdigest()


def _all(files: tuple[Path, ...]) -> str:
    """SHA-256 of one file, or over those of several."""
    digests = [sha256(file) for file in files]
    return (
        digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    )


def _longest(asked: Request) -> int:
    bounds = [
        spec.domain.positions
        for spec in described(asked).inputs
        if isinstance(spec.domain, TokenIds) and spec.domain.positions
    ]
    return min([asked.max_length or DEFAULT_LENGTH, *bounds])
