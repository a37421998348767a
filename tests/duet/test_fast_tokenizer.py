"""fast_tokenizer, as deployment guides use it, in a Python of its own: wheels end at 3.10."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from parity import zoo
from parity.case import load
from parity.cli.main import parity
from parity.compare.answers import TokenizersDiffer
from parity.duet import run
from parity.duet.side import Side, named
from parity.gate.cells import cells
from parity.gate.matrix import run_all
from parity.gate.models import Roots
from parity.gate.run import Settings
from parity.processes.interpreter import Interpreter, interpreter
from parity.verify.request import Effort
from tests.environments.venv import built

pytestmark = pytest.mark.slow

ENV = "PARITY_FAST_TOKENIZER_ENV"
"""An environment with it, for who has one."""

AWAY = "\u200b姚明在上海"
"""A character that a tokenizer drops, as a copied text may begin, and a place at the end."""

CASE = """
summary = "the trained tagger, deployed with fast_tokenizer"
golden = "golden.json"
[reference]
zoo = "ernie-tiny-ner"
[task]
name = "token_cls"
[inputs.short]
kind = "text"
max_length = 16
[tokenizers]
reference = "vocab.txt"
candidate = "fast_tokenizer:vocab.txt"
candidate_env = "{env}"
"""


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Interpreter:
    named_env = os.environ.get(ENV)
    if named_env:
        return interpreter(Path(named_env))
    python = shutil.which("python3.10")
    if python is None or subprocess.run([python, "-V"], check=False).returncode:
        pytest.skip(f"fast-tokenizer-python needs Python 3.10, or {ENV}")
    folder = tmp_path_factory.mktemp("fast") / "env"
    return built(folder, ["fast-tokenizer-python==1.0.2", "numpy"], python=python)


@pytest.fixture(scope="module")
def vocabulary() -> Path:
    return zoo.build("ernie-tiny-ner") / "vocab.txt"


def command(*words: object) -> None:
    with parity.make_context("parity", [*map(str, words)]) as context:
        assert parity.invoke(context) == 0


def test_in_what_it_differs_from_ernie(vocabulary: Path, there: Interpreter) -> None:
    with (
        Side(named(str(vocabulary))) as ernie,
        Side(named(f"fast_tokenizer:{vocabulary}", there)) as fast,
    ):
        found = run.run(ernie, fast, given=[(AWAY, None)], examples=40, one_in=50)
        (row,) = fast.rows([(AWAY, None, None)])
    told = {(d.kind, d.rule) for d in found.differences}
    assert ("ids", "symbols of category S") in told
    assert ("ids", "special tokens in a text") in told
    assert ("offsets", "control characters") in told
    assert not any(kind.startswith(("pairs", "truncation")) for kind, _ in told)
    assert row["offsets"][-3:-1] == [[4, 5], [4, 5]]  # its own fault: 海 stands at [5, 6]


def test_in_a_case_a_user_sees_it(vocabulary: Path, there: Interpreter, tmp_path: Path) -> None:
    folder = tmp_path / "tagger"
    folder.mkdir()
    shutil.copy(vocabulary, folder)
    (folder / "case.toml").write_text(CASE.format(env=there.path))
    (folder / "texts.txt").write_text(AWAY + "\n", "utf-8")
    command("record", folder, "--texts", folder / "texts.txt")
    command("review", folder, "--accept", "all", "--reason", "read, and right")
    (result,) = run_all(list(cells(load(folder), engine=None)), Settings(Roots(), Effort(1)))
    assert result.status == "failed", result.reason
    assert result.result is not None
    found = [f for f in result.result.verdict.findings if isinstance(f, TokenizersDiffer)]
    assert "上 LOC [4, 4]" in str(found[0])
