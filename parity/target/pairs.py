"""The two sides of a check, from what a user names."""

from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike

from parity.errors import UsageError
from parity.exports._by import By, exporter
from parity.model.artifact import Artifact, reference_beside, resolve
from parity.target.kinds import model
from parity.target.served import is_served, whole

OPSET = 13  # ERNIE 3.0 deployment guide


@dataclass(frozen=True)
class Pair:
    """What is right by definition, and what is checked against it."""

    reference: Artifact
    candidate: Artifact


def pair(
    candidate: str | PathLike[str],
    reference: str | PathLike[str] | None = None,
    *,
    precision: str = "fp32",
    opset: int | None = None,
    by: By | None = None,
    progress: Callable[[str], None] | None = None,
) -> Pair:
    """Reference and candidate. A Paddle model alone is the reference of what is made from it.

    candidate, reference: names as `model` takes them; without a reference the Paddle model that
        lies beside the candidate. Of ``kserve:URL/MODEL``, of which no file is there, the
        reference's stands for both.
    precision, opset: of the export of a Paddle model; None takes `OPSET`.
    by: the exporter of it. Where one is named an export is made, also beside one that lies there.
    progress: hears what takes minutes.

    Raises ModelError for what isn't there or isn't whole, ZooError for a name that isn't in the
    zoo, ExportError where no export comes out, and UsageError for an opset or an exporter of a
    given file.
    """
    if is_served(candidate):
        if opset is not None or by is not None:
            raise UsageError(f"{whole(candidate)}: is served as it is, not exported")
        if reference is None:
            raise UsageError(
                f"{whole(candidate)}: nothing lies beside a server; name its --reference"
            )
        against = model(reference, progress=progress).reference()
        return Pair(against, against)  # of the served one no file is read
    named = model(candidate, progress=progress)
    if by is not None:
        exporter(by)
        paddle = named.source()
        if paddle.format == "onnx":
            raise UsageError(f"--exporter: {paddle.program.name} is taken as it is, not exported")
        against = paddle if reference is None else model(reference, progress=progress).reference()
        return Pair(against, _exported(paddle, precision, opset, by, progress))
    if reference is None:
        found = named.alone(remade=precision != "fp32" or opset is not None)
        if found.format != "onnx":
            return Pair(found, _exported(found, precision, opset, None, progress))
    else:
        found = named.candidate()
    if opset is not None:
        raise UsageError(f"--opset: {found.program.name} is taken as it is, not exported")
    if reference is None:
        return Pair(reference_beside(found.program), found)
    return Pair(model(reference, progress=progress).reference(), found)


def _exported(
    paddle: Artifact, precision: str, opset: int | None, by: By | None,
    progress: Callable[[str], None] | None,
) -> Artifact:  # fmt: skip
    from parity.exports.derive import derive

    asked = OPSET if opset is None else opset
    made = derive(paddle, opset=asked, precision=precision, progress=progress, by=by)
    return resolve(made.path)
