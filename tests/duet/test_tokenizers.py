"""Two tokenizers that differ in one thing: it is found, short, and by its rule."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece

from parity.cli.studies.tokenizers import tokenizers
from parity.duet import run
from parity.duet.found import Difference, Duet
from parity.duet.side import Row, Side, Trial, named
from parity.errors import EngineError, InputError, ParityError, UsageError

WORDS = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "，", "。", "$", "＋", "#", "[", "]"),
    *(c for c in "abcdefghijklmnopqrstuvwxyz0123456789"),
    *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz0123456789"),
    *(c for c in "ABCDÉé一北京的重庆火锅成都"), *(f"##{c}" for c in "ABCDÉé一北京的"), "\x07",
]  # fmt: skip


def vocabulary(folder: Path) -> Path:
    path = folder / "vocab.txt"
    path.write_text("\n".join(WORDS) + "\n", "utf-8")
    return path


def made(
    folder: Path, *, lower: bool = True, accents: bool = True, apart: bool = True,
    clean: bool = True, symbols: bool = True, longest: int = 100, moved: bool = False,
    second: int = 1, special: bool = False, gone: str = "", end: str = "right",
    strategy: str = "longest_first", joined: str = "[SEP] ",
) -> Path:  # fmt: skip
    """A tokenizer.json that reads the vocabulary as ERNIE does, but for what is said."""
    ids = {word: i for i, word in enumerate(WORDS)}
    if moved:
        ids["a"], ids["b"] = ids["b"], ids["a"]
    if gone:
        ids["[gone]"] = ids.pop(gone)
    backend = Tokenizer(WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=longest))  # noqa: S106
    backend.normalizer = normalizers.BertNormalizer(
        clean_text=clean, handle_chinese_chars=apart, strip_accents=accents, lowercase=lower
    )
    steps: list[pre_tokenizers.PreTokenizer] = [pre_tokenizers.BertPreTokenizer()]
    if symbols:
        steps.append(pre_tokenizers.Split(Regex(r"\p{S}"), "isolated"))
    backend.pre_tokenizer = pre_tokenizers.Sequence(steps)
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair=f"[CLS] $A {joined}$B:{second} [SEP]:{second}",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )  # fmt: skip
    if special:
        backend.add_special_tokens(["[MASK]"])
    if (end, strategy) != ("right", "longest_first"):
        backend.enable_truncation(8, direction=end, strategy=strategy)
    path = folder / "tokenizer.json"
    backend.save(str(path))
    return path


def compared(one: Path, other: Path) -> Duet:
    with Side(named(str(one))) as a, Side(named(str(other))) as b:
        return run.run(a, b, examples=40, one_in=150)


def test_two_that_read_alike(tmp_path: Path) -> None:
    found = compared(vocabulary(tmp_path), made(tmp_path))
    assert found.differences == ()
    assert found.passed
    assert found.compared > 1000
    assert found.refused == 0


BESIDE = {
    "control characters": {"unknown words", "white space"},
    "which end is cut": {"not seen"},
    "which text of a pair is cut": {"one of them raises", "special tokens in a text"},
}
"""What is rightly told beside a rule."""


@pytest.mark.parametrize(
    ("fault", "kind", "rule", "shortest"),
    [
        ({"lower": False}, "ids", "lowercase", 1),
        ({"accents": False}, "ids", "accents", 2),
        ({"apart": False}, "ids", "CJK characters apart", 2),
        ({"symbols": False}, "ids", "symbols of category S", 2),
        ({"clean": False}, "ids", "control characters", 2),
        ({"longest": 50}, "ids", "maximum length of a word", 51),
        ({"longest": 30}, "ids", "maximum length of a word", 31),
        ({"special": True}, "ids", "special tokens in a text", 6),
        ({"gone": "北"}, "ids", "unknown words", 1),
        ({"second": 0}, "pairs", "segments of the second text", 0),
        ({"joined": ""}, "pairs", "how two texts are joined", 0),
        ({"end": "left"}, "truncation", "which end is cut", 2),
        ({"strategy": "only_first"}, "truncation of pairs", "which text of a pair is cut", 60),
    ],
)
def test_each_rule_is_found_in_the_shortest_text(
    tmp_path: Path, fault: dict[str, Any], kind: str, rule: str, shortest: int
) -> None:
    found = compared(vocabulary(tmp_path), made(tmp_path, **fault))
    assert not found.passed
    (hit,) = [d for d in found.differences if d.kind == kind and d.rule == rule]
    assert hit.text is not None
    assert len(hit.text + (hit.second or "")) <= shortest, hit
    assert hit.a != hit.b
    told = {d.rule for d in found.differences} - {rule}
    assert told <= BESIDE.get(rule, set())  # no other rule is told


class Fake:
    """A side that reads characters, and tells their places as ``span`` counts them."""

    name, version, vocabulary = "fake", "1", {"a": 0, "é": 1, "😀": 2}

    def __init__(self, span: Callable[[str], int], *, empty: int = 2) -> None:
        self.span, self.empty = span, empty

    def rows(self, trials: Sequence[Trial]) -> list[Row]:
        return [self.row(*trial) for trial in trials]

    def row(self, text: str, second: str | None, longest: int | None) -> Row:
        chars, at, offsets = list(text + (second or "")), 0, []
        for char in chars:
            offsets.append([at, at + self.span(char)])
            at += self.span(char)
        more = self.empty if second == "" else 0
        ids = [*map(ord, chars), *[0] * more][:longest]
        return {"ids": ids, "tokens": [*map(chr, ids)], "segments": None,
                "offsets": [*offsets, *[[0, 0]] * more][:longest]}  # fmt: skip


def of(one: Fake, other: Fake) -> Duet:
    return run.run(one, other, examples=5, one_in=1000)  # type: ignore[arg-type]


CHARACTERS = Fake(lambda char: 1)


@pytest.mark.parametrize(
    ("span", "rule", "shortest"),
    [
        (lambda char: len(char.encode()), "offsets count bytes", "é"),
        (lambda char: 1 + (ord(char) > 0xFFFF), "offsets count units of UTF-16", "😀"),
        (lambda char: 3, "not seen", "a"),
        (lambda char: 1 + char.isspace(), "white space", " "),
    ],
)
def test_offsets_that_count_something_else(
    span: Callable[[str], int], rule: str, shortest: str
) -> None:
    found = of(CHARACTERS, Fake(span))
    (hit,) = [d for d in found.differences if d.kind == "offsets" and d.rule == rule]
    assert len(hit.text or "") == len(shortest)
    assert of(Fake(span), CHARACTERS).differences  # whichever of the two it is
    assert of(Fake(span), Fake(span)).passed


def test_an_empty_text_of_a_pair_is_told_apart_from_how_two_are_joined() -> None:
    found = of(CHARACTERS, Fake(lambda char: 1, empty=1))
    assert {d.rule for d in found.differences if d.kind == "pairs"} == {"an empty text of a pair"}


def test_other_ids_are_told_once(tmp_path: Path) -> None:
    found = compared(vocabulary(tmp_path), made(tmp_path, moved=True))
    first = found.differences[0]
    assert first.kind == "vocabulary"
    assert "2 of " in first.rule
    assert any(d.rule == "vocabulary" and d.text == "a" for d in found.differences)


def test_a_text_of_the_users_is_tried(tmp_path: Path) -> None:
    one, other = vocabulary(tmp_path), made(tmp_path, longest=99)
    text = "b" * 100
    with Side(named(str(one))) as a, Side(named(str(other))) as b:
        found = run.run(a, b, given=[(text, None)], examples=1, one_in=10_000)
    (hit,) = found.differences
    assert (hit.text, hit.rule) == ("a" * 100, "maximum length of a word")


def test_nothing_compared_is_a_failure() -> None:
    assert not Duet("a", "b", (), 0, 0, 0, 0.0).passed
    with_nothing = run._Compare.__new__(run._Compare)
    with_nothing._found, with_nothing.tokens = {}, 0
    assert with_nothing.differences()[0].kind == "nothing compared"


def command(*words: object) -> Result:
    return CliRunner().invoke(
        tokenizers, [*map(str, words), "--max-examples", "2"], standalone_mode=False
    )


def test_the_command_and_its_json(tmp_path: Path) -> None:
    one, other = vocabulary(tmp_path), made(tmp_path, lower=False)
    (tmp_path / "texts.txt").write_text("Ab\nA\tb\n")
    out = tmp_path / "out.json"
    done = command(one, other, "--texts", tmp_path / "texts.txt", "--json", out,
                   "--b-env", sys.executable)  # fmt: skip
    assert done.return_value == 1, done.output
    assert "finding   ids, by lowercase: 'A': A [[CLS] a [SEP]], B [[CLS] A [SEP]]" in done.output
    told = json.loads(out.read_text())
    assert not told["passed"]
    assert told["compared"] > 0
    assert told["differences"][0]["rule"] == "lowercase"


def dictionary(folder: Path) -> str:
    (folder / "word.dic").write_text("0\ta\n")
    return str(folder / "word.dic")


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        (lambda f: str(f / "gone.json"), InputError, "gone.json: no such file or folder"),
        (lambda f: f"transfomers:{vocabulary(f)}", UsageError, 'did you mean "transformers"'),
        (lambda f: f"paddlenlp:{vocabulary(f)}", EngineError, "can't be imported: No module"),
        (lambda f: f"bert:{f}", InputError, "vocab.txt: no such file"),
        (dictionary, InputError, "has no other reader"),
        (str, InputError, "no tokenizer in this folder"),
    ],
)
def test_what_is_none_is_one_line(
    tmp_path: Path, name: Callable[[Path], str], error: type[ParityError], says: str
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(error, match=says) as caught, Side(named(name(folder))):
        pass
    assert "\n" not in str(caught.value)


def test_a_difference_is_one_line() -> None:
    text = str(Difference("truncation of pairs", "what is cut", "a\nb", "c", 8, "x", "y", 3, 1, 9))
    assert text == (
        "truncation of pairs, by what is cut: 'a\\nb' and 'c', cut at 8: A x, B y; 3 texts; "
        "1 of 9 characters"
    )
