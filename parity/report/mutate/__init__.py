"""The score of a gate: for a terminal, as Markdown, as JSON."""

from collections.abc import Mapping
from dataclasses import asdict

from rich.table import Table
from rich.text import Text

from parity.mutate.score import COUNTED, Mutant, Score
from parity.report.document import Json, head
from parity.report.marks import MARKDOWN
from parity.shown import markdown as safe
from parity.shown import shown

_FATES = ("killed", "survived", "equivalent", "broken", "unloadable", "same")


def table(score: Score) -> Table:
    """A line a class."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("class", "score", *_FATES):
        made.add_column(title, justify="left" if title == "class" else "right", no_wrap=True)
    for kind, counts in score.by_kind().items():
        cells = [kind, _share(counts), *(str(counts[f] or "") for f in _FATES)]
        made.add_row(*(Text(shown(c)) for c in cells))
    return made


def survivors(score: Score) -> list[str]:
    """Two lines for each: what it is, and what would tell; before them what is to be noted."""
    found = [shown(f"note: {note}") for note in score.notes]
    for mutant in score.survivors:
        found.append(shown(f"survived: {mutant.kind}: {mutant.what}"))
        told = f"told by {_feed(mutant)}: {mutant.by}" if mutant.feed else mutant.by
        found.append(shown(f"          {told}"))
        if mutant.advice:
            found.append(shown(f"          {mutant.advice}"))
    return found


def totals(score: Score) -> str:
    """One line: the score, of how many, and how fast."""
    share = "no score" if score.share is None else f"score {score.share:.1%}"
    apart = len(score.mutants) - score.counted
    return (
        f"{score.name}: {share}: {score.killed} of {score.counted} mutants killed by "
        f"{score.feeds} feeds, {apart} not counted; {score.rate:.1f} mutants a second, "
        f"recording {score.recording_s:.0f} s, stronger search ({score.stronger} feeds) "
        f"{score.stronger_s:.0f} s"
    )


def badge(score: Score) -> str:
    """A badge for a page, by its text: nothing is fetched from here."""
    share = "none" if score.share is None else f"{score.share:.1%}"
    return f"**mutation score: {share}** ({score.killed}/{score.counted}, seed {score.seed})"


def markdown(score: Score) -> str:
    """Badge, classes, survivors."""
    titles = ["class", "score", *_FATES]
    made = [MARKDOWN, badge(score), "", f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]
    for kind, counts in score.by_kind().items():
        cells = [kind, _share(counts), *(str(counts[f] or "") for f in _FATES)]
        made.append(f"| {' | '.join(map(safe, cells))} |")
    made += ["", safe(totals(score)), ""]
    for mutant in score.survivors:
        made.append(f"- {safe(mutant.kind)}: {safe(mutant.what)}: {safe(mutant.advice)}")
    made += [f"- note: {safe(note)}" for note in score.notes]
    return "\n".join(made).rstrip() + "\n"


def document(score: Score, *, passed: bool, least: float | None) -> dict[str, Json]:
    """For a program."""
    return {
        **head(),
        "name": score.name,
        "passed": passed,
        "score": score.share,
        "min_score": least,
        "killed": score.killed,
        "counted": score.counted,
        "seed": score.seed,
        "feeds": score.feeds,
        "stronger": score.stronger,
        "classes": {k: {f: c[f] for f in _FATES} for k, c in score.by_kind().items()},
        "mutants": [_mutant(m) for m in score.mutants],
        "notes": list(score.notes),
        "seconds": {"mutants": score.seconds, "recording": score.recording_s,
                    "stronger": score.stronger_s},
    }  # fmt: skip


def _mutant(mutant: Mutant) -> dict[str, Json]:
    return {**asdict(mutant), "shape": {n: list(s) for n, s in mutant.shape.items()}}


def _share(counts: Mapping[str, int]) -> str:
    counted = sum(counts[fate] for fate in COUNTED)
    return f"{counts['killed'] / counted:.0%}" if counted else "-"


def _feed(mutant: Mutant) -> str:
    shapes = ", ".join(f"{n} {list(s)}" for n, s in mutant.shape.items())
    return f"{mutant.feed} ({shapes})"
