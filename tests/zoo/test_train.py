"""What the small models are trained on: corpus, augmentation, vocabulary, labels of tokens."""

from pathlib import Path

import numpy as np
import pytest

from parity.zoo.train import augment, corpus, vocabulary

NEWS = """\
江/nr  泽民/nr  在/p  北京/ns  会见/v  克林顿/nr  。/w  新华社/nt  记者/n  兰/nr  红光/nr
欧阳/nr  修/nr  、/w  阿卜杜拉·萨利赫/nr  １９９８年/t
"""


@pytest.fixture
def sentences(tmp_path: Path) -> list[list[corpus.Piece]]:
    path = tmp_path / "news.txt"
    path.write_text(NEWS, "utf-8")
    return corpus.sentences(path)


def test_surname_and_given_name_are_one_person(sentences: list[list[corpus.Piece]]) -> None:
    named = [[piece for piece in sentence if piece[1]] for sentence in sentences]
    assert named == [
        [("江泽民", "PER"), ("北京", "LOC"), ("克林顿", "PER")],
        [("新华社", "ORG"), ("兰红光", "PER")],
        [("欧阳修", "PER"), ("阿卜杜拉·萨利赫", "PER")],
    ]


def test_reviews_that_are_both_good_and_bad_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "pos").write_text("好\n好\n还行\n\n", "utf-8")
    (tmp_path / "neg").write_text("还行\n坏\n", "utf-8")
    found = corpus.reviews(tmp_path / "pos", tmp_path / "neg")
    assert found == [corpus.Review("坏", False), corpus.Review("好", True)]


def test_full_width_becomes_ascii_of_the_same_length() -> None:
    assert corpus.halfwidth("１９９８年ＡＢｃ，《") == "1998年ABc，《"


def test_augmented_names_keep_their_labels(sentences: list[list[corpus.Piece]]) -> None:
    names, rng = augment.Names(sentences), np.random.default_rng(0)
    varied = [augment.vary(sentences[0], names, rng) for _ in range(200)]
    assert len({str(v) for v in varied}) > 50
    for sentence in varied:
        for word, label in sentence:
            assert word
            assert label in ("", "PER", "LOC")
            assert not (word == "北京" and label != "LOC")
    people = {word for sentence in varied for word, label in sentence if label == "PER"}
    assert people - {"江泽民", "克林顿", "兰红光", "欧阳修", "阿卜杜拉·萨利赫"}


def test_the_same_seed_varies_the_same(sentences: list[list[corpus.Piece]]) -> None:
    names = augment.Names(sentences)
    first, second = (
        [augment.vary(s, names, np.random.default_rng(3)) for s in sentences] for _ in range(2)
    )
    assert first == second


def test_the_vocabulary_is_ordered_and_bounded() -> None:
    tokens = vocabulary.build(["天天好 A", "天"], size=500)
    assert tokens[:5] == list(vocabulary.SPECIALS)
    assert len(tokens) == len(set(tokens))
    assert tokens.index("天") < tokens.index("好")
    assert "##7" in tokens
    assert len(vocabulary.build(["天天好"], size=10)) == 10


def test_every_token_has_the_label_of_its_first_character(tmp_path: Path) -> None:
    from parity.zoo.train import loop, ner

    vocabulary.save(vocabulary.build(["在北京年"], size=500), tmp_path / "vocab.txt")
    tokenizer = loop.tokenizer(tmp_path / "vocab.txt")
    (example,) = ner.encode(tokenizer, [[("在", ""), ("北京", "LOC"), ("Ab", "PER"), ("年", "")]])
    tags = [ner.LABELS[i] for i in example.target]
    assert tags == ["O", "B-LOC", "I-LOC", "B-PER", "I-PER", "O"]
