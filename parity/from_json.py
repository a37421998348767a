"""JSON of files that anybody may have written."""

import json
from typing import Any


def from_json(text: str | bytes) -> Any:
    """The document. Raises ValueError for what is none, and for one nested too deep to be read."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
