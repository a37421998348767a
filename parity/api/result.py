"""What a check comes to, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from parity.settings import Setting, held, holding, line
from parity.shown import shown

if TYPE_CHECKING:
    # What these import takes as long as an engine that could be starting meanwhile.
    from rich.text import Text

    from parity.compare.findings import Finding
    from parity.compare.values import Measured
    from parity.compare.warned import Warned
    from parity.diagnose.explain import Explanation
    from parity.verify.result import Minimal
    from parity.verify.result import Result as Verified


@dataclass(frozen=True)
class Result:
    """A verdict with its evidence.

    verified: all that was seen, as the rest of parity hands it around. explanation: what is to
    blame; None where nothing is, or nobody asked. settings: what was taken from a project's file.

    True in a condition if and only if it passed. A notebook shows it as a table, ``print`` and
    Rich as the command does.
    """

    verified: "Verified"
    explanation: "Explanation | None" = None
    settings: tuple[Setting, ...] = field(default_factory=held)

    @property
    def passed(self) -> bool:
        """All was compared, nothing found; of a strict check, nor was there a warning."""
        return self.verified.passed

    @property
    def verdict(self) -> Literal["parity", "differs", "error"]:
        """As in the JSON; "error" is a run that was ended before it had found anything."""
        from parity.report.document import verdict_of

        return verdict_of(self.verified)

    @property
    def findings(self) -> "tuple[Finding, ...]":
        """One way to differ each, the worst first. ``str`` of one is a line for a person."""
        return self.verified.verdict.findings

    @property
    def warnings(self) -> "tuple[Warned, ...]":
        """What is said and is no finding."""
        return self.verified.warnings

    @property
    def worst(self) -> "Measured | None":
        """Where the candidate used most of what is allowed; None where nothing was compared."""
        return next(iter(self.outputs), None)

    @property
    def outputs(self) -> "tuple[Measured, ...]":
        """The same for each output and kind of position, worst first."""
        return self.verified.verdict.worst

    @property
    def minimal(self) -> "Minimal | None":
        """The smallest failing feed: ``minimal.feed``, and both sides' answers to it:
        ``minimal.expected``, ``minimal.actual``, arrays by name.
        """
        return self.verified.minimal

    @property
    def examples(self) -> int:
        """Feeds that ran through both sides."""
        return self.verified.verdict.examples

    @property
    def elements(self) -> int:
        """Pairs of numbers compared."""
        return self.verified.verdict.elements

    @property
    def notes(self) -> tuple[str, ...]:
        """What was inferred or chosen, a line each."""
        return self.verified.notes

    @property
    def seconds(self) -> Mapping[str, float]:
        """Wall time by stage; "total" is all of it."""
        return self.verified.seconds

    @property
    def partial(self) -> bool:
        """Whether Ctrl-C or a signal ended it early."""
        return self.verified.partial

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        found = len(self.findings)
        return (
            f"<parity.Result {self.verdict}: {found} finding{'s' * (found != 1)}, "
            f"{self.examples:,} examples, {self.elements:,} elements>"
        )

    def raise_for_findings(self) -> None:
        """Raise DiffersError, an AssertionError with the readable report, unless it passed."""
        if not self.passed:
            first = next(iter(self.findings), next(iter(self.warnings), "ended early"))
            raise DiffersError(f"{self.verdict}: {shown(first)}\n\n{self}", self)

    def to_dict(self, *, feed: str | None = None) -> dict[str, Any]:
        """The JSON document, before NaN and infinity became texts.

        feed: file with the smallest failing feed, for the document to name; it isn't written.
        """
        from parity.report.document import document

        with holding(self.settings):
            return document(self.verified, self.explanation, feed=feed)

    def to_json(self, *, feed: str | None = None) -> str:
        """What ``parity check --json`` writes. feed: as in `to_dict`."""
        from parity.report.document import dumps

        return dumps(self.to_dict(feed=feed))

    def save_bundle(self, folder: str | PathLike[str], *, of: str = "") -> Path:
        """Write the evidence: a folder that replays without parity. Raises OutputError.

        of: what it is evidence of, for who finds it.
        """
        from parity.report import bundle

        with holding(self.settings):
            return bundle.write(Path(folder), self.verified, self.explanation, of=of)

    def __str__(self) -> str:
        from parity.report.terminal import text

        told = [f"settings  {one}\n" for one in line(self.settings)]
        return "".join(told) + text(self.verified, self.explanation)

    def __rich__(self) -> "Text":
        from rich.text import Text

        from parity.report.terminal import text

        return Text.from_ansi(text(self.verified, self.explanation, colour=True))

    def _repr_html_(self) -> str:
        from parity.report.notebook import html_of

        told = "".join(f"<div><b>settings</b> {escape(one)}</div>" for one in line(self.settings))
        return told + html_of(self.verified, self.explanation)


class DiffersError(AssertionError):
    """Models differ, or a check was not allowed to end. result: what was asked to raise it."""

    def __init__(self, told: str, result: object) -> None:
        super().__init__(told)
        self.result = result
