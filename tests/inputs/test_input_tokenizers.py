"""Tokenizers: ERNIE's way to split, LAC's characters, and files that are wrong."""

import json
from pathlib import Path

import pytest

from parity.errors import InputError, UsageError
from parity.inputs import find_tokenizer, load_tokenizer
from tests.inputs.input_models import WORDS

UNKNOWN, PAD = "<unk>", "<pad>"


def tokens(path: Path, text: str, style: str | None = None, longest: int = 128) -> list[str]:
    done = load_tokenizer(path, style=style).encode([text], longest)
    return [WORDS[i] for i in done.ids[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Café", ["cafe"]),
        ("Cafe\u0301", ["cafe"]),
        ("É", ["[UNK]"]),  # e alone is no token: the accent is gone, not looked up
        ("a+b", ["a", "+", "b"]),
        ("a＋b￥5", ["a", "＋", "b", "￥", "5"]),
        ("a|a^5$", ["a", "|", "a", "^", "5", "$"]),
        ("你好，北京", ["你", "好", "，", "北", "京"]),
        ("a北b", ["a", "北", "b"]),
        ("UNaffable ab", ["un", "##aff", "##able", "a", "##b"]),
        ("a" * 101, ["[UNK]"]),
        ("[SEP]", ["[", "sep", "]"]),
        ("a\x00\u200b b\u3000a", ["a", "b", "a"]),
        ("", []),
        (" \t\n", []),
    ],
)
def test_ernie_splits_as_paddlenlp_does(vocabulary: Path, text: str, expected: list[str]) -> None:
    assert tokens(vocabulary, text) == ["[CLS]", *expected, "[SEP]"]


def test_symbols_outside_ascii_are_split_off_by_ernie_only(vocabulary: Path) -> None:
    assert tokens(vocabulary, "a＋b", "bert") == ["[CLS]", "[UNK]", "[SEP]"]
    assert tokens(vocabulary, "a＋b", "ernie") == ["[CLS]", "a", "＋", "b", "[SEP]"]


def test_offsets_are_characters_of_the_users_text(vocabulary: Path) -> None:
    text = "你 Cafe\u0301＋😀北"
    done = load_tokenizer(vocabulary).encode([text], 128)
    parts = [text[start:end] for start, end in done.offsets[0]]
    assert parts == ["", "你", parts[2], "＋", "😀", "北", ""]
    assert parts[2].startswith("Cafe")


def test_a_long_text_keeps_both_ends_special(vocabulary: Path) -> None:
    assert tokens(vocabulary, "你好北京", longest=4) == ["[CLS]", "你", "好", "[SEP]"]
    with pytest.raises(InputError, match="empty text has 2 tokens"):
        tokens(vocabulary, "你好", longest=1)


def test_the_configuration_says_whether_case_counts(vocabulary: Path) -> None:
    config = vocabulary.with_name("tokenizer_config.json")
    config.write_text('{"do_lower_case": false}', "utf-8")
    assert tokens(vocabulary, "A é") == ["[CLS]", "[UNK]", "é", "[SEP]"]
    config.write_text('{"do_lower_case": "no"}', "utf-8")
    with pytest.raises(InputError, match="do_lower_case"):
        load_tokenizer(vocabulary)
    config.write_text("{", "utf-8")
    with pytest.raises(InputError, match=r"tokenizer_config.json: not JSON"):
        load_tokenizer(vocabulary)


def test_a_vocabulary_tells_its_size_pad_and_specials(vocabulary: Path) -> None:
    tokenizer = load_tokenizer(vocabulary)
    assert tokenizer.size == len(WORDS)
    assert tokenizer.pad == 0
    assert tokenizer.specials == (0, 1, 2, 3, 4)
    assert "aff" in tokenizer.tokens
    assert "[CLS]" not in tokenizer.tokens


def test_a_tokenizer_json_is_read(vocabulary: Path, tmp_path: Path) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    backend = Tokenizer(WordLevel({"<pad>": 0, "<unk>": 1, "a": 2, "b": 9}, unk_token=UNKNOWN))
    backend.pre_tokenizer = Whitespace()
    backend.add_special_tokens(["<pad>", "<unk>"])
    backend.enable_padding(pad_id=0, pad_token=PAD, length=12)
    backend.enable_truncation(3)
    path = tmp_path / "tokenizer.json"
    backend.save(str(path))
    tokenizer = find_tokenizer(tmp_path)  # it wins over the vocab.txt in the same folder
    assert tokenizer is not None
    assert (tokenizer.size, tokenizer.pad, tokenizer.specials) == (10, 0, (0, 1))
    done = tokenizer.encode(["b a c a", ""], 128)
    assert [row.tolist() for row in done.ids] == [[9, 2, 1, 2], []]
    assert done.offsets[0] == ((0, 1), (2, 3), (4, 5), (6, 7))


def test_lac_looks_up_one_character_at_a_time(lac_folder: Path) -> None:
    tokenizer = load_tokenizer(lac_folder)
    done = tokenizer.encode(["Ａ张三！\u3000", ""], 4)
    assert [row.tolist() for row in done.ids] == [[2, 3, 4, 6], []]
    assert done.offsets[0] == ((0, 1), (1, 2), (2, 3), (3, 4))
    assert (tokenizer.size, tokenizer.pad, tokenizer.specials) == (7, None, (6,))
    assert "北京" not in tokenizer.tokens


def test_no_tokenizer_beside_a_model_is_none(tmp_path: Path) -> None:
    assert find_tokenizer(tmp_path) is None


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("vocab.txt", b"", "vocabulary is empty"),
        ("vocab.txt", b"\n", "vocabulary is empty"),
        ("vocab.txt", b"[CLS]\n[SEP]\na\n", r"\[UNK\] not among its 3 tokens"),
        ("vocab.txt", b"[UNK]\na\n", r"\[CLS\], \[SEP\] not among"),
        ("vocab.txt", "你".encode("gbk"), "not UTF-8 at byte 0"),
        ("tokenizer.json", b"{", "not JSON, line 1"),
        ("tokenizer.json", b"{}", "not a tokenizer"),
        ("word.dic", b"", "vocabulary is empty"),
        ("word.dic", b"0\ta\n", 'no "OOV"'),
        ("word.dic", b"x\ta\n", "word.dic:1: expected an id"),
        ("words.bin", b"", "not a tokenizer file by its name"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        load_tokenizer(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)


def test_a_missing_file_an_empty_folder_and_an_unknown_style(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"vocab.txt: can't be read: No such file"):
        load_tokenizer(tmp_path / "vocab.txt")
    with pytest.raises(InputError, match="no tokenizer in this folder"):
        load_tokenizer(tmp_path)
    with pytest.raises(UsageError, match='did you mean "ernie"'):
        load_tokenizer(tmp_path, style="erni")


def test_a_tokenizer_json_without_words_is_empty(tmp_path: Path) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel

    Tokenizer(WordLevel({}, unk_token=UNKNOWN)).save(str(tmp_path / "tokenizer.json"))
    assert json.loads((tmp_path / "tokenizer.json").read_text("utf-8"))
    with pytest.raises(InputError, match="vocabulary is empty"):
        load_tokenizer(tmp_path)
