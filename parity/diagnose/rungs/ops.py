"""The rung of the ops: each on the reference's values, on one feed."""

from parity.diagnose.inner.blame import blame
from parity.diagnose.inner.force import judgement
from parity.diagnose.rung import Asked, Said
from parity.model.precisions import COMPUTED


def by_ops(asked: Asked) -> Said | None:
    """Which ops are off by themselves. None without a feed, or where the candidate is no ONNX.

    Nor where an engine computes a file in less: ops are run in what the file has.
    """
    if asked.feed is None or asked.sides is None or asked.request.precision in COMPUTED:
        return None
    found = judgement(asked.sides, asked.feed, renamed=asked.pairs, until=asked.until)
    asked.sides.candidate.close()  # what comes next loads models itself
    told = blame(found, asked.request.precision)
    rounding = told.whole and not told.culprits
    return Said(
        "ops", told.sentence, "rounding" if rounding else "unknown", culprits=told.culprits,
        worst=told.worst, aligned=told.aligned, of=told.of,
    )  # fmt: skip
