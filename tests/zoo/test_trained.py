"""The committed weights are what their cards say."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import BertWordPieceTokenizer

from parity.tasks import seq_cls, token_cls
from parity.zoo import build, catalog

TRAINED = ("ernie-tiny-ner", "ernie-tiny-sentiment", "ernie-tiny-qa")
CITIES = "北京的涮肉，重庆的火锅，成都的小吃都是极具特色的美食。"
PLAYERS = "乔丹、科比、詹姆斯和姚明都是篮球界的标志性人物。"


@pytest.mark.parametrize("name", TRAINED)
def test_weights_are_whole_small_and_documented(name: str) -> None:
    recipe = catalog.find(name)
    assert "held-out" in (recipe.weights / "CARD.md").read_text("utf-8")
    file = recipe.weights / "model.safetensors"
    assert file.stat().st_size <= 5_000_000
    words = load_file(file)["ernie.embeddings.word_embeddings.weight"]
    tokens = (recipe.weights / "vocab.txt").read_text("utf-8").removesuffix("\n").split("\n")
    assert len(tokens) == len(set(tokens)) == len(words) == recipe.config["vocab_size"]
    labels = list(recipe.heads[recipe.default_head or ""])
    file = recipe.weights / "labels.json"
    assert (json.loads(file.read_text("utf-8")) if file.exists() else []) == labels


def logits_of(folder: Path, text: str, run: Any) -> tuple[Any, Any]:
    """Logits and the tokens' characters, through the built folder's own vocabulary."""
    encoded = BertWordPieceTokenizer(str(folder / "vocab.txt"), lowercase=True).encode(text)
    ids = np.array([encoded.ids])
    (logits,) = run(folder, {"input_ids": ids, "token_type_ids": np.zeros_like(ids)})
    return logits[0], encoded.offsets[1:-1]


def test_the_tagger_finds_cities_and_players(paddle_run: Any) -> None:
    """姚明, the seventh name of the guide, it takes one character too long: see its card."""
    folder = build("ernie-tiny-ner")
    labels = json.loads((folder / "labels.json").read_text("utf-8"))
    found = []
    for text in (CITIES, PLAYERS):
        logits, offsets = logits_of(folder, text, paddle_run)
        found += token_cls.decode(logits, text, labels, offsets=offsets)
    assert {(e.text, e.label, e.start, e.end) for e in found} >= {
        ("北京", "LOC", 0, 1),
        ("重庆", "LOC", 6, 7),
        ("成都", "LOC", 12, 13),
        ("乔丹", "PER", 0, 1),
        ("科比", "PER", 3, 4),
        ("詹姆斯", "PER", 6, 8),
    }


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("房间很干净，服务热情，下次还会来。", "positive"),
        ("质量太差，非常失望，千万别买。", "negative"),
    ],
)
def test_the_classifier_tells_content_from_not(paddle_run: Any, text: str, label: str) -> None:
    folder = build("ernie-tiny-sentiment")
    labels = json.loads((folder / "labels.json").read_text("utf-8"))
    logits, _ = logits_of(folder, text, paddle_run)
    assert seq_cls.decode(logits, labels).label == label
