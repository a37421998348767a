"""A process that serves many nets lives on where its forks die."""

from pathlib import Path

import pytest

from parity.sweep.server import Server
from parity.workers.failure import Died, TimedOut

TINY: dict[str, object] = {"format": "onnx", "parameters": None, "feeds": [], "outputs": []}


def order(model: Path, **options: object) -> dict[str, object]:
    return {**TINY, "engine": "fake", "program": str(model), "options": options}


def test_a_death_is_told_and_the_next_is_served(models: Path, tmp_path: Path) -> None:
    model = models / "tiny" / "model.onnx"
    with Server(tmp_path / "log") as server:
        died = server.ask("run", order(model, fault="segv", when="open"), 60)
        assert isinstance(died, Died)
        assert died.signal == "SIGSEGV"
        assert server.ask("run", order(model), 60) == {"opened": True, "said": []}
        raised = server.ask("run", order(tmp_path / "none.onnx"), 60)
        assert isinstance(raised, dict)
        assert raised["opened"] is False


def test_a_hang_is_ended_and_the_next_is_served(models: Path, tmp_path: Path) -> None:
    model = models / "tiny" / "model.onnx"
    with Server(tmp_path / "log") as server:
        assert server.ask("run", order(model), 60) == {"opened": True, "said": []}
        hung = server.ask("run", order(model, fault="hang", when="open"), 0.5)
        assert isinstance(hung, TimedOut)
        assert server.ask("run", order(model), 60) == {"opened": True, "said": []}


def test_what_an_order_prints_is_its_own(models: Path, tmp_path: Path) -> None:
    model = models / "tiny" / "model.onnx"
    with Server(tmp_path / "log") as server:
        died = server.ask("run", order(model, fault="exit", when="open"), 60)
        assert isinstance(died, Died)
        assert "leaving early" in died.stderr
        server.ask("run", order(model), 60)
        assert "leaving early" not in server.printed()


@pytest.mark.slow
def test_real_nets_come_to_what_is_known(tmp_path: Path) -> None:
    """The whole way: right, wrong in values, refused; the folder of a defect; a second run."""
    from parity.api.measuring.sweeping import sweep

    none = tmp_path / "none"
    none.mkdir()
    found = {
        row.net: row
        for pattern in ("recurrent/gru-length[s]*", "linalg/matmul-rank2", "reduces/median")
        for row in sweep(pattern, known_in=none, defects_in=tmp_path / "defects", jobs=2).rows
        if row.exporter == "paddle2onnx"
    }
    assert found["linalg/matmul-rank2"].status == "right"
    assert found["linalg/matmul-rank2"].elements > 0
    assert found["recurrent/gru-lengths"].status == "values"
    assert found["reduces/median"].status == "refused"
    assert "median" in found["reduces/median"].reason
    folder = tmp_path / "defects" / "paddle2onnx-recurrent-gru-lengths-opset13"
    assert {p.name for p in folder.iterdir()} >= {
        "repro.py",
        "feed.npz",
        "actual.npz",
        "found.json",
    }
    again = sweep("linalg/matmul-rank2", known_in=none)
    assert all(row.cached for row in again.rows)
    assert again.passed


@pytest.mark.slow
def test_real_kernels_that_only_rounding_tells_apart_agree(tmp_path: Path) -> None:
    """A sum that is zero, or nearly, decides; matmul's default kernel is wrong all the same."""
    from parity.api.measuring.sweeping import sweep

    for pattern, status in (("control/case", "right"), ("linalg/matmul-inner-one", "values")):
        (row,) = [r for r in sweep(pattern, known_in=tmp_path).rows if r.exporter == "paddle"]
        assert row.status == status
