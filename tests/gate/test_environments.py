"""``parity matrix --candidate-env``: versions side by side, each run where it lies."""

import json
import sys
from pathlib import Path

import pytest

from parity.case import load
from parity.gate.cells import cells
from parity.gate.matrix import run_all
from parity.gate.models import Roots
from parity.gate.run import Settings
from parity.verify.request import Effort
from tests.gate.test_matrix import case, run


@pytest.mark.slow
def test_each_environment_is_a_column_and_runs_by_itself(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for link in (one, other):
        link.symlink_to(sys.prefix)
    out = tmp_path / "out.json"
    done = run(
        str(case(tmp_path)), "--opset", "13", "--json", str(out),
        "--candidate-env", str(one), "--candidate-env", str(other),
    )  # fmt: skip
    assert done.return_value == 0, done.output
    found = json.loads(out.read_text())["cells"]
    assert [c["cell"] for c in found] == [
        "tagger[opset13-fp32-short-one]", "tagger[opset13-fp32-short-other]"
    ]  # fmt: skip
    for cell, link in zip(found, (one, other), strict=True):
        assert cell["result"]["elements"] > 0  # one doesn't stand for the other
        assert cell["result"]["candidate"]["options"]["environment"] == str(link)
    assert "one: ort " in done.output
    assert "other: ort " in done.output


def test_an_environment_that_is_none_is_the_cells_error(tmp_path: Path) -> None:
    found = load(case(tmp_path))
    chosen = list(cells(found, engine=None, environments=(tmp_path / "gone",)))
    settings = Settings(Roots.of(None), Effort(1))
    (result,) = run_all(chosen, settings)
    assert result.status == "error"
    assert result.reason.endswith(
        "gone: no such environment; name the folder of a venv, or a python"
    )
