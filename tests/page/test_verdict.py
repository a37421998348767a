"""Green is only what the whole document bears out; all else is said in words of its own."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parity.page.kinds import kind_of
from parity.page.made import page
from parity.page.node import Node
from parity.page.plain import text
from parity.page.verdict import verdict
from tests.page.conftest import Document, rendered
from tests.page.read import read


def tone(document: Document) -> str:
    root = Node(document)
    return verdict(root, kind_of(root)).tone


def sentence(document: Document) -> str:
    made = page(Node(document)).verdict
    return f"{made.word}: {text(made.pieces)}"


def test_the_plain_cases(documents: Mapping[str, Document]) -> None:
    assert [tone(documents[n]) for n in ("good", "green", "bad", "error", "cells", "models")] == [
        "good", "good", "bad", "unsure", "bad", "bad",
    ]  # fmt: skip
    assert sentence(documents["good"]).startswith("Parity: Nothing differs: ")
    assert sentence(documents["bad"]).startswith("Differs: 1 finding in ")
    assert sentence(documents["error"]) == (
        "No verdict: This could not be run to its end: model.onnx: no such file."
    )
    assert sentence(documents["cells"]) == "Differs: 1 of 3 cells differs: tiny[opset13-fp32-ids]."
    assert sentence(documents["bench"]) == "Report: This report has no verdict."


SPOILT: list[dict[str, Any]] = [
    {"verdict": "differs"}, {"verdict": "error"}, {"verdict": "Parity"}, {"verdict": "passed"},
    {"passed": False}, {"passed": 1}, {"passed": "true"}, {"passed": None}, {"partial": True},
    {"partial": None}, {"partial": "no"}, {"error": "it died"}, {"examples": 0},
    {"elements": 0}, {"elements": None}, {"elements": "1000"}, {"elements": "nan"},
    {"findings": [{"kind": "ValuesDiffer", "message": "off"}]},
    {"outputs": [{"worst": {"ratio": "NaN?"}}]},
]  # fmt: skip


@pytest.mark.parametrize("spoilt", SPOILT, ids=str)
def test_what_contradicts_itself_is_no_parity(
    spoilt: dict[str, Any], documents: Mapping[str, Document]
) -> None:
    made = {**documents["good"], **spoilt}
    assert tone(made) in ("unsure", "bad")
    assert 'class="verdict good"' not in rendered(made)


@pytest.mark.parametrize(
    "spoilt",
    [{"status": "failed"}, {"status": "error"}, {"status": "fine"}, {"status": None},
     {"status": "xpassed"}],
    ids=str,
)  # fmt: skip
def test_a_gate_that_says_passed_of_such_a_cell_is_no_parity(
    spoilt: dict[str, Any], documents: Mapping[str, Document]
) -> None:
    made = copy.deepcopy(documents["green"])
    made["cells"][0].update(spoilt)
    assert tone(made) == "unsure"


def test_a_gate_whose_cells_show_nothing_is_no_parity(documents: Mapping[str, Document]) -> None:
    made = copy.deepcopy(documents["green"])
    for cell in made["cells"]:
        cell["result"] = None
    assert tone(made) == "unsure"
    assert tone({**made, "cells": []}) == "unsure"
    assert tone({**made, "cells": [], "partial": True}) == "unsure"
    made = copy.deepcopy(documents["green"])
    made["cells"][1]["result"]["findings"] = documents["bad"]["findings"]
    assert tone(made) == "unsure"


def test_a_gate_in_which_nothing_ran_says_so(documents: Mapping[str, Document]) -> None:
    empty = {**documents["cells"], "cells": []}
    assert sentence(empty).startswith("No verdict: Of 0 cells ")
    broken = {**documents["cells"], "cells": documents["cells"]["cells"][2:]}
    assert sentence(broken).startswith("No verdict: Of 1 cell ")


def test_a_run_that_was_ended_is_told_so(documents: Mapping[str, Document]) -> None:
    early = {**documents["good"], "partial": True, "passed": False, "verdict": "error",
             "error": "interrupted after 3 examples"}  # fmt: skip
    assert sentence(early).startswith("No verdict: ")
    assert "interrupted after 3 examples" in sentence(early)
    found = {**documents["bad"], "partial": True}
    assert sentence(found).endswith("The run was ended before its end.")


def test_an_accuracy_that_nobody_judged_is_no_pass(documents: Mapping[str, Document]) -> None:
    made = {**documents["accuracy"], "verdict": "measured", "passed": True, "findings": [],
            "systems": documents["accuracy"]["systems"][:2]}  # fmt: skip
    assert tone(made) == "good"
    assert tone({**made, "judged": []}) == "unsure"
    assert tone({**made, "systems": documents["accuracy"]["systems"]}) == "unsure"
    assert tone({**made, "systems": []}) == "unsure"
    assert tone(documents["accuracy"]) == "bad"


def test_times_that_nobody_judged_are_no_pass(documents: Mapping[str, Document]) -> None:
    made = documents["speed"]
    assert tone(made) == "good"
    assert sentence(made).startswith("Within the limits: ")
    assert tone({**made, "limited": []}) == "unsure"
    assert tone({**made, "columns": []}) == "unsure"
    failed = [{**made["columns"][0], "failed": "it died"}, made["columns"][1]]
    assert tone({**made, "columns": failed}) == "unsure"
    assert tone({**made, "passed": False, "verdict": "differs"}) == "bad"


def test_another_kind_of_pass_is_not_called_parity(documents: Mapping[str, Document]) -> None:
    made = {"schema": 1, "made_by": "parity 0.1.0", "verdict": "parity", "passed": True,
            "invariants": [{"name": "repeat", "skipped": "", "holds": True}]}  # fmt: skip
    assert sentence(made) == "Passed: Nothing was found."
    made["invariants"] = [{"name": "repeat", "skipped": "", "holds": False}]
    assert sentence(made).startswith("No verdict: ")


ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, False, 0, -1, 10**400, 1e308, "nan", "inf", "-inf", "", "<b>", "\u202e", [], {},
     [None], [[]], {"a": {}}, "x" * 10_000, [1, "x"], ["inf"], [[1.5], [2]]]
)  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = list(value.items()) if isinstance(value, dict) else list(
        enumerate(value) if isinstance(value, list) else ()
    )  # fmt: skip
    return [at] * bool(at) + [p for key, v in inner for p in places(v, (*at, key))]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_is_spoilt_a_page_comes_out(
    documents: Mapping[str, Document], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(documents)))
    made = copy.deepcopy(documents[name])
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(made) or [("schema",)]))
        inner = made
        for step in path[:-1]:
            inner = inner[step]
        if data.draw(st.booleans()):
            inner[path[-1]] = copy.deepcopy(data.draw(ODD))
        elif isinstance(inner, dict):
            del inner[path[-1]]
    html = rendered(made)
    assert read(html).tags
    if 'class="verdict good"' in html:
        assert name in ("good", "green", "speed")
        assert made["passed"] is True
