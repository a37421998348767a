"""A text with the entities of both sides in it; agreement and ties."""

from collections.abc import Mapping

import pytest

from parity.page.blocks import Mark, Pieces
from parity.page.parts.answers import marked
from tests.page.conftest import Document, rendered
from tests.page.read import read, wrong

TEXT = "王小明在北京工作"


def test_entities_are_marked_where_they_stand() -> None:
    assert marked(TEXT, ("王小明 PER [0, 2]", "北京 LOC [4, 5]")) == (
        Mark("王小明", "PER"), "在", Mark("北京", "LOC"), "工作",
    )  # fmt: skip
    assert marked(TEXT, ()) == (TEXT, " (nothing in it)")


@pytest.mark.parametrize(
    ("text", "said", "shown"),
    [
        (TEXT, ("positive",), ("positive",)),
        (TEXT, ("北京 LOC [4, 9]",), ("北京 LOC [4, 9]",)),  # beyond the text: no span of it
        (TEXT, ("上海 LOC [4, 5]",), ("上海 LOC [4, 5]",)),  # other words than stand there
    ],
)
def test_what_is_no_span_is_told_as_it_is(text: str, said: tuple[str, ...], shown: Pieces) -> None:
    assert marked(text, said) == shown


def test_of_two_that_overlap_none_is_lost() -> None:
    found = marked("北京大学", ("北京大学 ORG [0, 3]", "北京 LOC [0, 1]"))
    assert {p.label for p in found if isinstance(p, Mark)} == {"LOC", "ORG, overlapping"}


def test_both_sides_stand_on_the_page_with_their_labels(
    documents: Mapping[str, Document],
) -> None:
    flip = {"text": TEXT, "expected": ["北京 LOC [4, 5]"], "actual": ["北京 ORG [4, 5]"],
            "margin": 0.25, "allowed": 0.0125}  # fmt: skip
    ties = {"kind": "TooManyTies", "message": "3 of 9 answers", "ties": 3, "answers": 9,
            "rate": 0.01, "flips": [flip]}  # fmt: skip
    answer = {"kind": "AnswerDiffers", "message": "it differs", **flip}
    made = {**documents["bad"], "answers": 9, "ties": 3, "findings": [answer, ties]}
    html = rendered(made)
    assert wrong(html, made) == []
    page = read(html)
    assert page.text.count("北京 LOC") >= 2  # marked in the finding and in the table of ties
    assert page.text.count("北京 ORG") >= 2
    assert sum(tag == "mark" for tag, _ in page.tags) == 6  # and on the first screen
    assert {"/findings/0/margin", "/findings/1/flips/0/margin", "/answers", "/ties"} <= {
        figure.at for figure in page.figures
    }
