"""``[tokenizers]`` of a case: the gate feeds each side by its own, and says what a user sees."""

import shutil
from pathlib import Path

import pytest
from tokenizers import Tokenizer as Backend
from tokenizers import normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece

from parity import zoo
from parity.case import load
from parity.compare.answers import TokenizersDiffer
from parity.errors import CaseError
from parity.gate.cell import CellResult
from parity.gate.cells import cells
from parity.gate.matrix import run_all
from parity.gate.models import Roots
from parity.gate.run import Settings
from parity.verify.request import Effort

CASE = """
summary = "the trained tagger, with two tokenizers"
[reference]
zoo = "ernie-tiny-ner"
[task]
name = "token_cls"
[inputs.short]
kind = "text"
max_length = 16
[tokenizers]
{tokenizers}
"""


def case(folder: Path, tokenizers: str) -> Path:
    made = folder / "tagger"
    made.mkdir()
    shutil.copy(zoo.build("ernie-tiny-ner") / "vocab.txt", made)
    (made / "case.toml").write_text(CASE.format(tokenizers=tokenizers))
    return made


def ran(folder: Path) -> CellResult:
    (result,) = run_all(list(cells(load(folder), engine=None)), Settings(Roots(), Effort(1)))
    return result


def exported(folder: Path, *, apart: bool) -> None:
    """The vocabulary as a tokenizer.json. apart: whether Chinese characters are split."""
    words = (folder / "vocab.txt").read_text("utf-8").split("\n")
    ids = {word: i for i, word in enumerate(words) if word}
    backend = Backend(WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100))  # noqa: S106
    backend.normalizer = normalizers.BertNormalizer(handle_chinese_chars=apart)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.post_processor = processors.BertProcessing(
        ("[SEP]", ids["[SEP]"]), ("[CLS]", ids["[CLS]"])
    )
    backend.save(str(folder / "tokenizer.json"))


@pytest.mark.slow
def test_one_that_splits_otherwise_fails_the_cell_and_a_user_sees_it(tmp_path: Path) -> None:
    folder = case(tmp_path, 'reference = "vocab.txt"\ncandidate = "tokenizer.json"')
    exported(folder, apart=False)
    result = ran(folder)
    assert result.status == "failed", result.reason
    assert result.result is not None
    found = [f for f in result.result.verdict.findings if isinstance(f, TokenizersDiffer)]
    assert any("CJK characters apart" in f.how for f in found)
    assert any(f.expected is not None and f.expected != f.actual for f in found), found
    first = found[0]  # a report shows a few: what a user sees comes first
    assert first.expected != first.actual
    assert "a user sees " in str(first)
    assert "fed by its own" not in str(first)


@pytest.mark.slow
def test_two_alike_leave_a_cell_as_it_is(tmp_path: Path) -> None:
    folder = case(tmp_path, 'reference = "vocab.txt"\ncandidate = "ernie:vocab.txt"')
    result = ran(folder)
    assert result.status == "passed", result.reason
    assert result.result is not None
    (note,) = [n for n in result.result.notes if n.startswith("tokenizers: ")]
    assert "0 tokens" not in note


def test_one_that_is_not_there_is_the_cells_error(tmp_path: Path) -> None:
    folder = case(tmp_path, 'reference = "vocab.txt"\ncandidate = "gone.json"')
    assert ran(folder).status in ("error", "not run")
    assert "its tokenizer isn't here" in ran(folder).reason
    assert "gone.json" in ran(folder).reason


@pytest.mark.parametrize(
    ("tokenizers", "says"),
    [
        ('reference = "vocab.txt"', '"candidate" is missing'),
        ('reference = "vocab.txt"\ncandidate = ""', "must name a file"),
        ('reference = "a"\ncandidate = "transfomers:b"', 'did you mean "transformers"'),
        ('reference = "a"\ncandidate = "b"\ncandidate_env = ""', "must name the folder of a venv"),
        ('reference = "a"\ncandidate = "b"\ncandidat_env = "x"', 'did you mean "candidate_env"'),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, tokenizers: str, says: str) -> None:
    with pytest.raises(CaseError, match=r"case.toml:\d+: \[tokenizers\]") as caught:
        load(case(tmp_path, tokenizers))
    assert says in str(caught.value)
