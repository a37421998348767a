"""A fault inside a branch or a loop is blamed on the node that has it."""

import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest

from parity.diagnose.explain import Explanation, climb
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import ask
from parity.model.artifact import resolve
from parity.verify.request import Request, Side
from tests.once import built, once

LONG_S = 300.0

Explain = Callable[[str, str], Explanation]


@pytest.fixture(scope="session")
def nets(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    script = Path(__file__).with_name("build_branches.py")
    return functools.cache(
        lambda: once(tmp_path_factory, "branches", lambda root: built(script, root))
    )


@pytest.fixture
def explained(nets: Callable[[], Path], tmp_path: Path) -> Explain:
    """What is said of an export in whose bodies nodes of a kind are others."""

    def explain(name: str, kind: str) -> Explanation:
        home = nets() / name
        model = onnx.load(home / "model.onnx")
        bodies = [a.g for n in model.graph.node for a in n.attribute if a.HasField("g")]
        for node in (n for body in bodies for n in body.node if n.op_type == kind):
            node.op_type = "Sigmoid"
        onnx.save(model, tmp_path / "planted.onnx")
        reference = Side(resolve(home, want="paddle"), "paddle")
        request = Request(reference, Side(resolve(tmp_path / "planted.onnx"), "ort"))
        feed = {"x": np.abs(np.random.default_rng(1).normal(size=(3, 8))).astype(np.float32)}
        failed = ask(request, feed, Clock(LONG_S))
        assert failed is not None
        yard = failed.yardstick()
        failing = yard is not None and yard.beyond
        found = climb(request, feed, failed.names, budget_s=LONG_S, failing=failing, failed=failed)
        assert found is not None
        return found

    return explain


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "node"),
    [("branch", "If.0"), pytest.param("loop", "Loop.0", marks=pytest.mark.slow)],
)
def test_a_fault_inside_is_blamed_on_the_node_around_it(
    explained: Explain, name: str, node: str
) -> None:
    found = explained(name, "Tanh")
    assert found.stage == "exporter"
    assert [c.node for c in found.culprits] == [node]
    assert "or else" not in found.summary  # there is an oracle of what is inside
    assert [n.node for n in found.strip if n.distance == 0] == [node]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["branch", "loop"])
def test_healthy_ones_are_judged_to_the_end_and_nobody_is_blamed(
    explained: Explain, name: str
) -> None:
    found = explained(name, "Softmax")  # there is none, so nothing is planted
    assert (found.stage, found.culprits) == ("rounding", ())
    assert found.aligned == found.of > 0
