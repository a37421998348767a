"""What a page shows of a command, held against what the command prints.

Numbers, sizes, hashes and times are another on each machine and in each run; words are not.
"""

import re
from dataclasses import dataclass
from pathlib import Path

LEFT_OUT = "…"
"""A line of it stands for any lines; at the end of a line for the rest of it."""

_HASH = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b")
_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)*(?:e[-+]?\d+)?[x%]?")
_UNIT = re.compile(r"# (?:[kMGT]?B|bytes|[smhd])\b")


@dataclass(frozen=True)
class Shown:
    """A command, as it is typed, and the lines below it."""

    command: str
    lines: tuple[str, ...]


def shown(text: str) -> list[Shown]:
    """The commands of a console fence. Fails if it begins with anything else."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    assert not parts[0].strip(), f"no command above {parts[0]!r}"
    return [Shown(p.split("\n", 1)[0], tuple(p.split("\n")[1:])) for p in parts[1:]]


def missing(lines: tuple[str, ...], printed: str) -> str | None:
    """The first of the lines that isn't among what was printed, in their order; None if all are."""
    rest = iter([_words(line) for line in printed.replace(str(Path.home()), "~").splitlines()])
    for line in lines:
        if line.strip() in ("", LEFT_OUT):
            continue
        start, cut, _ = line.partition(LEFT_OUT)
        wanted = _words(start)
        if not any(got.startswith(wanted) if cut else got == wanted for got in rest):
            return line
    return None


def _words(line: str) -> str:
    plain = _NUMBER.sub("#", _HASH.sub("#", line))
    return " ".join(_UNIT.sub("#", plain).split())
