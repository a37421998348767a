"""What is new, fixed and the same; what wasn't looked for is never called fixed."""

import copy
from collections.abc import Mapping

from parity.page.blocks import Facts, Table
from parity.page.kinds import kind_of
from parity.page.made import page
from parity.page.node import Node
from parity.page.parts.since import blocks
from parity.page.plain import text
from tests.page.conftest import Document, rendered
from tests.page.read import wrong


def counts(now: Document, then: Document) -> dict[str, str]:
    """How many findings are of which word."""
    here, there = Node(now), Node(then)
    found = blocks(here, kind_of(here), there, kind_of(there))
    facts = [block for block in found if isinstance(block, Facts)]
    return {name: text(said) for name, said in facts[0].rows} if facts else {}


def cells(now: Document, then: Document) -> list[list[str]]:
    here, there = Node(now), Node(then)
    found = [*blocks(here, kind_of(here), there, kind_of(there))]
    (table,) = (b for b in found if isinstance(b, Table) and b.caption.startswith("Cells"))
    return [[text(cell.pieces) for cell in row[:4]] for row in table.rows]


def test_findings(documents: Mapping[str, Document]) -> None:
    good, bad = documents["good"], documents["bad"]
    assert counts(bad, good) == {"new": "1 finding", "fixed": "0 findings", "same": "0 findings"}
    assert counts(good, bad) == {"new": "0 findings", "fixed": "1 finding", "same": "0 findings"}
    assert counts(bad, bad) == {"new": "0 findings", "fixed": "0 findings", "same": "1 finding"}


def test_the_same_place_with_other_numbers_is_the_same(documents: Mapping[str, Document]) -> None:
    other = copy.deepcopy(documents["bad"])
    other["findings"][0].update(index=[0, 1, 1], actual=7.5)
    assert counts(documents["bad"], other)["same"] == "1 finding"
    other["findings"][0]["output"] = "another"
    assert counts(documents["bad"], other)["same"] == "0 findings"


def test_what_did_not_run_to_its_end_has_fixed_nothing(documents: Mapping[str, Document]) -> None:
    early = {**documents["good"], "partial": True, "passed": False, "verdict": "error"}
    for now in (early, documents["error"]):
        told = counts(now, documents["bad"])
        assert told["fixed"] == "0 findings"
        assert told["not seen"] == "1 finding"


def test_cells(documents: Mapping[str, Document]) -> None:
    now, then = documents["cells"], documents["green"]
    assert cells(now, then) == [
        ["tiny[opset7-fp32-ids]", "same", "passed", "passed"],
        ["tiny[opset13-fp32-ids]", "worse", "passed", "failed"],
        ["tiny[opset16-fp32-ids]", "new", "", "error"],
    ]
    assert cells(then, now)[1:] == [
        ["tiny[opset13-fp32-ids]", "fixed", "failed", "passed"],
        ["tiny[opset16-fp32-ids]", "gone", "error", ""],
    ]


def test_reports_of_other_things_are_not_compared(documents: Mapping[str, Document]) -> None:
    html = rendered(documents["good"], baseline=Node(documents["cells"]))
    assert "nothing was held against it" in html
    assert counts(documents["good"], documents["cells"]) == {}


def test_figures_hold_beside_a_baseline(documents: Mapping[str, Document]) -> None:
    for now, then in (("bad", "good"), ("cells", "green"), ("good", "bad")):
        html = rendered(documents[now], baseline=Node(documents[then]))
        assert "Since the baseline" in html
        assert wrong(html, documents[now]) == []
    assert page(Node(documents["good"])).sections[0].title != "Since the baseline"
