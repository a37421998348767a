"""The screen that opens: the smallest feed, who is blamed, the command that shows it again."""

from collections.abc import Iterator
from pathlib import Path

from parity.page import kinds
from parity.page.blocks import Block, Facts, Para, Pieces, Pre
from parity.page.kinds import Kind
from parity.page.node import Node
from parity.page.parts import answers, blame, replay, smallest

Rows = list[tuple[str, Pieces]]


def blocks(document: Node, kind: Kind, bundle: Path | None) -> Iterator[Block]:
    """Of a run; of several the first that is bad. Nothing of what has no run."""
    rows: Rows = []
    if kind == "run":
        run, command = document, replay.of_run(document, bundle)
    elif kinds.alone(kind):
        return
    else:
        bad = [entry for entry in kinds.entries(document, kind)
               if kinds.tone_of(kinds.status_of(entry, kind)) == "bad"]  # fmt: skip
        if not bad:
            return
        run = kinds.run_of(bad[0], kind)
        command = replay.of_cell(bad[0], kind, document) or replay.of_run(run)
        rows.append(("first", (kinds.name_of(bad[0]),)))
        if bad[0]["reason"]:
            rows.append(("why", (bad[0]["reason"].text,)))
    rows += _of_run(run)
    if rows:
        yield Facts(tuple(rows))
    if command:
        exact = command.startswith("python ")
        told = "See it again:" if exact else "Check the same models again, by this seed:"
        yield Para((told,), "dim")
        yield Pre(command)


def _of_run(run: Node) -> Rows:
    worst = run["findings"][0]
    rows: Rows = []
    if answers.is_answer(worst):
        rows += answers.sides(worst)
    elif worst:
        rows.append(("finding", (worst["message"].text,)))
    rows += smallest.shortly(run)
    if blamed := blame.op(run):
        rows.append(("blamed", blamed))
    if cause := blame.shortly(run):
        rows.append(("cause", cause))
    return rows
