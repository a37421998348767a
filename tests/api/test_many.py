"""``parity.check_all``: one that can't be run doesn't stop the next, and none is no pass."""

from pathlib import Path
from typing import Any

import pytest

import parity
from parity.api import many
from parity.api.many import Checked, Results
from parity.errors import ModelError

QUICK: Any = {
    "max_examples": 1,
    "max_batch": 1,
    "max_length": 4,
    "shrink_budget_s": 0.5,
    "explain_budget_s": 0,
}


def test_each_is_a_value(work: Path) -> None:
    seen: list[str] = []
    found = parity.check_all(
        ["gone.onnx", "model.onnx"],
        "reference.onnx",
        each=lambda one: seen.append(one.name),
        **QUICK,
    )
    assert seen == ["gone.onnx", "model.onnx"]
    gone, good = found.checked
    assert (gone.result, gone.verdict, gone.error) == (None, "error", "gone.onnx: no such file")
    assert good.result is not None
    assert good.result.passed
    assert not found
    assert found.code == 2
    with pytest.raises(parity.DiffersError, match=r"gone\.onnx error"):
        found.raise_for_findings()
    assert "<td>gone.onnx</td>" in found._repr_html_()


def test_nothing_found_is_an_error(work: Path) -> None:
    with pytest.raises(ModelError):
        parity.check_all(["nothing-*.onnx"])


def test_of_none_nothing_passes() -> None:
    none = Results((), (), None, 0)
    assert not none
    assert none.code == 2
    assert none.to_dict()["verdict"] == "error"
    with pytest.raises(AssertionError):
        none.raise_for_findings()


def outcome(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fails(name: str, *_: Any, **__: Any) -> Any:
        if name == "b.onnx":
            raise error
        raise ModelError(f"{name}: is another error")

    monkeypatch.setattr(many, "check", fails)


def test_a_defect_of_parity_s_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome(monkeypatch, ZeroDivisionError("x"))
    found = parity.check_all(["a.onnx", "b.onnx", "c.onnx"])
    assert [one.error.partition(";")[0] for one in found.checked] == [
        "a.onnx: is another error",
        "internal error: ZeroDivisionError: x",
        "c.onnx: is another error",
    ]
    assert found.code == 2


def test_ctrl_c_stops_all(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome(monkeypatch, KeyboardInterrupt())
    found = parity.check_all(["a.onnx", "b.onnx", "c.onnx"])
    assert [one.name for one in found.checked] == ["a.onnx"]
    assert found.partial
    assert not found.passed
    assert found.to_dict()["partial"] is True
    assert "2 not checked" in str(found)
    with pytest.raises(KeyboardInterrupt):
        parity.check_all(["b.onnx", "a.onnx"])


def test_ctrl_c_that_a_library_turned_into_an_error_stops_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    error = RuntimeError("in a class just being made")
    error.__context__ = KeyboardInterrupt()
    outcome(monkeypatch, error)
    with pytest.raises(RuntimeError):
        parity.check_all(["a.onnx", "b.onnx"])


def test_partial_never_passes() -> None:
    assert not Results((), (), 2, 1).passed
    assert not Results((Checked("a", None, "x"),), (), None, 1).passed
