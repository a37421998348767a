"""Figures against those of the libraries that define them."""

import pytest

from parity.errors import InputError
from parity.evaluate.chance import mcnemar
from parity.evaluate.data import Wanted
from parity.evaluate.entities import entities
from parity.evaluate.measure import measure_of
from parity.tasks import Answer, Entity

# By scipy 1.17.1's binomtest(lost, lost + won).pvalue.
CHANCE = [
    (0, 0, 1.0),
    (1, 0, 1.0),
    (5, 0, 0.0625),
    (6, 0, 0.03125),
    (10, 3, 0.09228515625),
    (3, 10, 0.09228515625),
    (12, 12, 1.0),
    (60, 30, 0.0020602656809630745),
    (1500, 1400, 0.06598734966518463),
]


@pytest.mark.parametrize(("lost", "won", "p"), CHANCE)
def test_mcnemar_is_scipys(lost: int, won: int, p: float) -> None:
    assert mcnemar(lost, won) == pytest.approx(p, rel=1e-8)


# By seqeval 1.2.2's get_entities.
ENTITIES = [
    ("B-PER I-PER O B-LOC", [("PER", 0, 1), ("LOC", 3, 3)]),
    ("B-PER B-PER I-PER", [("PER", 0, 0), ("PER", 1, 2)]),
    ("I-PER I-PER", [("PER", 0, 1)]),
    ("B-PER I-LOC I-LOC", [("PER", 0, 0), ("LOC", 1, 2)]),
    ("O O", []),
    ("B-A", [("A", 0, 0)]),
    ("O I-A B-A O I-B", [("A", 1, 1), ("A", 2, 2), ("B", 4, 4)]),
    ("", []),
]


@pytest.mark.parametrize(("tags", "found"), ENTITIES)
def test_entities_are_seqevals(tags: str, found: list[tuple[str, int, int]]) -> None:
    assert entities(tags.split()) == found


def tagged(*spans: tuple[str, int, int]) -> Answer:
    found = tuple(Entity(label, start, end, "") for label, start, end in spans)
    return Answer((), (), entities=found)


def test_entities_are_counted_over_all_sentences() -> None:
    """By seqeval's precision_score, recall_score and f1_score on the same tags."""
    measure = measure_of("token_cls")
    rows = [
        (tagged(("A", 0, 1), ("B", 3, 3)), Wanted(entities=frozenset({("A", 0, 1), ("B", 3, 4)}))),
        (tagged(), Wanted(entities=frozenset({("A", 2, 2)}))),
        (tagged(("A", 0, 0)), Wanted()),
    ]
    figures = measure.figures(rows)
    assert figures == pytest.approx({"f1": 100 / 3, "precision": 100 / 3, "recall": 100 / 3})
    assert [measure.right(a, w) for a, w in rows] == [False, False, False]
    assert measure.figures([(tagged(), Wanted())]) == {"f1": 0, "precision": 0, "recall": 0}


def test_one_label_and_several() -> None:
    rows = [(Answer(("a",), ()), Wanted(("a",))), (Answer(("b",), ()), Wanted(("a",)))]
    assert measure_of("seq_cls").figures(rows) == {"accuracy": 50.0}
    several = measure_of("seq_cls", several=True)
    rows = [
        (Answer(("a", "b"), ()), Wanted(("b", "a"))),
        (Answer(("a",), ()), Wanted(("a", "b"))),
        (Answer(("(none)",), ()), Wanted(())),
    ]
    found = several.figures(rows)
    assert found["accuracy"] == pytest.approx(200 / 3)
    assert (found["precision"], found["recall"]) == (100.0, 75.0)


def test_questions_by_exact_match_and_f1() -> None:
    measure = measure_of("question_answering")
    rows = [
        (Answer(("上海市 [0, 2]",), (1, 3)), Wanted(answers=("上海",))),
        (Answer(("上海 [0, 1]",), (1, 2)), Wanted(answers=("北京", "上海"))),
        (Answer(("(nothing)",), (-1, -1)), Wanted(answers=("上海",))),
    ]
    assert measure.figures(rows) == pytest.approx({"exact match": 100 / 3, "f1": 60.0})


def test_pictures_by_the_best_and_the_best_few() -> None:
    rows = [
        (Answer(("a", "b"), ()), Wanted(("b",))),
        (Answer(("b", "a"), ()), Wanted(("b",))),
        (Answer(("c", "a"), ()), Wanted(("b",))),
    ]
    found = measure_of("image_cls").figures(rows)
    assert found == pytest.approx({"top-1": 100 / 3, "top-2": 200 / 3})
    assert measure_of("ctc").figures(rows[1:2]) == {"accuracy": 100.0}


def test_a_task_without_a_measure() -> None:
    with pytest.raises(InputError, match="no measure"):
        measure_of("boxes")
