"""What the Python of docs/api.md shows: a model that passes, and one that doesn't."""

import shutil
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, fences


@pytest.mark.slow
def test_it_shows_what_it_says(
    models: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(models / "tiny", tmp_path, dirs_exist_ok=True)
    shutil.copytree(models / "other", tmp_path / "other")
    (first, *_) = (f for f in fences(DOCS / "api.md") if f.language == "python")
    names: dict[str, object] = {}
    exec(compile(first.text, str(first), "exec"), names)  # noqa: S102
    assert names["result"]
    assert not names["bad"]
    assert capsys.readouterr().out.startswith("differs ['fetch_name_0[")
