"""What one engine answers to the feeds of a net."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from parity.model.artifact import Artifact
from parity.model.tensors import Outputs
from parity.sweep.server import Server
from parity.workers.failure import Died, TimedOut

RUN_S = 30.0
"""For a net to be loaded and run on its feeds; the slowest took 2 s here."""


@dataclass(frozen=True)
class Answers:
    """outputs: by feed; None where there is none. why: by feed, "" where it answered. opened:
    whether it loaded. failed: why it didn't, or how its process ended; "" otherwise.
    """

    outputs: tuple[Outputs | None, ...]
    why: tuple[str, ...]
    opened: bool = True
    failed: str = ""

    def filled(self, by: "Answers") -> "Answers":
        """With another's where there is none: a feed that only one of them takes still counts."""
        pairs = zip(self.outputs, by.outputs, strict=True)
        return Answers(tuple(theirs if own is None else own for own, theirs in pairs), by.why)


def ask(
    server: Server,
    engine: str,
    model: Artifact,
    feeds: Sequence[Path],
    into: Path,
    options: Mapping[str, object],
) -> Answers:
    """Load a model and run feeds. into: folder for what it answers, made anew."""
    into.mkdir(parents=True, exist_ok=True)
    written = [into / f"{at}.npz" for at in range(len(feeds))]
    for path in written:
        path.unlink(missing_ok=True)
    order = {
        "engine": engine,
        "format": model.format,
        "program": str(model.program),
        "parameters": str(model.parameters) if model.parameters else None,
        "options": {"threads": 1, **options},
        "feeds": [str(path) for path in feeds],
        "outputs": [str(path) for path in written],
    }
    reply = server.ask("run", order, RUN_S)
    none = (None,) * len(feeds)
    if isinstance(reply, Died | TimedOut):
        # What it died on is what it hadn't answered; all that it had isn't believed either.
        return Answers(none, (str(reply),) * len(feeds), failed=str(reply))
    if "raised" in reply:
        return Answers(none, (reply["raised"],) * len(feeds), failed=reply["raised"])
    if not reply["opened"]:
        why = reply["why"]
        return Answers(none, (why,) * len(feeds), opened=False, failed=why)
    said = [why or "" for why in reply["said"]]
    outputs = [None if why else _read(path) for why, path in zip(said, written, strict=True)]
    return Answers(tuple(outputs), tuple(said))


def _read(path: Path) -> Outputs:
    with np.load(path) as held:
        return dict(held)
