"""Token classification: logits and text to entities, by a named rule.

Deployed decoders differ on the same logits, so that a golden names the rule
that it was recorded with:

``A``       PaddleNLP's paddle2onnx and Triton decoders: only O closes an entity,
            so that a B- right after an entity silently drops the earlier one.
``B``       PaddleNLP's predictor: O and B- both close.
``strict``  the seqeval reading: O, B- or an I- of another label closes; an I-
            without an open entity of its label opens none.

In A and B an I- never closes or relabels, and an entity that is still open at
the last token loses its label.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity import plugins
from parity.errors import CaseError
from parity.model.tensors import Outputs
from parity.tasks import Answer, Decoder, Offsets
from parity.tasks._entity import Entity
from parity.tasks._options import closed, identity, labels, places, row_of, text

RULES = ("A", "B", "strict")


@dataclass(frozen=True)
class Span:
    """An entity in tokens: label, first and last token, both inclusive."""

    label: str
    first: int
    last: int


def spans(tags: Sequence[str], *, rule: str = "strict") -> list[Span]:
    """Entities in a sequence of BIO tags, one tag a token. Raises CaseError for an unknown rule."""
    if rule not in RULES:
        raise CaseError(plugins.unknown("decoding rule", rule, RULES))
    found: list[Span] = []
    start, label = -1, ""
    for index, tag in enumerate(tags):
        begins = tag.startswith("B-")
        if start >= 0 and _closes(tag, label, rule):
            found.append(Span(label, start, index - 1))
            start = -1
        if begins:
            start, label = index, tag[2:]
    if start >= 0:
        found.append(Span(label if rule == "strict" else "", start, len(tags) - 1))
    return found


def decode(
    logits: NDArray[Any],
    text: str,
    labels: Sequence[str],
    *,
    offsets: Sequence[tuple[int, int]] | None = None,
    rule: str = "strict",
) -> list[Entity]:
    """Entities of one text.

    logits: float (seq, classes) of the tokens [CLS] … [SEP], without padding
        ([SEP] may be missing). labels: the tag of each class, in the model's
        order. offsets: for each of the text's own tokens, without the specials,
        its characters ``(start, stop)``; None means one character a token, as
        the deployed decoders assume.

    The tag of [SEP] is read, as the deployed decoders do, but a span never
    reaches past the text. Raises CaseError if classes and labels differ
    in number, a logit is not finite, or the rule is unknown.
    """
    if logits.ndim != 2 or logits.shape[1] != len(labels):
        raise CaseError(f"logits of shape {logits.shape} don't fit {len(labels)} labels")
    if not np.isfinite(logits).all():
        raise CaseError("logits are not finite: no entity can be read from them")
    if offsets is None:
        offsets = [(i, i + 1) for i in range(len(text))]
    tags = [labels[i] for i in logits.argmax(axis=1)]
    # The deployed decoders place a span that opens on [CLS] at -1, their "nothing open".
    tags[:1] = ["O"]
    entities = []
    for span in spans(tags, rule=rule):
        first, last = span.first - 1, min(span.last - 1, len(offsets) - 1)
        if first > last:
            continue  # opened on [SEP]: no character of the text
        start, stop = offsets[first][0], offsets[last][1]
        entities.append(Entity(span.label, start, stop - 1, text[start:stop]))
    return entities


def _closes(tag: str, label: str, rule: str) -> bool:
    if tag == "O":
        return True
    if rule == "A":
        return False
    return tag.startswith("B-") or (rule == "strict" and tag != f"I-{label}")


OPTIONS = ("labels", "rule", "output")

NO_TEXT = (0, 0)
"""The characters of a token that stands for none."""


@dataclass(frozen=True)
class TokenClassification(Decoder):
    """Entities out of logits (batch, seq, classes), by one of ``RULES``."""

    labels: tuple[str, ...]
    rule: str
    output: str | None = None

    @property
    def identity(self) -> str:
        """Rule and labels."""
        return identity(f"token_cls rule {self.rule}", self.labels, self.output)

    def answer(self, outputs: Outputs, row: int, text: str, offsets: Offsets) -> Answer:
        """Surface, label, first and last character of each entity.

        A decision is the class of a token; [CLS] has none, since no rule reads it.
        """
        logits = self._valid(outputs, row, offsets)
        found = decode(logits, text, self.labels, offsets=offsets[1:-1], rule=self.rule)
        decisions = tuple(int(i) for i in logits[1:].argmax(axis=1))
        return Answer(tuple(map(str, found)), decisions, entities=tuple(found))

    def loss(
        self, outputs: Outputs, row: int, offsets: Offsets, decisions: tuple[int, ...]
    ) -> float:
        """The largest margin, over tokens, that the decisions go against."""
        logits = self._valid(outputs, row, offsets)[1:].astype(np.float64)
        places(decisions, logits)
        other = logits[np.arange(len(logits)), list(decisions)]
        return float((logits.max(axis=1) - other).max(initial=0.0))

    def _valid(self, outputs: Outputs, row: int, offsets: Offsets) -> NDArray[Any]:
        if not offsets or offsets[0] != NO_TEXT:
            raise CaseError(
                "task token_cls: the tokenizer puts no [CLS] first, and this task reads none there"
            )
        logits = row_of(outputs, self.output, row, 3)
        if len(logits) < len(offsets):
            raise CaseError(f"task token_cls: {len(logits)} logits for {len(offsets)} tokens")
        return logits[: len(offsets)]


def open(options: Mapping[str, object], folder: Path) -> TokenClassification:  # noqa: A001
    """See parity.tasks. Options: rule (A, B or strict; strict by default), labels, output."""
    closed(options, OPTIONS, "token_cls")
    rule = text(options, "rule", "strict") or ""
    spans([], rule=rule)
    return TokenClassification(labels(options, folder), rule, text(options, "output", None))
