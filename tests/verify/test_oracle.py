"""Held against float64: who rounds, and who errs."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from parity.oracle.distance import FromFloat64, from_float64
from parity.report import document, terminal
from parity.report.console import Plain
from parity.verify.request import Effort, Request
from parity.verify.result import Result
from parity.verify.run import verify
from tests.verify.conftest import Bench, tagger


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def asked(request: Request) -> Result:
    return verify(replace(request, oracle=True, effort=Effort(5, shrink_s=5)))


def shown(result: Result) -> str:
    console = Plain(file=StringIO(), width=200, color_system=None)
    terminal.show(result, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_healthy_pair_is_as_far_from_float64_as_rounding(bench: Bench) -> None:
    result = asked(bench.request(bench.twin))
    assert result.passed
    off = result.oracle["logits"]
    assert 0 < off.candidate < 1e-5
    assert 0 < off.reference < 1e-5
    assert off.feeds
    assert "candidate to float64" in shown(result)
    (output,) = (o for o in document.document(result)["outputs"] if o["oracle"])
    assert output["oracle"]["candidate"] == off.candidate
    assert any("twin.onnx computed in float64" in note for note in result.notes)


def test_an_engine_that_errs_is_off_its_own_file(bench: Bench) -> None:
    request = bench.request(bench.twin)
    astray = replace(request.candidate, engine="fake", options={"strays": 0.01})
    off = asked(replace(request, candidate=astray)).oracle["logits"]
    assert off.candidate == pytest.approx(0.01, rel=1e-3)
    assert off.reference < 1e-5


def test_of_a_file_that_is_wrong_the_reference_is_off(bench: Bench) -> None:
    """The candidate computes what its file says: the file is another function."""
    broken = bench.save("broken", tagger(broken_from=3))
    off = asked(bench.request(broken)).oracle["logits"]
    assert off.candidate < 1e-5
    assert off.reference > 0.1


def test_nobody_asked_costs_nothing(bench: Bench) -> None:
    result = verify(replace(bench.request(bench.twin), effort=Effort(3)))
    assert result.oracle == {}
    assert "float64" not in shown(result)


def test_what_can_not_be_subtracted_is_infinitely_off() -> None:
    one, two = np.ones(2, np.float32), np.ones(3, np.float32)
    nan = np.array([1, np.nan], np.float32)
    off = from_float64({"y": one}, {"y": two}, {"y": nan})
    assert off == {"y": FromFloat64(np.inf, np.inf)}
    assert from_float64({"y": nan}, {"y": nan}, {"y": nan}) == {"y": FromFloat64(0.0, 0.0)}
    assert from_float64({"n": np.ones(1, np.int64)}, {}, {}) == {}
