"""The engine that docs/extending.md shows is one: found by its entry point, and it runs."""

import os
import re
from pathlib import Path

import numpy as np
import onnx
import pytest

from parity import plugins
from parity.engines import EngineInfo
from parity.model.artifact import Artifact
from parity.workers.worker import Worker
from tests.diagnose.ladder.small import floats, linear

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page's file, installed as a package of others would be."""
    found = re.search(
        r"`parity_mine\.py`:\n\n<!-- [^\n]+ -->\n```python\n(.*?)```", PAGE.read_text(), re.DOTALL
    )
    assert found
    assert len(found[1].splitlines()) <= 35
    site = tmp_path / "site"
    (site / "mine-1.dist-info").mkdir(parents=True)
    (site / "parity_mine.py").write_text(found[1])
    entry = "[parity.engines]\nmine = parity_mine\n"
    (site / "mine-1.dist-info" / "entry_points.txt").write_text(entry)
    (site / "mine-1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: mine\nVersion: 1\n"
    )
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), str(PAGE.parents[1])]))
    return "mine"


def test_it_is_found_and_runs(mine: str, tmp_path: Path) -> None:
    assert mine in plugins.names("engines")
    assert list(plugins.load("engines", mine).OPTIONS) == ["workers"]
    onnx.save(linear(), tmp_path / "m.onnx")
    x = floats(2, 4)
    with Worker(mine, Artifact("onnx", tmp_path / "m.onnx"), {"workers": 2}) as worker:
        info = worker.ready()
        assert isinstance(info, EngineInfo), info
        assert info.effective == {"workers": 2}
        result = worker.run({"x": x}).result
        assert isinstance(result, dict), result
        expected = x @ floats(4, 3, seed=1) + floats(3, seed=2)
        np.testing.assert_allclose(np.asarray(result["y"], np.float32), expected, rtol=1e-5)
