"""Say that the candidate is an export of an earlier run.

A note and no warning: every run but the first takes its candidate from the cache, whose key is
what is installed, and a strict gate would never pass.
"""

import json
from datetime import datetime
from pathlib import Path

from parity import files
from parity.cached import kept
from parity.verify.checks import Asked, Said

CARDS = ("candidate.json", "zoo.json")
"""What makes a folder of the cache one of exports, or of the zoo."""


def before(asked: Asked) -> Said:
    """A line for a candidate out of the cache."""
    program = asked.request.candidate.model.program
    if not files.cached(program):
        return Said()
    if not kept(program.parent, *CARDS) or _published(program.parent):
        return Said()
    made = datetime.fromtimestamp(program.stat().st_mtime).astimezone()
    return Said(
        notes=(
            f"candidate: exported in an earlier run, {made:%Y-%m-%d %H:%M}, by what is installed "
            f"now, and kept in the cache; to export it again remove {program.parent}",
        )
    )


def _published(folder: Path) -> bool:
    """Whether the zoo has a model's ONNX file as it was released: nothing was exported."""
    try:
        facts = json.loads((folder / "zoo.json").read_text("utf-8"))
        return facts["order"]["opset"] is None
    except (OSError, ValueError, LookupError, TypeError):
        return False
