"""Write down what a sweep found, as entries of what is known."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from parity import files
from parity.sweep.asked import spans
from parity.sweep.known import Held, Known
from parity.sweep.row import Row

_FEED = re.compile(r"^feed \d+: ")
_NUMBERS = re.compile(r"[-+]?\d[\d.,]*(e[-+]?\d+)?")
_SAID = {
    "values": "other values than Paddle's plain kernels",
    "shape": "another shape than Paddle gives",
    "dtype": "another type than Paddle gives",
    "unrepeatable": "exported again it is another file: it reads memory that nobody wrote to",
}


def write(folder: Path, held: Held, versions: Mapping[str, str]) -> list[Path]:
    """One file an exporter: what was known and still holds keeps its words, the rest is new.

    Entries of which nothing was run are lost: it is for a run of the whole. Raises OutputError.
    """
    rows = [*((row, _same(row, held)) for row in held.new), *held.told]
    written = []
    for exporter in sorted({row.exporter for row, _ in rows}):
        mine = [(row, known) for row, known in rows if row.exporter == exporter]
        path = folder / f"{exporter}.toml"
        files.write(path, _text(mine, versions))
        written.append(path)
    return written


def _same(row: Row, held: Held) -> Known | None:
    """Who knows a new row already, at another opset, by all that was said of it."""
    found = {k.reason: k for told, k in held.told if _alike(row, told)}
    return next(iter(found.values())) if len(found) == 1 else None


def _alike(row: Row, told: Row) -> bool:
    if (row.net, row.exporter, row.status) != (told.net, told.exporter, told.status):
        return False
    if row.status in _SAID:  # the figures are what tells one defect from another
        return row.reason == told.reason
    return _NUMBERS.sub("…", row.reason) == _NUMBERS.sub("…", told.reason)


def _text(rows: Sequence[tuple[Row, Known | None]], versions: Mapping[str, str]) -> str:
    lines = [
        "# What is known to be wrong. A row that is gone, and one that is new, fail the run.",
        "",
    ]
    lines += ["[versions]", *(f"{json.dumps(k)} = {json.dumps(v)}" for k, v in versions.items())]
    by_net: dict[tuple[str, tuple[str, ...], str, str], list[int]] = {}
    for row, known in rows:
        status = tuple(sorted(known.status)) if known else (row.status,)
        reason, issue = (known.reason, known.issue) if known else (_reason(row), "")
        by_net.setdefault((row.net, status, reason, issue), []).append(row.opset)
    entries: dict[tuple[tuple[str, ...], str, str, tuple[int, ...]], list[str]] = {}
    for (net, status, reason, issue), opsets in by_net.items():
        entries.setdefault((status, reason, issue, tuple(sorted(opsets))), []).append(net)
    for (status, reason, issue, cells), nets in sorted(entries.items()):
        lines += ["", "[[known]]", *_list("nets", sorted(nets))]
        lines += [f"opset = {json.dumps(spans(cells))}"] if any(cells) else []
        lines += [f"status = {json.dumps(status[0] if len(status) == 1 else list(status))}"]
        lines += [f"reason = {json.dumps(reason, ensure_ascii=False)}"]
        lines += [f"issue = {json.dumps(issue)}"] if issue else []
    return "\n".join(lines) + "\n"


def _list(key: str, values: Iterable[str]) -> list[str]:
    one = f"{key} = {json.dumps(list(values))}"
    if len(one) <= 100:
        return [one]
    return [f"{key} = [", *(f"  {json.dumps(v)}," for v in values), "]"]


def _reason(row: Row) -> str:
    """What is the same in the next run: without numbers, addresses, places."""
    if row.status in _SAID:
        return _SAID[row.status]
    said = _FEED.sub("", row.reason).split("; last words")[0]
    return _NUMBERS.sub("…", said)[:200] or row.status
