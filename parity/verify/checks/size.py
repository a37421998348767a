"""The candidate's files against the size that its case allows."""

from parity.compare.limits.costs import TooLarge
from parity.verify.checks import Asked, Said

MB = 1e6


def before(asked: Asked) -> Said:
    """A finding for one that is larger; a line for one that isn't."""
    allowed = asked.request.max_size_mb
    if allowed is None:
        return Said()
    model = asked.request.candidate.model
    size = sum(file.stat().st_size for file in model.files) / MB
    if not size <= allowed:
        return Said((TooLarge(model.program.name, size, allowed),))
    return Said(notes=(f"size: {size:.2f} MB on disk, allowed {allowed:g}",))
