"""A tokenizer that gives ids outside the model's table is told, before any engine gets one."""

import json
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer as Backend

from parity.errors import InputError
from parity.inputs import Limits, load_tokenizer, plan
from parity.inputs.text import given
from parity.model.spec import TensorSpec, TokenIds
from tests.inputs.input_models import WORDS

SIZE = len(WORDS)
MODEL = (TensorSpec("ids", "int64", ("batch", "length"), TokenIds(SIZE)),)


def edited(vocabulary: Path, **changes: Any) -> Path:
    """The vocabulary's tokenizer as a tokenizer.json with other parts."""
    from tokenizers import models, pre_tokenizers

    words = {word: i for i, word in enumerate(WORDS)}
    backend = Backend(models.WordPiece(words, unk_token="[UNK]"))  # noqa: S106
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    data = json.loads(backend.to_str())
    path = vocabulary.with_name("tokenizer.json")
    path.write_text(json.dumps(data | changes), "utf-8")
    return path


def around(first: int, last: int, *, types: tuple[int, int] = (0, 0)) -> dict[str, Any]:
    """A post-processor that puts two ids around a text."""
    return {
        "type": "TemplateProcessing",
        "single": [
            {"SpecialToken": {"id": "[CLS]", "type_id": types[0]}},
            {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "[SEP]", "type_id": types[1]}},
        ],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {
            "[CLS]": {"id": "[CLS]", "ids": [first], "tokens": ["[CLS]"]},
            "[SEP]": {"id": "[SEP]", "ids": [last], "tokens": ["[SEP]"]},
        },
    }


def test_ids_inside_the_table_are_fed(vocabulary: Path) -> None:
    path = edited(vocabulary, post_processor=around(1, SIZE - 1))
    made = plan(MODEL, tokenizer=load_tokenizer(path), kind="text")
    assert max(int(e.feed["ids"].max()) for e in made.boundary()) == SIZE - 1


@pytest.mark.parametrize("outside", [SIZE, 99_999_999, 4_294_967_295])
@pytest.mark.parametrize("kind", ["text", "mixed"])
def test_an_id_of_the_post_processor_outside_the_table_is_an_error(
    vocabulary: Path, kind: str, outside: int
) -> None:
    for ids in ((1, outside), (outside, 2)):
        path = edited(vocabulary, post_processor=around(*ids))
        made = plan(MODEL, tokenizer=load_tokenizer(path), kind=kind)
        said = rf"gives id {outside} for the text .*, but ids takes ids below {SIZE}: it isn't this"
        with pytest.raises(InputError, match=said):
            list(made.boundary())
    with pytest.raises(InputError, match=said):
        given(MODEL, ["a"], limits=Limits(), tokenizer=load_tokenizer(path), label="a text")


def test_padding_outside_the_table_is_an_error(vocabulary: Path) -> None:
    padding = {
        "strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": None,
        "pad_id": SIZE + 7, "pad_type_id": 0, "pad_token": "[PAD]",
    }  # fmt: skip
    tokenizer = load_tokenizer(edited(vocabulary, padding=padding))
    with pytest.raises(InputError, match=f"gives id {SIZE + 7} for padding, but ids takes ids"):
        plan(MODEL, tokenizer=tokenizer, kind="text")
