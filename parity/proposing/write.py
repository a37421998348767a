"""Put proposals into a case.toml, and leave every other line as it is."""

import re
from collections.abc import Mapping

from parity import files
from parity.case import FILE, Case, load
from parity.errors import CaseError

_TABLE = re.compile(r"\s*\[")


def write(case: Case, proposals: Mapping[str, tuple[Mapping[str, float], str]]) -> None:
    """Change ``[tolerance.PRECISION]`` of a case, or add it at the end.

    proposals: keys and a comment, by precision. Raises CaseError, with the file as it was, if what
    comes out can't be read.
    """
    path = case.folder / FILE
    before = path.read_text("utf-8")
    text = before
    for precision, (keys, comment) in proposals.items():
        text = changed(text, f"tolerance.{precision}", keys, comment)
    files.write(path, text.encode())
    try:
        load(case.folder)
    except CaseError as error:
        files.write(path, before.encode())
        raise CaseError(f"{path}: left as it was: {error}") from error


def changed(text: str, table: str, keys: Mapping[str, float], comment: str) -> str:
    """A TOML text with keys of a table changed, or the table added."""
    lines = text.rstrip("\n").split("\n")
    head = re.compile(rf"\s*\[\s*{re.escape(table)}\s*\]\s*(#.*)?$")
    at = next((n for n, line in enumerate(lines) if head.match(line)), None)
    if at is None:
        made = [f"{key} = {value:g}" for key, value in keys.items()]
        return "\n".join([*lines, "", f"# {comment}", f"[{table}]", *made, ""])
    end = next((n for n in range(at + 1, len(lines)) if _TABLE.match(lines[n])), len(lines))
    inside, left = lines[at + 1 : end], dict(keys)
    for number, line in enumerate(inside):
        key = line.partition("=")[0].strip()
        if key in left:
            inside[number] = f"{key} = {left.pop(key):g}"
    # Before the blank lines that part it from the next table.
    last = next((n for n in range(len(inside), 0, -1) if inside[n - 1].strip()), 0)
    inside[last:last] = [f"{key} = {value:g}" for key, value in left.items()]
    return "\n".join([*lines[:at], f"# {comment}", lines[at], *inside, *lines[end:], ""])
