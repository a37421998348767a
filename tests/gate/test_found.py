"""Where a case's model is looked for: absence is what is skipped, so it must be absence."""

from pathlib import Path

import pytest

from parity.case import load
from parity.errors import ModelError
from parity.gate.models import NotHereError, Roots, find, reference

CASE = 'summary = "a net without parameters"\n[reference]\npath = "model"\n'


@pytest.mark.parametrize("there", ["model.json", "model.pdmodel", "model.pdiparams", "model"])
def test_any_file_of_a_prefix_is_there(tmp_path: Path, there: str) -> None:
    """A net without weights has no parameters' file, and one that lost its own is no absent one."""
    (tmp_path / "case.toml").write_text(CASE)
    case = load(tmp_path)
    with pytest.raises(NotHereError):
        find(case, "model", Roots())
    (tmp_path / there).write_bytes(b"")
    assert find(case, "model", Roots()) == tmp_path / "model"
    with pytest.raises(ModelError):
        reference(case, Roots())


def test_it_may_lie_under_the_models_root(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "case.toml").write_text(CASE)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "model.json").write_text("{}")
    found = find(load(tmp_path / "case"), "model", Roots(tmp_path / "models"))
    assert found == tmp_path / "models" / "model"
