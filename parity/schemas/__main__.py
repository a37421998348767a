"""``python -m parity.schemas``: write the files anew, from what writes the documents."""

import json
from pathlib import Path

from parity import files
from parity.schemas._documents import DOCUMENTS, made


def written(name: str) -> str:
    """The text of a file."""
    return json.dumps(made(name), indent=1) + "\n"


if __name__ == "__main__":
    for name in DOCUMENTS:
        files.write(Path(__file__).parent / f"{name}.json", written(name))
