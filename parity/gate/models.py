"""Where a case's models are."""

import os
from dataclasses import dataclass
from pathlib import Path

from parity import golden, zoo
from parity.case import Case
from parity.errors import CaseError, ParityError
from parity.exports.calibration import Calibration
from parity.exports.derive import Derived, derive
from parity.gate.cell import Cell
from parity.inputs import find_tokenizer
from parity.model.artifact import Artifact, is_there, resolve
from parity.model.hashes import sha256
from parity.model.opset import opsets
from parity.model.precisions import CALIBRATED
from parity.verify.feeds.calibrating import calibrated, texts_of
from parity.verify.request import Request, Side


class NotHereError(CaseError):
    """A model that a user must bring, and hasn't."""


@dataclass(frozen=True)
class Roots:
    """models: folder under which models that users bring lie; None if nobody said."""

    models: Path | None = None

    @classmethod
    def of(cls, models: Path | None) -> "Roots":
        """The folder that was given, else ``$PARITY_MODELS``."""
        named = os.environ.get("PARITY_MODELS")
        return cls(models or (Path(named) if named else None))


def reference(case: Case, roots: Roots) -> Artifact:
    """The reference of a case, built if it is the zoo's.

    Raises NotHereError, saying where it was looked for, if it isn't there, and
    CaseError if it isn't the one whose hash the case states.
    """
    source = case.reference
    if source.zoo is not None:
        model = resolve(zoo.build(source.zoo, head=source.head), want="paddle")
    else:
        found = find(case, source.path or "", roots)
        model = resolve(found, want="paddle" if found.suffix != ".onnx" else None)
    if source.sha256 is not None:
        _same(case, model, source.sha256)
    return model


def candidate(case: Case, roots: Roots) -> Artifact | None:
    """The candidate that the case names; None if it is to be exported.

    It may lie beside a model of the zoo of which an ONNX file was published.

    Raises CaseError if it isn't there: who has the reference and no candidate
    has nothing to release.
    """
    if case.candidate is None:
        return None
    if case.reference.zoo is not None:
        published = reference(case, roots).program.parent / case.candidate
        if published.is_file():
            return _of_opset(case, resolve(published, want="onnx"))
    try:
        return _of_opset(case, resolve(find(case, case.candidate, roots), want="onnx"))
    except NotHereError as error:
        raise CaseError(f"the candidate of {error}") from error


def _of_opset(case: Case, model: Artifact) -> Artifact:
    found = opsets(model)[1]
    if case.opset_said and found not in (None, case.opset, *case.upgrades):
        raise CaseError(
            f"{case.file}: [candidate] opset says {case.opset}, and {model.program.name} is of "
            f"opset {found}; leave the key out, or name the file that is meant"
        )
    return model


def tokenizer(case: Case, model: Artifact, roots: Roots) -> Path | None:
    """The case's tokenizer, or what lies beside the reference; None if neither is there.

    Never what lies beside the candidate: both sides answer the reference's texts.
    """
    if case.reference.tokenizer is not None:
        return find(case, case.reference.tokenizer, roots, what="tokenizer")
    folder = model.program.parent
    return folder if find_tokenizer(folder) is not None else None


def derived(cell: Cell, roots: Roots) -> Derived | None:
    """The candidate that is made for a cell; None where the case names one, or it can't be made.

    Why it can't is told when the cell is run.
    """
    try:
        if candidate(cell.case, roots) is not None:
            return None
        model = reference(cell.case, roots)
        return derive(
            model, opset=cell.opset, precision=cell.precision, keep=cell.keep, by=cell.by,
            calibration=calibration(cell, model, roots),
        )  # fmt: skip
    except ParityError:
        return None


def calibration(cell: Cell, model: Artifact, roots: Roots) -> Calibration | None:
    """What the cell's candidate is calibrated with; None for a precision that needs nothing.

    The texts that the case names, else its feeds, else the texts of its golden. Raises CaseError
    where there are none.
    """
    case = cell.case
    if cell.precision not in CALIBRATED:
        return None
    feeds = tuple(case.folder / path for path in cell.inputs.feeds)
    named = case.texts.get(cell.precision)
    texts: tuple[str, ...] = ()
    if named is not None:
        texts = texts_of(case.folder / named)
    elif not feeds and case.golden is not None:
        texts = tuple(one.text for one in golden.load(case.folder / case.golden).sentences)
    if not texts and not feeds:
        raise CaseError(
            f"{case.name}: {cell.precision} needs texts or feeds to be calibrated with: write "
            f'texts = "FILE" under [candidate.{cell.precision}], or record a golden'
        )
    asked = Request(
        Side(model, model.engine), Side(model, model.engine), kind=cell.inputs.kind,
        max_length=cell.inputs.max_length, said=cell.inputs.said, feeds=feeds,
        picture=cell.inputs.picture, tokenizer=tokenizer(case, model, roots),
    )  # fmt: skip
    return calibrated(asked, texts)


def _same(case: Case, model: Artifact, wanted: str) -> None:
    weights = model.parameters or model.program
    found = sha256(weights)
    if found != wanted.lower():
        raise CaseError(
            f"{case.name}: {weights} is another model: its SHA-256 is {found}, and the case "
            f"states {wanted}; bring that one, or change [reference] sha256 and record anew"
        )


def find(case: Case, path: str, roots: Roots, *, what: str = "model") -> Path:
    """A path of a case: from its folder, or under the models root. Raises NotHereError.

    what: what should lie there, for the message.
    """
    places = [case.folder / path, *([roots.models / path] if roots.models else [])]
    for place in places:
        if is_there(place):
            return place
    looked = ", ".join(str(place) for place in places)
    raise NotHereError(
        f"{case.name}: its {what} isn't here (looked for {looked}); "
        "bring it and say where with $PARITY_MODELS, --models, or pytest's --parity-models, or "
        "correct its path in case.toml"
    )
