"""What a user sees of a difference between two tokenizers."""

from dataclasses import dataclass

from parity.shown import shown


@dataclass(frozen=True)
class TokenizersDiffer:
    """The deployment's tokenizer reads a text otherwise than the training's.

    how: in what, and by which rule. text: the shortest that shows it; None where no text is meant.
    reference, candidate: what each makes of it. expected, actual: what a user is answered by each
    side, fed by its own; None where that wasn't asked.
    """

    how: str
    text: str | None
    reference: str
    candidate: str
    expected: tuple[str, ...] | None = None
    actual: tuple[str, ...] | None = None

    def __str__(self) -> str:
        if self.text is None:
            return shown(f"the tokenizers differ: {self.how}")
        line = f"the tokenizers differ in {self.how}: {self.text!r}: {self.reference}, candidate "
        line += self.candidate
        if self.expected is not None and self.actual is not None:
            same = "and a user sees the same" if self.expected == self.actual else (
                f"a user sees {', '.join(self.actual) or 'nothing'}, expected "
                f"{', '.join(self.expected) or 'nothing'}"
            )  # fmt: skip
            line += f"; {same}"
        return shown(line)
