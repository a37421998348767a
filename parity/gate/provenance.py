"""What the answers of a request depend on, as hashes."""

import hashlib
from pathlib import Path

from parity import plugins
from parity.errors import CaseError
from parity.golden import Provenance
from parity.inputs import DEFAULT_LENGTH, TOKENIZER_FILES
from parity.model.artifact import Artifact
from parity.model.hashes import sha256
from parity.model.spec import TokenIds
from parity.verify.facts import environment
from parity.verify.feeds.described import described
from parity.verify.request import Request

_WITH = {"word.dic": "q2b.dic"}
"""What a tokenizer reads beside its file, if it is there."""


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
        parameters=_parameters(model),
        tokenizer=_tokenizer(asked.tokenizer or folder),
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
