"""Ask a person, group by group. Each answer is written down before the next question."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.text import Text

from parity.golden import Review
from parity.review import told
from parity.review.changes import Group
from parity.review.decide import Waiting, decide
from parity.review.told import Line

FIRST = 5  # changes of a group that are shown before somebody asks for all

QUESTION = "accept, reject, skip, one by one, more, why, quit? [a/r/s/o/m/w/q] "


_HELP = (
    "a  accept: all of this group is as it should be",
    "r  reject: what was recorded before stays",
    "s  skip: it goes on waiting",
    "o  one by one: each change of the group is asked about",
    "m  more: all changes of the group, not the first few",
    "w  why: give another reason, which is written into the golden",
    "q  quit: what was decided is written already",
)


class QuitError(Exception):
    """Whoever is asked has had enough."""


class Sitting:
    """One person at one terminal.

    ask: gives the answer to a question; raises EOFError where nobody answers any more. show:
    prints a line. review: who and when; why is asked for once nothing is said yet.
    """

    def __init__(
        self, review: Review, ask: Callable[[str], str], show: Callable[[Line], None]
    ) -> None:
        self._review, self._ask, self._show = review, ask, show
        self._given = bool(review.why)  # one reason for all, said beforehand
        self._last: bool | None = None
        self.accepted = self.rejected = 0

    @property
    def why(self) -> str:
        """The last reason that was given; "" where none was."""
        return self._review.why

    def go_through(self, path: Path, waits: Waiting) -> None:
        """Ask about all that waits for a golden. Raises QuitError at "q", or where input ends."""
        try:
            of = len(waits.groups)
            for number, group in enumerate(waits.groups, 1):
                self._group(path, group, number, of)
        except EOFError:
            raise QuitError from None

    def _group(self, path: Path, group: Group, number: int, of: int) -> None:
        self._show(told.heading(group, number, of))
        for line in told.lines(group, FIRST):
            self._show(line)
        if self._decided(path, group) != "o":
            return
        for change in group.changes:
            for line in told.change_lines(change):
                self._show(line)
            self._decided(path, replace(group, changes=(change,)))

    def _decided(self, path: Path, group: Group) -> str:
        """Ask until something is decided, or left; what was answered."""
        while True:
            answer = self._ask(QUESTION).strip().lower()[:1]
            if answer == "q":
                raise QuitError
            if answer in ("a", "r"):
                self._write(path, group, accept=answer == "a")
            elif answer == "m":
                for line in told.lines(group):
                    self._show(line)
            elif answer == "w":
                self._why(anew=True)
            elif answer not in ("s", "o"):
                for way in _HELP:
                    self._show(("", Text(way, style="dim")))
            if answer in ("a", "r", "s") or (answer == "o" and group.changes):
                return answer

    def _write(self, path: Path, group: Group, *, accept: bool) -> None:
        # Why something is right is no reason why another thing is wrong.
        self._why(anew=not self._given and self._last not in (None, accept))
        self._last = accept
        wanted = max(1, len(group.changes))
        done = decide(path, group, accept=accept, review=self._review)
        if accept:
            self.accepted += done
        else:
            self.rejected += done
        said = f"{'accepted' if accept else 'rejected'}, because: {self._review.why}"
        if done < wanted:
            said = f"{said} ({wanted - done} of {wanted} were decided or recorded anew meanwhile)"
        self._show(("", Text(said, style="dim")))

    def _why(self, *, anew: bool = False) -> None:
        why = "" if anew else self._review.why
        while not why:
            why = " ".join(self._ask("why? ").encode(errors="replace").decode().split())
        self._review = replace(self._review, why=why)
