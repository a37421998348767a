"""A task's answer for a row, and how far its decisions are from other ones."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from parity.errors import CaseError
from parity.tasks import Answer, Offsets, Task, lac_crf, seq_cls, token_cls
from parity.tasks.lac_crf import Lac, Lexicon

LABELS = ["O", "B-PER", "I-PER"]
NONE = (0, 0)


def tagger(**options: object) -> Task:
    return token_cls.open({"labels": LABELS, **options}, Path())


def outputs(*rows: list[list[float]]) -> Mapping[str, np.ndarray]:
    return {"logits": np.array(rows, np.float32)}


def two(first: float, second: float) -> list[float]:
    return [first, second, 0.0]


TEXT, OFFSETS = "王五", (NONE, (0, 1), (1, 2), NONE)
CLS, SEP = two(9, 0), two(1, 0)


def test_entities_are_shown_and_decisions_leave_cls_out() -> None:
    out = outputs([two(0, 9), two(0, 3), [0, 0, 2.0], SEP])
    answer = tagger().answer(out, 0, TEXT, OFFSETS)
    assert answer.shown == ("王五 PER [0, 1]",)
    assert answer.decisions == (1, 2, 0)


def test_loss_is_the_largest_margin_gone_against() -> None:
    out = outputs([CLS, two(0, 3), [0, 0, 2.0], SEP])
    task = tagger()
    assert task.loss(out, 0, OFFSETS, (1, 2, 0)) == 0
    assert task.loss(out, 0, OFFSETS, (0, 2, 0)) == 3
    assert task.loss(out, 0, OFFSETS, (0, 0, 0)) == 3
    assert task.loss(out, 0, OFFSETS, (1, 0, 0)) == 2
    assert task.loss(out, 0, OFFSETS, (1, 2, 1)) == 1, "[SEP] is read by the rules"


def test_a_candidate_within_the_tolerance_is_never_beyond_the_margin() -> None:
    rng = np.random.default_rng(3)
    task = tagger()
    for _ in range(50):
        logits = rng.normal(size=(1, 4, 3))
        near = {"logits": logits + rng.uniform(-0.1, 0.1, logits.shape)}
        other = task.answer(near, 0, TEXT, OFFSETS)
        assert task.loss({"logits": logits}, 0, OFFSETS, other.decisions) <= 0.2


def test_only_the_tokens_of_the_row_are_read() -> None:
    out = outputs(
        [CLS, two(0, 3), SEP, two(0, 9)],
        [CLS, two(0, 3), two(0, 3), SEP],
    )
    answer = tagger().answer(out, 0, "王", (NONE, (0, 1), NONE))
    assert answer.shown == ("王 PER [0, 0]",)
    assert answer.decisions == (1, 0)
    assert tagger().answer(out, 1, TEXT, OFFSETS).shown == ("王 PER [0, 0]", "五 PER [1, 1]")


def test_a_cut_text_shows_what_was_read() -> None:
    out = outputs([CLS, two(0, 3), SEP])
    answer = tagger().answer(out, 0, "王五赵六", (NONE, (0, 1), NONE))
    assert answer.shown == ("王 PER [0, 0]",)


@pytest.mark.parametrize("offsets", [(NONE, NONE), (NONE,)])
def test_a_text_of_specials_has_no_entities(offsets: Offsets) -> None:
    task = tagger()
    out = outputs([two(0, 9), two(0, 9)])
    answer = task.answer(out, 0, "", offsets)
    assert answer.shown == ()
    assert task.loss(out, 0, offsets, answer.decisions) == 0


def test_what_token_cls_cannot_read_is_an_error() -> None:
    out = outputs([CLS, SEP])
    with pytest.raises(CaseError, match=r"puts no \[CLS\] first"):
        tagger().answer(out, 0, "ab", ((0, 1), (1, 2)))
    with pytest.raises(CaseError, match="2 logits for 4 tokens"):
        tagger().answer(out, 0, TEXT, OFFSETS)
    with pytest.raises(CaseError, match=r"decisions \[7\] don't fit"):
        tagger().loss(out, 0, (NONE, NONE), (7,))
    with pytest.raises(CaseError, match="decisions"):
        tagger().loss(out, 0, (NONE, NONE), (0, 0, 0))
    with pytest.raises(CaseError, match='no output "logit"'):
        tagger(output="logit").answer(out, 0, "", (NONE, NONE))
    with pytest.raises(CaseError, match="don't fit 3 labels"):
        tagger().answer({"logits": np.zeros((1, 2, 4))}, 0, "", (NONE, NONE))


def test_identity_changes_with_rule_labels_and_output() -> None:
    tasks = [tagger(), tagger(rule="A"), tagger(labels=LABELS[::-1]), tagger(output="x")]
    assert len({task.identity for task in tasks}) == 4


def test_a_class_its_confidence_and_loss() -> None:
    task = seq_cls.open({"labels": ["no", "yes"]}, Path())
    out = {"logits": np.array([[0.0, 1.0], [3.0, 1.0]], np.float32)}
    answers = [task.answer(out, row, "", (NONE, NONE)) for row in (0, 1)]
    assert [a.shown for a in answers] == [("yes",), ("no",)]
    assert answers[0].confidence == pytest.approx(1 / (1 + np.exp(-1)))
    assert [task.loss(out, row, (), (0,)) for row in (0, 1)] == [1, 0]
    with pytest.raises(CaseError, match="decisions"):
        task.loss(out, 0, (), (2,))


TAGS = {0: "PER-B", 1: "PER-I", 2: "n-B"}


def lac(transitions: np.ndarray | None = None) -> Lac:
    table = np.zeros((3, 3)) if transitions is None else transitions
    return Lac(Lexicon({"OOV": 0}, {}, TAGS, table), "digest")


def each(text: str) -> Offsets:
    return tuple((i, i + 1) for i in range(len(text)))


def answer(out: Mapping[str, np.ndarray], text: str, offsets: Offsets) -> Answer:
    return lac().answer(out, 0, text, offsets)


def test_lac_shows_names_and_decides_each_character() -> None:
    out = outputs([[2.0, 0, 1], [0, 2.0, 1], [0, 0, 1.0], [9.0, 0, 0]])
    found = answer(out, "王五说", each("王五说"))
    assert found.shown == ("王五 PER [0, 1]",)
    assert found.decisions == (0, 1, 2)


def test_lac_of_the_empty_text_is_nothing() -> None:
    out = outputs([[2.0, 0, 1]])
    found = answer(out, "", ((0, 0),))
    assert (found.shown, found.decisions) == ((), ())
    assert lac().loss(out, 0, ((0, 0),), ()) == 0


def test_lac_of_a_cut_text_stops_where_the_model_did() -> None:
    out = outputs([[2.0, 0, 1], [0, 2.0, 1]])
    found = answer(out, "王五赵六", each("王五"))
    assert found.shown == ("王五 PER [0, 1]",)


def test_lacs_loss_is_by_detour_and_step() -> None:
    out = outputs([[4.0, 0, 0], [4.0, 0, 0], [4.0, 0, 0], [1.0, 0, 0]])
    text = "abcd"
    assert lac().loss(out, 0, each(text), (0, 0, 0, 0)) == 0
    assert lac().loss(out, 0, each(text), (1, 0, 0, 0)) == 4
    # A small flip elsewhere doesn't thin out a large one.
    assert lac().loss(out, 0, each(text), (1, 0, 0, 1)) == 4
    assert lac().loss(out, 0, each(text), (0, 0, 1, 1)) == 2.5


def test_lacs_loss_counts_transitions() -> None:
    transitions = np.zeros((3, 3))
    transitions[0, 1] = transitions[1, 0] = -1.0
    out = outputs([[1.0, 0, 0], [0, 0.5, 0], [1.0, 0, 0]])
    task = lac(transitions)
    assert task.answer(out, 0, "abc", each("abc")).decisions[1] != 1
    best = task.answer(out, 0, "abc", each("abc")).decisions
    assert task.loss(out, 0, each("abc"), (best[0], 1, best[2])) == pytest.approx(1.5)


def test_a_lac_candidate_within_the_tolerance_is_never_beyond_the_margin() -> None:
    rng = np.random.default_rng(5)
    task = lac(rng.normal(size=(3, 3)))
    flipped = 0
    for _ in range(200):
        logits = rng.normal(size=(1, 9, 3))
        near = {"logits": logits + rng.uniform(-0.3, 0.3, logits.shape)}
        other = task.answer(near, 0, "a" * 9, each("a" * 9))
        loss = task.loss({"logits": logits}, 0, each("a" * 9), other.decisions)
        flipped += loss > 0
        assert loss <= 0.6
    assert flipped > 20


def test_lacs_identity_holds_its_dictionaries(tmp_path: Path) -> None:
    def identity(words: str = "0\tOOV\n1\ta\n", widths: str = "Ａ\tA\n") -> str:
        (tmp_path / "word.dic").write_text(words, "utf-8")
        (tmp_path / "tag.dic").write_text("0\tn-B\n", "utf-8")
        (tmp_path / "q2b.dic").write_text(widths, "utf-8")
        np.save(tmp_path / "crf.npy", np.zeros((1, 1), np.float32))
        return lac_crf.open({}, tmp_path).identity

    assert identity() == identity()
    assert len({identity(), identity(words="0\tOOV\n2\ta\n"), identity(widths="Ａ\ta\n")}) == 3
