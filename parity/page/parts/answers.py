"""Findings of answers: the text with the entities that either side sees in it."""

from collections.abc import Iterator, Sequence

from parity.page import figures
from parity.page.blocks import Block, Facts, Mark, Para, Pieces, Table
from parity.page.node import Node
from parity.page.parts.tables import cells
from parity.page.plots import bars
from parity.page.texts import quote
from parity.review.spans import spans

_SIDES = (("expected", "reference"), ("golden", "golden"), ("actual", "candidate"))


def is_answer(finding: Node) -> bool:
    """Whether a finding is of what a user sees, with both answers."""
    return any(isinstance(finding[key].value, list) for key, _ in _SIDES) and "text" in finding


def answer(finding: Node) -> Iterator[Block]:
    """Both answers to one text; as marks in it where they are spans of it."""
    rows = list(sides(finding))
    for key, name in (("margin", "margin"), ("allowed", "a tie is up to")):
        if finding[key].number is not None:
            rows.append((name, (figures.small(finding[key]),)))
    yield Facts(tuple(rows))
    named = [("margin of the reference", finding["margin"]), ("a tie is up to", finding["allowed"])]
    drawn = bars.of("How sure the reference is", named, figures.small)
    if drawn is not None:
        yield drawn


def sides(finding: Node) -> Iterator[tuple[str, Pieces]]:
    """What each side answers; with the text in front where it can't be marked in it."""
    text = finding["text"].text
    told = [(key, who) for key, who in _SIDES if isinstance(finding[key].value, list)]
    if any(spans(text, lines(finding[key])) is None for key, _ in told):
        yield "text", (quote(text),)
    for key, who in told:
        who = finding["side"].text or who if key == "actual" else who
        yield who, marked(text, lines(finding[key]))


def lines(node: Node) -> tuple[str, ...]:
    """An answer as a task prints it."""
    return tuple(entry.text for entry in node)


def marked(text: str, said: Sequence[str]) -> Pieces:
    """The text with the answer's entities in it; the answer alone where it is no spans of it."""
    found = spans(text, tuple(said))
    if found is None:
        return ("; ".join(said),)
    if not found:
        return (text or quote(text), " (nothing in it)")
    pieces: list[str | Mark] = []
    at = 0
    for span in sorted(found, key=lambda s: (s.start, s.end)):
        if span.start < at:  # of two that overlap the later is told behind the text
            pieces.append(Mark(text[span.start : span.end + 1], f"{span.label}, overlapping"))
            continue
        pieces += [text[at : span.start], Mark(text[span.start : span.end + 1], span.label)]
        at = span.end + 1
    pieces.append(text[at:])
    return tuple(piece for piece in pieces if piece != "")


def agreement(run: Node) -> Iterator[Block]:
    """How many answers were compared, and how many are ties."""
    if not run["answers"].number:
        return
    yield Facts(
        (
            ("answers compared", (figures.count(run["answers"]),)),
            ("ties", (figures.count(run["ties"]), " flipped inside the margin")),
        )
    )
    flips = [flip for finding in run["findings"] for flip in finding["flips"]]
    if not flips:
        return
    yield Para(("The first ties:",), "dim")
    yield Table(
        "Answers that flipped inside the margin",
        ("text", "reference", "candidate", "margin", "allowed"),
        tuple(
            cells((quote(f["text"].text),), marked(f["text"].text, lines(f["expected"])),
                  marked(f["text"].text, lines(f["actual"])), (figures.small(f["margin"]),),
                  (figures.small(f["allowed"]),))
            for f in flips
        ),
        right=frozenset({3, 4}),
    )  # fmt: skip
