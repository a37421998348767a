"""The README's Python runs as it stands."""

import re
import shutil
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.slow
def test_the_readme_s_python_runs(
    work: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And shows what it says: a model that passes, and one that doesn't."""
    shutil.copytree(models / "other", work / "other")
    every = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    (source,) = (text for text in every if text.startswith("import parity\n"))
    names: dict[str, object] = {}
    exec(compile(source, "README.md", "exec"), names)  # noqa: S102
    assert names["result"]
    assert not names["bad"]
    assert capsys.readouterr().out.startswith("differs ['fetch_name_0[")
