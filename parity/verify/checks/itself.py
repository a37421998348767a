"""Say that a model is compared with itself: it passes, and that shows nothing."""

from parity.compare.warned import SelfComparison
from parity.engines import reads_model
from parity.verify.checks import Asked, Said
from parity.verify.request import Request


def before(asked: Asked) -> Said:
    """A warning where both sides hold the same bytes, whatever their paths are."""
    found = itself(asked.request)
    return Said(warnings=() if found is None else (found,))


def itself(request: Request) -> SelfComparison | None:
    """Whether both sides are one model: program, parameters and external data.

    Raises ModelError where a file can't be read.
    """
    reference, candidate = request.reference, request.candidate
    if not (reads_model(reference.engine) and reads_model(candidate.engine)):
        return None
    if not reference.model.same_bytes(candidate.model):
        return None
    engines = f"the engines ({reference.engine}, {candidate.engine})"
    apart = [
        *([engines] if reference.engine != candidate.engine else []),
        *(["their environments"] if reference.interpreter != candidate.interpreter else []),
        *(["their options"] if dict(reference.options) != dict(candidate.options) else []),
    ]
    paths = str(reference.model.program), str(candidate.model.program)
    return SelfComparison(*paths, " and ".join(apart))
