"""The notes of a gate: at the case, or at the sentence of the golden that is answered otherwise."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parity.annotate.note import Note
from parity.shown import command

Json = dict[str, Any]

_FINDINGS = 3
"""Of a cell: what explains the most comes first, and the others are in the report."""

_GOOD = ("passed", "upgraded", "xfailed")


def notes(cell: Json, case: Path, again: str) -> Iterator[Note]:
    """The notes of a cell. cell: as in the JSON of a gate. case: its case.toml."""
    result = cell.get("result") or {}
    if cell["status"] not in (*_GOOD, "not run"):
        yield from _bad(cell, result, case, again)
    for warned in result.get("warnings", ()):
        rule = f"{cell['cell']}: {warned['kind']}"
        yield Note("warning", rule, (warned["message"],), case, _line_of_inputs(case, cell))


def _bad(cell: Json, result: Json, case: Path, again: str) -> Iterator[Note]:
    found = result.get("findings", ())[:_FINDINGS]
    for finding in found:
        file, line = _place(finding, case, cell)
        rule = f"{cell['cell']}: {finding['kind']}"
        yield Note("error", rule, (finding["message"], f"see it again: {again}"), file, line)
    if not found:
        line = _line_of_inputs(case, cell)
        rule = f"{cell['cell']}: {cell['status']}"
        yield Note("error", rule, (cell["reason"], f"see it again: {again}"), case, line)


def _place(finding: Json, case: Path, cell: Json) -> tuple[Path, int]:
    """The sentence in the golden, where the finding is about one of them; else the case."""
    text = finding.get("text")
    golden = case.with_name("golden.json")
    if isinstance(text, str):
        line = _line(golden, f'"text": {json.dumps(text, ensure_ascii=False)}')
        if line is not None:
            return golden, line
    return case, _line_of_inputs(case, cell)


def _line_of_inputs(case: Path, cell: Json) -> int:
    """Where a case says how the cell is fed; its first line where it doesn't."""
    return _line(case, f"[inputs.{cell.get('inputs', '')}]") or 1


def _line(path: Path, text: str) -> int | None:
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return None
    pattern = re.compile(rf"\s*{re.escape(text)}\s*(,|#|$)")
    return next((n for n, line in enumerate(lines, 1) if pattern.match(line)), None)


def again(nodeid: str) -> str:
    """The command that runs one cell of a gate."""
    return command(["pytest", nodeid])
