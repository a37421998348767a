"""Files of labelled data: what is read, and which lines are told as bad, by their number."""

import json
from pathlib import Path

import pytest

from parity.errors import InputError
from parity.evaluate.data import Data
from parity.evaluate.formats import classification, find, ner, pictures, reading

LABELS = ("sport", "tech")
TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def bad(data: Data) -> list[tuple[int, str]]:
    return [(b.line, b.why) for b in data.bad]


def test_a_text_a_tab_and_its_label(tmp_path: Path) -> None:
    path = written(tmp_path, "dev.txt", "\ufeff快跑\tsport\n\n新芯片\ttech\r\n坏\n好\tfood\n无\t\n")
    data = classification.read(path, LABELS, several=False, paired=False)
    assert [(r.line, r.text, r.wanted and r.wanted.labels) for r in data.rows] == [
        (1, "快跑", ("sport",)),
        (3, "新芯片", ("tech",)),
    ]
    assert bad(data) == [
        (2, "empty"),
        (4, "1 columns, expected 2 with tabs between"),
        (5, "'food' is no label of the model"),
        (6, "no label"),
    ]


def test_several_labels_have_commas_between(tmp_path: Path) -> None:
    path = written(tmp_path, "dev.txt", "甲\tsport, tech\n乙\t\n丙\tsport,food\n")
    data = classification.read(path, LABELS, several=True, paired=False)
    assert [r.wanted and r.wanted.labels for r in data.rows] == [("sport", "tech"), ()]
    assert bad(data) == [(3, "'food' is no label of the model")]


def test_a_line_of_a_pair_has_three_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "dev.txt", "甲\t乙\tsport\n甲\tsport\n")
    data = classification.read(path, LABELS, several=False, paired=True)
    assert [r.text for r in data.rows] == ["甲\t乙"]
    assert bad(data) == [(2, "2 columns, expected 3 with tabs between")]


def test_texts_without_labels(tmp_path: Path) -> None:
    path = written(tmp_path, "data.txt", "甲\n乙\n")
    data = classification.read(path, LABELS, several=False, paired=False)
    assert [r.text for r in data.rows] == ["甲", "乙"]
    assert not data.labelled


def test_labels_of_another_model_are_an_error(tmp_path: Path) -> None:
    written(tmp_path, "label.txt", "sport\nfood\n")
    path = written(tmp_path, "dev.txt", "甲\tsport\n")
    with pytest.raises(InputError, match="lists 'food'"):
        classification.read(path, LABELS, several=False, paired=False)


def test_conll_sentences(tmp_path: Path) -> None:
    path = written(
        tmp_path, "dev.txt",
        "-DOCSTART- O\n\n王 B-PER\n五 I-PER\n在 O\n\nNew\tx\tB-LOC\nYork\tx\tI-LOC\n！\tx\tO\n\n"
        "坏 B-ORG\n\n半\n王 B-PER\n",
    )  # fmt: skip
    data = ner.read(path, TAGS)
    assert [(r.line, r.text, r.wanted and set(r.wanted.entities)) for r in data.rows] == [
        (3, "王五在", {("PER", 0, 1)}),
        (7, "New York！", {("LOC", 0, 7)}),
    ]
    assert bad(data) == [
        (11, "'B-ORG' is no tag of the model"),
        (13, "no token and tag with a blank or tab between"),
    ]


def test_msra_sentences(tmp_path: Path) -> None:
    lines = [
        "text_a\tlabel",
        "王\x02五\tB-PER\x02I-PER",
        "王\x02五\tB-PER",
        "王五",
        "\x02五\tO\x02O",
    ]
    data = ner.read(written(tmp_path, "dev.txt", "\n".join(lines) + "\n"), TAGS)
    assert [(r.line, r.text, r.wanted and set(r.wanted.entities)) for r in data.rows] == [
        (2, "王五", {("PER", 0, 1)})
    ]
    assert bad(data) == [
        (3, "2 tokens, but 1 tags"),
        (4, "no tab between tokens and tags"),
        (5, "an empty token"),
    ]


def test_squad_and_cmrc(tmp_path: Path) -> None:
    asked = {"question": "谁？", "answers": [{"text": "王五"}, {"text": "王五"}, {"text": "五"}]}
    squad = {"data": [{"paragraphs": [{"context": "王五来了", "qas": [asked, {"question": "?"}]}]}]}
    cmrc = [{"context_text": "王五来了", "qas": [{"query_text": "谁？", "answers": ["王五"]}]}, 7]
    for value, wanted, wrong in (
        (squad, ("王五", "五"), [(2, "no answer, or one without a text")]),
        (cmrc, ("王五",), [(2, "no question, or no context")]),
    ):
        data = reading.read(written(tmp_path, "dev.json", json.dumps(value)))
        assert [(r.text, r.wanted and r.wanted.answers) for r in data.rows] == [
            ("谁？\t王五来了", wanted)
        ]
        assert bad(data) == wrong
    with pytest.raises(InputError, match="not JSON"):
        reading.read(written(tmp_path, "dev.json", "{"))
    with pytest.raises(InputError, match="neither SQuAD"):
        reading.read(written(tmp_path, "dev.json", "3"))


def test_a_list_of_pictures(tmp_path: Path) -> None:
    (tmp_path / "a b.png").write_bytes(b"")
    text = "a b.png\ttech\na b.png 0\ngone.png\ttech\n../x.png\ttech\na b.png 2\nx\n\n"
    data = pictures.read(written(tmp_path, "list.txt", text), LABELS, classes=True)
    assert [(Path(r.text).name, r.wanted and r.wanted.labels) for r in data.rows] == [
        ("a b.png", ("tech",)),
        ("a b.png", ("sport",)),
    ]
    assert [line for line, _ in bad(data)] == [3, 4, 5, 6, 7]
    texts = pictures.read(written(tmp_path, "list.txt", "a b.png\t出 口\n"), (), classes=False)
    assert [r.wanted and r.wanted.labels for r in texts.rows] == [("出 口",)]


@pytest.mark.parametrize(
    ("task", "words"),
    [("seq_cls", "holds none of dev.txt"), ("question_answering", "holds none of dev.json"),
     ("embedding", "holds none"), ("ctc", "holds none of dev.txt, dev.tsv, dev.conll, list.txt")],
)  # fmt: skip
def test_a_folder_without_data(tmp_path: Path, task: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        find.read(tmp_path, task, LABELS, split="dev", paired=False, several=False)


def test_no_usable_line_is_an_error_that_shows_the_first(tmp_path: Path) -> None:
    written(tmp_path, "dev.txt", "x\ny\n")
    with pytest.raises(InputError, match=r"no line can be used, of 2; the first: dev.txt:1: 1 col"):
        find.read(tmp_path, "seq_cls", LABELS, split="dev", paired=False, several=False)
    with pytest.raises(InputError, match="no such folder"):
        find.read(tmp_path / "x", "seq_cls", LABELS, split="dev", paired=False, several=False)
    with pytest.raises(InputError, match="no measure"):
        find.read(tmp_path, "boxes", LABELS, split="dev", paired=False, several=False)
