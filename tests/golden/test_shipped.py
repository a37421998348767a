"""The goldens that ship: enough sentences of every sort, and the guides' own answers."""

import re
from pathlib import Path

import pytest

from parity import golden
from parity.case import load

ROOT = Path(__file__).parents[2] / "golden"
GUIDES = ("ernie-3.0-medium-msra-ner", "ernie-3.0-medium-tnews")
RECORDED = (
    *("lac", "ernie-tiny-ner", "ernie-tiny-sentiment"),
    *("ernie-3.0-nano-msra-ner", "ernie-3.0-nano-tnews"),
)

OTHERS = ("minilm", "ernie-tiny-qa", "ppocr-v4-rec", "ppocr-v2-cls", "mobilenet-v3-small")

NER = {
    "北京的涮肉，重庆的火锅，成都的小吃都是极具特色的美食。": (
        "北京 LOC [0, 1]", "重庆 LOC [6, 7]", "成都 LOC [12, 13]",
    ),
    "乔丹、科比、詹姆斯和姚明都是篮球界的标志性人物。": (
        "乔丹 PER [0, 1]", "科比 PER [3, 4]", "詹姆斯 PER [6, 8]", "姚明 PER [10, 11]",
    ),
}  # fmt: skip


def test_every_case_loads() -> None:
    assert {p.parent.name for p in ROOT.glob("*/case.toml")} == {*RECORDED, *GUIDES, *OTHERS}
    for path in ROOT.glob("*/case.toml"):
        load(path.parent)


@pytest.mark.parametrize("name", RECORDED)
def test_sentences_are_many_and_of_every_sort(name: str) -> None:
    case = load(ROOT / name)
    found = golden.load(ROOT / name / "golden.json")
    texts = [s.text for s in found.sentences]
    assert len(texts) >= 60
    assert "" in texts
    assert any(len(t) > 128 for t in texts), "one is cut"
    assert any("😀" in t or "🏀" in t for t in texts)
    assert any("\uff21" <= c <= "\uff5a" for t in texts for c in t), "one is full-width"
    assert any(t.isascii() and t for t in texts)
    assert found.provenance is not None
    assert found.provenance.max_length == 128
    assert all(s.logits is not None and s.logits.dtype == "float32" for s in found.sentences)
    if case.task and case.task.name == "seq_cls":
        assert len({s.shown for s in found.sentences}) > 1
        assert all(s.confidence is not None for s in found.sentences)
    else:
        counts = {len(s.shown) for s in found.sentences}
        assert {0, 1, 2} <= counts
        assert max(counts) > 10


def test_lac_says_what_the_guide_says() -> None:
    shown = {s.text: s.shown for s in golden.load(ROOT / "lac" / "golden.json").sentences}
    assert {text: shown[text] for text in NER} == NER


def test_the_guides_answers_are_theirs() -> None:
    ner, tnews = (golden.load(ROOT / name / "golden.json") for name in GUIDES)
    assert {s.text: s.shown for s in ner.sentences} == NER
    assert [(s.shown, s.confidence) for s in tnews.sentences] == [
        (("news_car",), 0.554353654384613),
        (("news_entertainment",), 0.9495906829833984),
    ]
    assert ner.provenance is None
    assert "guide" in ner.source


def test_the_recogniser_reads_what_was_drawn() -> None:
    """Two of six it reads otherwise: a rare character, and a word that is far too wide for it."""
    text = (ROOT / "pictures" / "draw.py").read_text("utf-8")
    lines = dict(re.findall(r'"(\d-\w+)": "(.+)"', text))
    found = golden.load(ROOT / "ppocr-v4-rec" / "golden.json").sentences
    read = {s.text.removesuffix(".png"): s.shown[0] for s in found}
    assert read.keys() == lines.keys()
    assert sum(read[name] == lines[name] for name in lines) == 4


def test_the_direction_of_each_line_is_right() -> None:
    found = golden.load(ROOT / "ppocr-v2-cls" / "golden.json").sentences
    assert len(found) == 6
    assert all(s.text.endswith(f"-{s.shown[0]}.png") for s in found)


def test_sentences_of_one_meaning_are_neighbours() -> None:
    found = {s.text: s.shown[0] for s in golden.load(ROOT / "minilm" / "golden.json").sentences}
    one, other = "How do I reset my password?", "I can't log in any more."
    assert (found[one], found[other]) == (other, one)
