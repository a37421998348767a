"""A model that Paddle itself quantised: read, run, and what becomes of it in an export."""

from pathlib import Path

import numpy as np
import pytest

from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.trial import trial
from parity.errors import ExportError
from parity.exports.derive import derive
from parity.model.artifact import Artifact, resolve
from parity.model.codes import Codes, codes
from parity.model.formats.read import graph_of
from parity.model.lowered.parameters import parameters
from parity.verify.request import Side
from tests.diagnose.ladder.small import LONG_S
from tests.once import built, once


@pytest.fixture(scope="module")
def quantised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    script = Path(__file__).with_name("build_quantised.py")
    return once(tmp_path_factory, "quantised", lambda root: built(script, root))


def model(folder: Path) -> Artifact:
    return resolve(folder / "model.pdmodel", want="paddle")


def test_codes_are_read_as_what_they_stand_for(quantised: Path) -> None:
    before = np.load(quantised / "answers.npz")
    found = parameters(model(quantised))
    coded = [p for p in found.values() if p.coded]
    assert len(coded) == 2
    ordered = sorted(coded, key=lambda p: p.name)
    for parameter, name in zip(ordered, ("first", "second"), strict=True):
        wanted = before[f"{name}.w"]
        steps = np.abs(parameter.values.reshape(wanted.shape) - wanted) / np.abs(wanted).max() * 127
        assert 0 < steps.max() <= 0.501
    assert not any(p.coded for p in found.values() if len(p.shape) == 1)


def test_a_scale_for_each_channel() -> None:
    held = Codes("scale", axis=1, most=127)
    found = held.numbers(np.array([[127.0, -127.0]]), np.array([2.0, 4.0], np.float32))
    assert found.tolist() == [[pytest.approx(2.0), pytest.approx(-4.0)]]


def test_a_weight_that_is_none_has_no_codes(quantised: Path) -> None:
    graph = graph_of(quantised / "model.pdmodel")
    assert sum(codes(graph, name) is not None for name in graph.parameters) == 2


@pytest.mark.slow
def test_it_runs(quantised: Path) -> None:
    before = np.load(quantised / "answers.npz")
    answers = trial(Side(model(quantised), "paddle"), {"image": before["image"]}, Clock(LONG_S))
    assert not isinstance(answers, str), answers
    (answer,) = answers.values()
    assert np.abs(answer - before["out"]).max() <= 1e-5 * np.abs(before["out"]).max()


@pytest.mark.slow
@pytest.mark.usefixtures("cache")
def test_todays_exporter_refuses_it_and_the_way_out_is_told(quantised: Path) -> None:
    with pytest.raises(ExportError, match=r"in FP8 alone; export the model in FP32 and lower that"):
        derive(model(quantised), opset=13, precision="fp32")
