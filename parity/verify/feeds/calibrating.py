"""Feeds that static INT8 is calibrated with: texts through the model's tokenizer, or own feeds."""

from collections.abc import Sequence
from pathlib import Path

from parity.errors import CaseError, InputError
from parity.exports.calibration import Calibration
from parity.inputs import DEFAULT_LENGTH, Limits, load_tokenizer, read_as, text
from parity.inputs.feeds import load
from parity.verify.feeds.described import described
from parity.verify.request import Request

MOST = 512
"""Feeds at most: the ranges of activations hardly grow beyond some hundreds of samples."""


def calibrated(asked: Request, texts: Sequence[str]) -> Calibration:
    """Texts one at a time, unpadded; without any the request's own feeds.

    Raises InputError where no feed can be made of them.
    """
    specs = described(asked).inputs
    if not texts:
        own, _ = load(asked.feeds, specs, picture=asked.picture)
        feeds = tuple(one.feed for one in own[:MOST])
        return Calibration(feeds, f"{len(feeds)} feeds")
    if asked.tokenizer is None:
        raise InputError("calibrating with texts needs a tokenizer; name one")
    tokenizer = read_as(asked.kind, load_tokenizer(asked.tokenizer))
    limits = Limits(max_length=asked.max_length or DEFAULT_LENGTH)
    chosen = list(dict.fromkeys(texts))[:MOST]
    made = tuple(
        text.given(specs, [one], limits=limits, tokenizer=tokenizer, label=f"text {n}").feed
        for n, one in enumerate(chosen, 1)
    )
    return Calibration(made, f"{len(made)} texts")


def texts_of(path: Path) -> tuple[str, ...]:
    """One a line, empty ones left out. Raises CaseError for a file that can't be read."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "is no text in UTF-8"
        raise CaseError(f"{path}: {why}; texts names a file with one a line") from error
    found = tuple(line for line in lines if line.strip())
    if not found:
        raise CaseError(f"{path}: has no text; texts names a file with one a line")
    return found
