"""Equal changes are one group; what was furthest from changing comes first."""

from dataclasses import replace
from typing import Any

import pytest

from parity.golden import Golden
from parity.review.changes import ORIGIN, Change, changes, groups
from parity.review.spans import marked, spans
from parity.verify.request import Recorded
from tests.review.recorded import AFTER, BEFORE, MADE, sentence


def test_groups_by_what_changed_the_largest_margin_first() -> None:
    found = groups(BEFORE, AFTER)
    assert [(g.title, [c.text for c in g.changes]) for g in found] == [
        ("2 x ORG to LOC", ["北京大学的人", "上海来的人"]),
        ("1 x LOC gone", ["张伟在南京"]),
        ("1 x LOC new", ["没有"]),
        ("1 x new text", ["新的文字"]),
        ("1 x text gone", ["旧的文字"]),
    ]
    assert [c.margin for c in found[0].changes] == [3.0, 0.25]
    assert groups(BEFORE, BEFORE) == ()


def test_another_origin_comes_first_though_no_answer_changed() -> None:
    moved = replace(BEFORE, provenance=replace(MADE, parameters="d" * 64))
    (found,) = groups(BEFORE, moved)
    assert (found.name, found.changes) == (ORIGIN, ())
    assert "the parameters file recorded was bbbbbbbbbbbb" in found.lines[0]
    assert groups(None, moved)[0].title == "6 x new text"


@pytest.mark.parametrize(
    ("before", "now", "name"),
    [
        (("甲乙 ORG [0, 1]",), ("甲乙 LOC [0, 1]",), "ORG to LOC"),
        (("甲乙 ORG [0, 1]",), ("甲 ORG [0, 0]",), "ORG moved"),
        (("甲乙 ORG [0, 1]",), ("甲 LOC [0, 0]",), "ORG to LOC and moved"),
        (("甲乙 ORG [0, 1]",), ("丙丁 LOC [2, 3]",), "LOC new, ORG gone"),
        # What covers the same words is what it became, whatever else overlaps.
        (("甲乙 ORG [0, 1]", "乙丙 PER [1, 2]"), ("乙丙 LOC [1, 2]",), "ORG gone, PER to LOC"),
        (("甲 (no label) [0, 0]",), ("甲 PER [0, 0]",), "(no label) to PER"),
        (("甲 PER [0, 0]", "丙 PER [2, 2]"), ("丙 PER [2, 2]", "甲 PER [0, 0]"), "another answer"),
        (("sport",), ("news",), "sport to news"),
        (("sport",), ("x" * 41,), "another answer"),
        (("sport", "two"), ("news",), "another answer"),
        # A line that only looks like a span: the text has other words there.
        (("北京 ORG [0, 1]",), ("北京 LOC [0, 1]",), "北京 ORG [0, 1] to 北京 LOC [0, 1]"),
        (("a\x1b[2Jb",), ("c\u202ed",), r"a\x1b[2Jb to c\u202ed"),
    ],
)
def test_a_group_is_named_by_what_happened(before: Any, now: Any, name: str) -> None:
    text = "甲乙丙丁"
    (found,) = groups(Golden((Recorded(text, before),), MADE), Golden((Recorded(text, now),), MADE))
    assert found.name == name


def test_a_confidence_that_moved_is_a_change_and_one_that_hardly_did_is_none() -> None:
    def said(confidence: float) -> Golden:
        return Golden((Recorded("a", ("yes",), confidence),), MADE)

    assert [g.name for g in groups(said(0.5), said(0.6))] == ["confidence"]
    assert changes(said(0.5), said(0.5 + 1e-6)) == []


def test_both_entities_are_marked_and_those_that_stayed_are_not() -> None:
    text, kept = "张伟在南京", "张伟 PER [0, 1]"
    assert marked(text, ("南京 LOC [3, 4]", kept), {kept}) == [
        ("张伟在", False), ("⟦南京 LOC⟧", True),
    ]  # fmt: skip
    change = Change(text, sentence(text, kept, "南京 LOC [3, 4]"), sentence(text, kept))
    assert change.same == {kept}


def test_a_text_can_pretend_to_no_mark_and_do_nothing_to_a_terminal() -> None:
    text = "⟦x⟧\x1b[2J王\u202e"
    assert marked(text, ("王 PER [7, 7]",)) == [
        (r"\u27e6x\u27e7\x1b[2J", False), ("⟦王 PER⟧", True), (r"\u202e", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line", ["王 PER [1, 1]", "王 PER [0, 5]", "王 PER", "王 PER [99999999999, 1]", "王 PER [0, 0"]
)
def test_what_is_no_span_of_the_text_marks_nothing(line: str) -> None:
    assert spans("王某", (line,)) is None
    assert marked("王某", (line,)) == [("王某", False)]
