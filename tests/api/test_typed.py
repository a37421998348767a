"""An argument of the wrong type is one line that names it."""

from collections.abc import Callable
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import parity
from parity.api.typed import WANTED
from parity.errors import InputError, UsageError

FUNCTIONS = [
    parity.check, parity.assert_parity, parity.check_all, parity.export, parity.inspect,
    parity.explain, parity.load_case, parity.check_case, parity.matrix, parity.bench,
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_every_argument_of_every_function_is_held(function: Callable[..., object]) -> None:
    """A number where none belongs, an object where no object does."""
    named = [
        p for p in signature(function).parameters.values() if p.kind is not Parameter.VAR_KEYWORD
    ]
    assert named
    first = named[0].name
    for parameter in named:
        given: dict[str, object] = {first: "model.onnx", parameter.name: object()}
        with pytest.raises(UsageError, match=f"^{function.__name__}: {parameter.name} must be "):
            function(**given)
        assert parameter.name in WANTED


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"candidate": 3}, "candidate must be a path, not 3 (int)"),
        ({"candidate": None}, "candidate must be a path, not None (NoneType)"),
        ({"candidate": b"m.onnx"}, "candidate must be a path, not b'm.onnx' (bytes)"),
        ({"tolerance": "x"}, "tolerance must be a parity.Tolerance, not 'x' (str)"),
        ({"tolerance": (1e-5, 1e-5)}, "tolerance must be a parity.Tolerance, not tuple"),
        ({"feeds": object()}, "feeds must be a path, arrays by input, or several of these, not"),
        ({"feeds": [3]}, "feeds must be a path, arrays by input, or several of these, not list"),
        ({"max_examples": True}, "max_examples must be a whole number, not True (bool)"),
        ({"max_examples": "7"}, "max_examples must be a whole number, not '7' (str)"),
        ({"max_examples": None}, "max_examples must be a whole number, not None (NoneType)"),
        ({"budget_s": "1"}, "budget_s must be a number of seconds, not '1' (str)"),
        ({"strict": 1}, "strict must be True or False, not 1 (int)"),
        ({"candidate_options": ["threads=1"]}, "candidate_options must be a mapping of options"),
        ({"candidate_options": {1: 2}}, "candidate_options must be a mapping of options"),
        ({"inputs": 3}, "inputs must be a text, or several, not 3 (int)"),
        ({"task": {1: 2}}, "task must be a name, or a mapping of its keys, not dict"),
        ({"progress": None}, "progress must be True, False or a Watching"),
    ],
)  # fmt: skip
def test_the_line_says_what_belongs_there(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parity.check(**({"candidate": "model.onnx"} | arguments))
    assert str(caught.value).startswith(f"check: {said}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"max_example": 20}, r"check\(\) got .* 'max_example'; did you mean \"max_examples\"\?"),
        ({"budget": 3}, r"did you mean \"budget_s\""),
        ({"atol": 1e-3, "rtol": 1e-3}, r"it is tolerance=parity\.Tolerance\(atol, rtol\)"),
        ({"zzz": 1}, r"check\(\) got an unexpected keyword argument 'zzz'$"),
    ],
)
def test_a_keyword_that_is_none_is_told_with_the_one_that_is(
    given: dict[str, Any], said: str
) -> None:
    with pytest.raises(TypeError, match=said):
        parity.check("model.onnx", **given)
    if "atol" in given:
        with pytest.raises(TypeError, match=r"assert_parity\(\) got .*parity\.Tolerance"):
            parity.assert_parity("model.onnx", **given)
    with pytest.raises(TypeError, match=r"check\(\): missing a required argument: 'candidate'"):
        parity.check()  # type: ignore[call-arg]


def test_what_is_passed_on_is_held_at_once() -> None:
    """And not once for each model."""
    unknown: dict[str, Any] = {"tolerence": 1}
    with pytest.raises(UsageError, match="check_all: seed must be a whole number"):
        parity.check_all(["a.onnx", "b.onnx"], seed="1")  # type: ignore[arg-type]
    with pytest.raises(
        TypeError, match="unexpected keyword argument 'tolerence'; did you mean \"tolerance\""
    ):
        parity.check_all("a.onnx", **unknown)
    with pytest.raises(TypeError, match="unexpected keyword argument 'tolerence'"):
        parity.check("a.onnx", **unknown)
    with pytest.raises(TypeError, match="missing"):
        parity.check()  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("feeds", "error", "said"),
    [
        (iter([object()]), UsageError, "feed 1 must be a path, or arrays by input, not object"),
        (np.zeros((2, 3)), UsageError, "feed 1 must be a path, or arrays by input, not ndarray"),
        ([{3: [[1]]}], UsageError, "feed 1: the name of an input must be a text, not 3"),
        ([{"input_ids": [[1, 2], [3]]}], InputError, "feed 1: input_ids is no array"),
        ([{"input_ids": object()}], InputError, "feed 1: input_ids is no array of numbers"),
    ],
)
def test_feeds_are_looked_at_one_by_one(
    work: Path, feeds: Any, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        parity.check("model.onnx", "reference.onnx", feeds=feeds)


def test_inputs_that_are_drawn_from_an_iterator_are_texts(work: Path) -> None:
    wrong: Any = iter([3])
    with pytest.raises(UsageError, match=r"inputs must be texts, not 3 \(int\)"):
        parity.check("model.onnx", "reference.onnx", inputs=wrong)


def test_numbers_of_numpy_are_numbers(work: Path) -> None:
    numbers: dict[str, Any] = {
        "max_examples": np.int64(2), "max_batch": np.int32(1), "timeout_s": np.float32(60),
    }  # fmt: skip
    result = parity.check("model.onnx", "reference.onnx", explain_budget_s=0, **numbers)
    assert result.examples > 0
    assert result.to_json()
