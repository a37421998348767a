"""Entities are read by the rule that a case names, and each rule has its own quirks."""

import numpy as np
import pytest

from parity.errors import CaseError
from parity.tasks import token_cls
from parity.tasks.token_cls import Span, spans

LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")


def tags(line: str) -> list[str]:
    return [{"p": "B-PER", "q": "I-PER", "l": "B-LOC", "m": "I-LOC"}.get(c, "O") for c in line]


@pytest.mark.parametrize("rule", token_cls.RULES)
def test_plain_entities_are_the_same_under_every_rule(rule: str) -> None:
    assert spans(tags(".pq.lm."), rule=rule) == [Span("PER", 1, 2), Span("LOC", 4, 5)]


@pytest.mark.parametrize(
    ("line", "rule", "expected"),
    [
        # A begin right after an entity.
        (".pqlm.", "A", [Span("LOC", 3, 4)]),
        (".pqlm.", "B", [Span("PER", 1, 2), Span("LOC", 3, 4)]),
        (".pqlm.", "strict", [Span("PER", 1, 2), Span("LOC", 3, 4)]),
        # Open at the end.
        (".pq", "A", [Span("", 1, 2)]),
        (".pq", "B", [Span("", 1, 2)]),
        (".pq", "strict", [Span("PER", 1, 2)]),
        # An inside of another label.
        (".pqm.", "A", [Span("PER", 1, 3)]),
        (".pqm.", "B", [Span("PER", 1, 3)]),
        (".pqm.", "strict", [Span("PER", 1, 2)]),
        # An inside without a begin.
        (".qq.", "A", []),
        (".qq.", "B", []),
        (".qq.", "strict", []),
    ],
)
def test_the_rules_differ_where_they_are_known_to(
    line: str, rule: str, expected: list[Span]
) -> None:
    assert spans(tags(line), rule=rule) == expected


def logits(line: str) -> np.ndarray:
    out = np.zeros((len(line), len(LABELS)), np.float32)
    for row, tag in zip(out, tags(line), strict=True):
        row[LABELS.index(tag)] = 1
    return out


def test_positions_are_characters_of_the_users_text() -> None:
    (found,) = token_cls.decode(logits(".lm.."), "北京的", LABELS)
    assert (found.label, found.start, found.end, found.text) == ("LOC", 0, 1, "北京")


def test_offsets_map_tokens_of_several_characters() -> None:
    text = "在 New York 住"
    offsets = [(0, 1), (2, 5), (6, 10), (11, 12)]
    (found,) = token_cls.decode(logits("..lm.."), text, LABELS, offsets=offsets)
    assert (found.start, found.end, found.text) == (2, 9, "New York")


def test_specials_hold_no_entity() -> None:
    assert token_cls.decode(logits("p..p"), "天气", LABELS) == []
    (found,) = token_cls.decode(logits(".lmm"), "北京", LABELS)
    assert found.text == "北京"


def test_what_cannot_be_read_is_an_error() -> None:
    with pytest.raises(CaseError, match="don't fit 2 labels"):
        token_cls.decode(logits("..."), "天", ("O", "B-X"))
    bad = logits("...")
    bad[1, 1] = np.nan
    with pytest.raises(CaseError, match="not finite"):
        token_cls.decode(bad, "天", LABELS)
    with pytest.raises(CaseError, match='no decoding rule "C"; there are: A, B, strict'):
        spans(["O"], rule="C")
