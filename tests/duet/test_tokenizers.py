"""Two tokenizers that differ in one thing: it is found, short, and by its rule."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece

from parity.cli.studies.tokenizers import tokenizers
from parity.duet import run
from parity.duet.found import Difference, Duet
from parity.duet.side import Side, named
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
    second: int = 1, special: bool = False,
) -> Path:  # fmt: skip
    """A tokenizer.json that reads the vocabulary as ERNIE does, but for what is said."""
    ids = {word: i for i, word in enumerate(WORDS)}
    if moved:
        ids["a"], ids["b"] = ids["b"], ids["a"]
    backend = Tokenizer(WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=longest))  # noqa: S106
    backend.normalizer = normalizers.BertNormalizer(
        clean_text=clean, handle_chinese_chars=apart, strip_accents=accents, lowercase=lower
    )
    steps: list[pre_tokenizers.PreTokenizer] = [pre_tokenizers.BertPreTokenizer()]
    if symbols:
        steps.append(pre_tokenizers.Split(Regex(r"\p{S}"), "isolated"))
    backend.pre_tokenizer = pre_tokenizers.Sequence(steps)
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair=f"[CLS] $A [SEP] $B:{second} [SEP]:{second}",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )  # fmt: skip
    if special:
        backend.add_special_tokens(["[MASK]"])
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
        ({"second": 0}, "pairs", "an empty text of a pair", 0),
    ],
)
def test_each_rule_is_found_in_the_shortest_text(
    tmp_path: Path, fault: dict[str, bool], kind: str, rule: str, shortest: int
) -> None:
    found = compared(vocabulary(tmp_path), made(tmp_path, **fault))
    assert not found.passed
    (hit,) = [d for d in found.differences if d.kind == kind and d.rule == rule]
    assert hit.text is not None
    assert len(hit.text + (hit.second or "")) <= shortest, hit
    assert hit.a != hit.b


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
