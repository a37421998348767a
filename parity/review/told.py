"""Changes for a terminal. Entities are marked by brackets, and in colour where there is any."""

from collections.abc import Iterator

from rich.text import Text

from parity.compare.answers import how_far, in_a_line
from parity.review.changes import Change, Group
from parity.review.spans import marked, spans
from parity.shown import quoted, shown
from parity.verify.request import Recorded

Line = tuple[str | Text, Text]
"""What a line is about, in a word, and what it says; a heading says nothing."""


def title(*words: object) -> Line:
    """A heading of foreign words."""
    return Text(" ".join(map(shown, words)), style="bold"), Text()


def heading(group: Group, number: int, of: int) -> Line:
    """Which group, how many texts, and how far they were from changing."""
    text = Text(f"{number}/{of} ", style="dim")
    text.append(group.title, style="bold")
    margins = [c.margin for c in group.changes if c.margin is not None]
    if margins:
        least, most = f"{min(margins):.2g}", f"{max(margins):.2g}"
        text.append(f"  was {most if least == most else f'{most} to {least}'} away", style="dim")
    return text, Text()


def lines(group: Group, most: int | None = None) -> Iterator[Line]:
    """A group's changes, at most so many of them, or what the origin says."""
    for said in group.lines:
        yield ("", Text(shown(said)))
    for change in group.changes[:most]:
        yield from change_lines(change)
    more = len(group.changes[most:]) if most is not None else 0
    if more:
        yield ("", Text(f"and {more} more", style="dim"))


def change_lines(change: Change) -> Iterator[Line]:
    """One text: with its entities marked before and now; else in quotes, with both answers."""
    answers = (("before", change.before, "red"), ("now", change.now, "green"))
    in_text = all(a is None or spans(change.text, a.shown) is not None for _, a, _ in answers)
    if not in_text:
        yield "text", Text(quoted(change.text))
    for head, answer, style in answers:
        if answer is not None:
            told = _marked(change, answer, style) if in_text else _answer(answer)
            if head == "now" and change.margin is not None:
                told.append(f"  [was {how_far(change.margin)}]", style="dim")
            yield head, told
        elif head == "now":
            yield head, Text("not recorded any more", style="dim")


def _marked(change: Change, answer: Recorded, style: str) -> Text:
    made = Text()
    for piece, entity in marked(change.text, answer.shown, change.same):
        made.append(piece, style=f"bold {style}" if entity else "")
    if not answer.shown:
        made.append("  nothing", style="dim")
    return made


def _answer(answer: Recorded) -> Text:
    return Text(in_a_line(answer.shown, answer.confidence))
