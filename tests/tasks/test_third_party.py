"""The task of docs/extending.md, of one's own, as an installed package would bring it."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from parity import plugins
from parity.case import load
from parity.compare.answers import AnswerDiffers
from parity.compare.outputs import compare
from parity.compare.tolerance import Tolerance
from parity.errors import CaseError
from parity.inputs import Example
from parity.tasks import Task
from parity.verify.answers import Judge

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The module and its entry point, both as the page has them. Gives the task's name."""
    blocks = re.findall(r"```(python|toml)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (module,) = (text for kind, text in blocks if kind == "python" and "class Level" in text)
    (entry,) = (text for kind, text in blocks if kind == "toml" and "parity.tasks" in text)
    ((name, where),) = tomllib.loads(entry)["project"]["entry-points"]["parity.tasks"].items()
    package, _, stem = where.partition(".")
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").touch()
    (tmp_path / package / f"{stem}.py").write_text(module, "utf-8")
    information = tmp_path / "my_package-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1\n")
    (information / "entry_points.txt").write_text(f"[parity.tasks]\n{name} = {where}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return str(name)


def test_it_judges_answers_and_ties(installed: str) -> None:
    task: Task = plugins.load("tasks", installed).open({}, Path())
    tolerance = Tolerance(0.5, 0.0)
    example = Example({}, "x", texts=("好",), offsets=(((0, 0),),), lengths=(1,))

    def judged(expected: float, actual: float) -> tuple[list[type], int]:
        one, other = ({"y": np.array([[v]], np.float32)} for v in (expected, actual))
        found = compare(one, other, names={"y": "y"}, tolerance=tolerance)
        found = Judge(task, tolerance, 0.0).judge(example, one, other, found)
        return [type(f) for f in found.findings], found.ties

    assert judged(1.0, 1.2) == ([], 0)
    assert judged(0.2, -0.1) == ([], 1)
    findings, ties = judged(0.7, -0.1)
    assert AnswerDiffers in findings
    assert ties == 0


def test_a_case_names_it(installed: str, tmp_path: Path) -> None:
    text = f'summary = "x"\n[reference]\npath = "x"\n[task]\nname = "{installed}"\n'
    (tmp_path / "case.toml").write_text(text)
    found = load(tmp_path)
    assert found.task is not None
    assert found.task.name == installed
    (tmp_path / "case.toml").write_text(text.replace(installed, "levels"))
    with pytest.raises(CaseError, match='did you mean "level"'):
        load(tmp_path)
