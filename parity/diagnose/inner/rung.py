"""The rung of the ops: each on the reference's values, on one feed."""

import tempfile
from pathlib import Path

from parity import temporary
from parity.diagnose.inner.blame import blame
from parity.diagnose.inner.force import judgement
from parity.diagnose.rung import Asked, Said


def by_ops(asked: Asked) -> Said | None:
    """Which ops are off by themselves. None without a feed, or where the candidate is no ONNX."""
    reference, candidate = asked.request.reference.model, asked.request.candidate.model
    if asked.feed is None or candidate.format != "onnx" or reference.format == "onnx":
        return None
    with (
        temporary.folder(Path(tempfile.gettempdir())) as folder,
        judgement(
            reference, candidate, asked.feed, renamed=asked.pairs, folder=folder, until=asked.until
        ) as found,
    ):
        told = blame(found, asked.request.precision)
    rounding = told.whole and not told.culprits
    return Said(
        "ops", told.sentence, "rounding" if rounding else "unknown", culprits=told.culprits,
        worst=told.worst, aligned=told.aligned, of=told.of,
    )  # fmt: skip
