"""``import parity`` costs nothing, and gives every public name when it is asked for."""

import ast
import subprocess
import sys
from inspect import Parameter, signature
from pathlib import Path

import pytest

import parity
from parity.api.options import Options

HEAVY = {"paddle", "paddle2onnx", "onnxruntime", "onnx", "hypothesis", "tokenizers", "rich"}

NAMES = (
    *("check", "check_all", "check_case", "assert_parity", "export", "inspect", "explain"),
    *("load_case", "matrix", "Tolerance", "Result", "Results", "DiffersError", "ParityError"),
)


def loaded(statements: str) -> set[str]:
    """The modules that statements load."""
    program = (
        "import sys; before = set(sys.modules)\n"
        f"{statements}\n"
        "print('|'.join(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(filter(None, done.stdout.strip().split("|")))


def test_import_loads_two_files() -> None:
    """A count, since a clock says little; and none of Python's own, which might be a user's."""
    assert loaded("import parity") == {"parity", "parity.version"}


def test_the_count_sees_what_is_loaded() -> None:
    assert "parity.api.checking" in loaded("import parity; parity.check")


@pytest.mark.parametrize("name", ["check", "assert_parity", "Result", "ParityError"])
def test_what_a_script_names_first_starts_no_engine(name: str) -> None:
    assert not loaded(f"import parity; parity.{name}") & HEAVY


def test_every_public_name_is_there_and_documented() -> None:
    assert set(NAMES) <= set(dir(parity))
    for name in NAMES:
        assert (getattr(parity, name).__doc__ or "").strip(), name


def test_what_is_imported_late_is_what_the_types_say() -> None:
    """The names for type checkers and those for Python are written down apart."""
    tree = ast.parse(Path(parity.__file__).read_text())
    typed = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module != "parity.version"
        for alias in node.names
        if alias.asname
    }
    assert typed == parity._WHERE


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        parity.nonsense  # noqa: B018


def test_options_are_the_keywords_of_check() -> None:
    _, *others = signature(parity.check).parameters.values()
    keywords = {p.name for p in others if p.kind is p.KEYWORD_ONLY}
    assert keywords == set(Options.__annotations__)
    assert all(p.default is not Parameter.empty for p in others)
