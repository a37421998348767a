"""Whatever a tokenizer's file holds: feeds inside the model's table, or one line."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parity.inputs import Limits, load_tokenizer
from parity.inputs.text import given as feed_of
from parity.model.spec import TensorSpec, TokenIds
from tests.fuzz.damage import QUICK, bytes_of, told, tree_of
from tests.inputs.input_models import WORDS

MODEL = (TensorSpec("ids", "int64", ("batch", "length"), TokenIds(len(WORDS))),)
TEXTS = ("你好，北京", "", "a+b Cafe\u0301 😀", "un aff able [SEP] \x00")
VOCABULARY = ("\n".join(WORDS) + "\n").encode()
DICTIONARY = "0\t \n1\t!\n2\tA\n3\t张\n4\t三\n5\t北京\n6\tOOV\n".encode()
CONFIG = b'{"do_lower_case": true}'


def feed(path: Path) -> None:
    tokenizer = load_tokenizer(path)
    made = feed_of(MODEL, TEXTS, limits=Limits(max_length=16), tokenizer=tokenizer, label="texts")
    ids = made.feed["ids"]
    assert ids.min() >= 0
    assert ids.max() < len(WORDS)


@pytest.mark.parametrize(
    ("name", "good"), [("vocab.txt", VOCABULARY), ("word.dic", DICTIONARY)], ids=["words", "LAC"]
)
@QUICK
@given(data=st.data())
def test_bytes_of_a_vocabulary(tmp_path: Path, name: str, good: bytes, data: st.DataObject) -> None:
    (tmp_path / name).write_bytes(data.draw(bytes_of(good)))
    told(Path(name), lambda: feed(tmp_path / name))


@pytest.mark.slow
@QUICK
@given(config=bytes_of(CONFIG))
def test_bytes_of_the_configuration_beside_it(tmp_path: Path, config: bytes) -> None:
    (tmp_path / "vocab.txt").write_bytes(VOCABULARY)
    (tmp_path / "tokenizer_config.json").write_bytes(config)
    told(tmp_path, lambda: feed(tmp_path / "vocab.txt"))


def tokenizer_json() -> Any:
    """A whole tokenizer: normalizer, splitting, WordPiece, special tokens around."""
    from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

    words = {word: i for i, word in enumerate(WORDS)}
    made = Tokenizer(models.WordPiece(words, unk_token="[UNK]"))  # noqa: S106
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    made.add_special_tokens([AddedToken("[MASK]", special=True)])
    return json.loads(made.to_str())


JSON = tokenizer_json()


OUTSIDE = pytest.mark.skipif(
    find_spec("parity.tokenizing") is None, reason="the library runs in this process, and panics"
)


@OUTSIDE
@settings(QUICK, max_examples=25)
@given(data=tree_of(JSON))
def test_what_a_tokenizer_says(tmp_path: Path, data: Any) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(data), "utf-8")
    _told(path)


@OUTSIDE
@settings(QUICK, max_examples=25)
@given(body=bytes_of(json.dumps(JSON, ensure_ascii=False).encode()))
def test_bytes_of_a_tokenizer(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(body)
    _told(path)


def _told(path: Path) -> None:
    """A file that reads well and doesn't fit the model is named without its folder."""
    told(Path(path.name), lambda: feed(path))
