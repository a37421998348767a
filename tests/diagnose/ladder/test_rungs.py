"""Each rung fires at the fault that is its own, and at no other; all with real engines.

The optimiser's faults and the kernel's are ONNX Runtime's own, of the installed version.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from parity.compare.tolerance import DEFAULTS
from parity.diagnose.ladder.climb import climb
from parity.diagnose.ladder.failing import Failing
from parity.diagnose.ladder.rung import Climbed
from parity.model.tensors import Feed
from parity.verify.request import Side
from parity.written.stretch import Stretch
from tests.diagnose.ladder.small import (
    FLOAT,
    LONG_S,
    failing,
    floats,
    halved,
    linear,
    middle,
    model,
    node,
    normalised,
    plainly,
    resized,
    save,
)  # fmt: skip

Pair = Callable[[onnx.ModelProto, onnx.ModelProto], tuple[Side, Side]]

X: Feed = {"x": floats(2, 4)}
MAP: Feed = {"x": floats(1, 2, 7, 7)}


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    """Reference, with nothing optimised, and candidate, with everything."""

    def saved(one: onnx.ModelProto, other: onnx.ModelProto) -> tuple[Side, Side]:
        return plainly(save(one, tmp_path / "one.onnx")), save(other, tmp_path / "other.onnx")

    return saved


def up(asked: Failing, stretch: Stretch | None = None) -> Climbed:
    climbed = climb(asked, stretch, LONG_S)
    names = [rung.name for rung in climbed.rungs]
    assert len(names) == len(set(names))
    assert all(rung.said for rung in climbed.rungs)
    return climbed


def said(climbed: Climbed, name: str) -> str:
    (rung,) = [rung for rung in climbed.rungs if rung.name == name]
    return rung.said


def ran(climbed: Climbed) -> list[str]:
    return [rung.name for rung in climbed.rungs if rung.ran]


# The optimiser.


def test_a_fusion_that_flips_a_sign_is_named(pair: Pair) -> None:
    made = normalised(turned=True)
    climbed = up(failing(*pair(made, made), {"x": floats(2, 3, 6)}))
    assert climbed.stage == "optimiser"
    assert "ONNX Runtime's optimiser, pass LayerNormFusionL2. " in climbed.sentence
    assert ran(climbed) == ["optimiser"]


def test_what_only_makes_way_for_a_wrong_fusion_is_not_blamed(pair: Pair) -> None:
    """Without EliminateIdentity there is no fusion either; it did nothing wrong."""
    made = normalised(turned=True)
    made.graph.node.insert(7, node("Identity", ["even"], ["same"]))
    made.graph.node[8].input[0] = "same"
    climbed = up(failing(*pair(made, made), {"x": floats(2, 3, 6)}))
    assert climbed.stage == "optimiser"
    assert "pass LayerNormFusionL2. " in climbed.sentence


def test_a_rule_among_many_is_named(pair: Pair) -> None:
    feed = {"x": np.array([1, 2, 3], np.int32), "y": np.array([7, 8, 9], np.int32)}
    climbed = up(failing(*pair(halved(), halved()), feed))
    assert climbed.stage == "optimiser"
    assert "pass DivMulFusion. " in climbed.sentence


def test_fusions_that_do_what_they_should_are_acquitted(pair: Pair) -> None:
    """There is nothing to explain where both agree: nobody is blamed."""
    climbed = up(failing(*pair(normalised(), normalised()), {"x": floats(2, 3, 6)}))
    assert climbed.stage == "unknown"
    assert "nobody is to blame" in climbed.sentence


def test_the_optimiser_of_another_engine_has_no_passes_to_name(pair: Pair) -> None:
    reference, candidate = pair(linear(), linear())
    broken = replace(candidate, engine="fake", options={"fault": "shift", "default": 1})
    climbed = up(failing(reference, broken, X))
    assert climbed.stage == "optimiser"
    assert "fake's optimiser" in climbed.sentence
    assert "which pass it is could not be told" in climbed.sentence


def test_who_ran_with_nothing_optimised_is_not_asked(pair: Pair) -> None:
    reference, candidate = pair(linear(), linear(twice=True))
    climbed = up(failing(reference, plainly(candidate), X))
    assert "optimiser" not in ran(climbed)
    assert climbed.stage == "exporter"


# The file.


@pytest.mark.parametrize("wrong", [linear(twice=True), linear(factor=1.01)])
def test_a_file_that_says_something_else_is_the_exporters(
    pair: Pair, wrong: onnx.ModelProto
) -> None:
    climbed = up(failing(*pair(linear(), wrong), X))
    assert climbed.stage == "exporter"
    assert climbed.sentence.startswith("blamed: the exporter. Float64 sides with ONNX Runtime")
    assert "all the same" in said(climbed, "optimiser")


def test_outputs_by_other_names_are_still_the_same(pair: Pair) -> None:
    climbed = up(failing(*pair(linear(), linear(twice=True, name="z")), X))
    assert climbed.stage == "exporter"


# A kernel.


def test_a_kernel_that_rounds_down_too_far_is_named(pair: Pair) -> None:
    climbed = up(failing(*pair(middle(), resized()), MAP))
    assert climbed.stage == "kernel"
    assert "ONNX Runtime's kernel of Resize" in climbed.sentence
    assert "Float64 sides with the reference" in climbed.sentence


def test_the_same_kernel_where_it_is_right_is_not_blamed(pair: Pair) -> None:
    climbed = up(failing(*pair(middle(), resized(rounding="round_prefer_floor")), MAP))
    assert climbed.stage == "unknown"


def test_another_engine_is_blamed_where_onnx_runtime_is_right(pair: Pair) -> None:
    reference, candidate = pair(linear(), linear())
    broken = replace(candidate, engine="fake", options={"fault": "shift"})
    climbed = up(failing(reference, broken, X))
    assert climbed.stage == "kernel"
    assert "a kernel of fake" in climbed.sentence


def test_a_file_that_is_wrong_everywhere_is_no_other_engines_fault(pair: Pair) -> None:
    reference, candidate = pair(linear(), linear(twice=True))
    climbed = up(failing(reference, replace(candidate, engine="fake", options={}), X))
    assert climbed.stage == "exporter"
    assert "as well" in said(climbed, "elsewhere")


# Where float64 doesn't know.


def test_without_an_oracle_it_is_said_that_a_kernel_may_be_it(pair: Pair) -> None:
    def shifted(by: float) -> onnx.ModelProto:
        made = model(
            [
                node("FusedMatMul", ["x", "w"], ["p"], domain="com.microsoft", alpha=by),
            ],
            {"x": (FLOAT, [2, 4])},
            {"p": (FLOAT, [2, 3])},
            {"w": floats(4, 3, seed=1)},
        )
        made.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
        return made

    climbed = up(failing(*pair(shifted(1.0), shifted(1.5)), X))
    assert climbed.stage == "exporter"
    assert "or else ONNX Runtime's kernel of FusedMatMul" in climbed.sentence


def test_an_oracle_that_is_wrong_itself_decides_nothing(pair: Pair) -> None:
    """The graph is wrong, and on its Resize the oracle and the runtime disagree."""
    wrong = resized()
    wrong.graph.node.append(node("Mul", ["y", "factor"], ["z"]))
    wrong.graph.initializer.append(onnx.numpy_helper.from_array(np.float32(-3), "factor"))
    wrong.graph.output[0].name = "z"
    climbed = up(failing(*pair(middle(), wrong), MAP))
    assert climbed.stage == "exporter"
    assert "or else ONNX Runtime's kernel of Resize" in climbed.sentence


def test_what_float64_lies_between_is_rounding_and_nobodys_fault(pair: Pair) -> None:
    def there_and_back(by: float) -> onnx.ModelProto:
        """x, less what is lost of x * by when it is near 1000."""
        return model(
            [
                node("Mul", ["x", "by"], ["more"]),
                node("Add", ["more", "far"], ["away"]),
                node("Sub", ["away", "far"], ["near"]),
                node("Div", ["near", "by"], ["y"]),
            ],
            {"x": (FLOAT, [4, 50])},
            {"y": (FLOAT, [4, 50])},
            {"far": np.float32(1000), "by": np.float32(by)},
        )

    feed = {"x": floats(4, 50)}
    asked = failing(*pair(there_and_back(1.7), there_and_back(1.0)), feed)
    yard = asked.yardstick()
    assert yard is not None
    assert yard.beyond
    climbed = up(asked)
    assert climbed.stage == "rounding", climbed
    assert "only rounding, accumulated" in climbed.sentence


def test_with_no_time_left_nothing_is_run_and_nobody_blamed(pair: Pair) -> None:
    climbed = climb(failing(*pair(linear(), linear(twice=True)), X), None, 0.0)
    assert climbed.stage == "unknown"
    assert ran(climbed) == []
    assert "no time was left" in climbed.sentence


# A stretch.


def stretch_of(made: onnx.ModelProto, feed: Feed, expected: Feed) -> Stretch:
    return Stretch(made.SerializeToString(), feed, expected, ("node",), ("pd_op.thing",))


def test_a_stretch_is_asked_in_place_of_the_whole(pair: Pair) -> None:
    """What the whole of the file would be acquitted of: its oracle isn't asked."""
    whole = failing(*pair(linear(), linear(twice=True)), X)
    guilty = stretch_of(resized(), MAP, {"y": MAP["x"][:, :, 3:4, 3:4]})
    climbed = up(whole, guilty)
    assert climbed.stage == "kernel"
    assert "the stretch of pd_op.thing is right" in climbed.sentence


def test_a_stretch_that_is_right_alone_leads_back_to_the_whole(pair: Pair) -> None:
    whole = failing(*pair(linear(), linear(twice=True)), X)
    right = stretch_of(middle(), MAP, {"y": MAP["x"][:, :, 3:4, 3:4]})
    climbed = up(whole, right)
    assert climbed.stage == "exporter"
    assert "the file says something else" in climbed.sentence


# A candidate that fails.


def test_a_candidate_that_only_fails_when_optimised(pair: Pair) -> None:
    reference, candidate = pair(linear(), linear())
    dying = replace(candidate, engine="fake", options={"fault": "segv", "default": 1})
    asked = failing(reference, dying, X)
    assert not asked.actual
    assert up(asked).stage == "optimiser"


def test_tolerances_are_the_requests(pair: Pair) -> None:
    asked = failing(*pair(linear(), linear(factor=1.01)), X, tolerance=DEFAULTS["int8"])
    yard = asked.yardstick()
    assert yard is not None
    assert not yard.beyond
