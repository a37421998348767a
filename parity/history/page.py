"""A history for a terminal, as Markdown, and as JSON."""

from collections.abc import Iterator

from parity.history.gathered import Gathered, Track, Worse, best
from parity.report.document import Json, head
from parity.report.marks import MARKDOWN
from parity.shown import markdown as safe

_COLUMNS = ("cell", "runs", "first", "newest", "best", "now", "what got worse", "since", "changed")


def lines(found: Gathered) -> list[str]:
    """Each time that a cell got worse, and the totals."""
    told = []
    for track in found.tracks:
        for worse in track.worse:
            changed = f" ({'; '.join(worse.changed)})" if worse.changed else ""
            when = f"{worse.after.finished:%Y-%m-%d}"
            told.append(f"{track.cell}: {worse.how}, since {when}, {worse.after.file}{changed}")
        if track.gone:
            last = track.points[-1]
            told.append(f"{track.cell}: not in the newest run; last on {last.finished:%Y-%m-%d}")
    count = sum(track.is_worse for track in found.tracks)
    runs, cells = len(found.runs), len(found.tracks)
    return [*told, f"{runs} runs, {cells} cells, {count} of them worse now"]


def markdown(found: Gathered) -> str:
    """The table: those that are worse now first."""
    rows = [MARKDOWN, f"| {' | '.join(_COLUMNS)} |", f"|{'---|' * len(_COLUMNS)}"]
    ordered = sorted(found.tracks, key=lambda t: (not t.is_worse, t.cell))
    rows += [f"| {' | '.join(safe(c) for c in _cells(track))} |" for track in ordered]
    rows += ["", *(f"- not read: {safe(line)}" for line in found.unread)]
    return "\n".join(rows).rstrip() + "\n"


def document(found: Gathered) -> dict[str, Json]:
    """For a program."""
    return {
        **head(),
        "worse": sum(track.is_worse for track in found.tracks),
        "runs": [
            {
                "file": str(record.path),
                "finished": record.finished.isoformat(),
                "passed": record.document["passed"],
                "commit": record.document["selection"]["commit"],
                "versions": record.document["environment"]["versions"],
            }
            for record in found.runs
        ],
        "cells": [
            {
                "cell": track.cell,
                "case": track.case,
                "precision": track.precision,
                "worse_now": track.is_worse,
                "gone": track.gone,
                "points": [
                    {
                        "file": p.file,
                        "status": p.status,
                        "off": p.off,
                        "allowed": p.allowed,
                        "elements": p.elements,
                    }
                    for p in track.points
                ],
                "worse": [_told(worse) for worse in track.worse],
            }
            for track in found.tracks
        ],
        "unread": list(found.unread),
    }


def _told(worse: Worse) -> dict[str, Json]:
    return {
        "since": worse.after.finished.isoformat(),
        "file": worse.after.file,
        "before": worse.before.file,
        "how": worse.how,
        "changed": list(worse.changed),
    }


def _cells(track: Track) -> Iterator[str]:
    first, newest, top = track.points[0], track.points[-1], best(track.points)
    worse = track.worse[-1] if track.worse else None
    yield track.cell
    yield str(len(track.points))
    yield f"{first.finished:%Y-%m-%d}"
    yield f"{newest.finished:%Y-%m-%d}{' (gone)' if track.gone else ''}"
    yield _off(top.status, top.off)
    yield _off(newest.status, newest.off)
    yield worse.how if worse else ""
    yield f"{worse.after.finished:%Y-%m-%d}" if worse else ""
    yield "; ".join(worse.changed) if worse else ""


def _off(status: str, off: float | None) -> str:
    return status if off is None else f"{status}, {off:.2g}"
