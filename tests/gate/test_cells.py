"""Which cells a session runs, and what a verdict on one comes to."""

from pathlib import Path

import pytest

from parity.case import load
from parity.errors import CaseError, UsageError
from parity.exports.derive import Derived
from parity.gate.cell import Cell
from parity.gate.cells import cells, folders, opset_range
from parity.gate.models import Roots
from parity.gate.run import Settings, judge, run
from parity.verify.request import Effort
from tests.gate.repository import XFAIL, Repository, changed
from tests.verify.conftest import tagger


def only(folder: Path) -> Cell:
    (cell,) = cells(load(folder), engine=None)
    return cell


@pytest.mark.parametrize(
    ("text", "opsets"),
    [
        ("13", (13,)),
        ("7-9", (7, 8, 9)),
        ("11,13", (11, 13)),
        ("7-8,8", (7, 8)),
        (" 7 - 8 ", (7, 8)),
        ("7-16", tuple(range(7, 17))),
    ],
)
def test_opsets_are_written_as_people_do(text: str, opsets: tuple[int, ...]) -> None:
    assert opset_range(text) == opsets


@pytest.mark.parametrize("text", ["", "-", "7-", "6", "22", "9-7", "x", "7;8"])
def test_other_opsets_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="opsets"):
        opset_range(text)


def test_a_range_that_goes_down_is_said_to() -> None:
    with pytest.raises(UsageError, match='opsets "16-7": 16 is above 7'):
        opset_range("16-7")


def test_a_case_has_a_cell_for_each_precision_and_way_of_feeding(repository: Repository) -> None:
    folder = repository.case(
        "made", None, 'precisions = ["fp32", "int8"]', rest="[inputs.long]\nmax_length = 20"
    )
    assert folders(repository.root / "golden") == [folder]
    names = [cell.name for cell in cells(load(folder), opsets=(7, 8), engine=None)]
    assert names == [
        f"made[opset{opset}-{precision}-{inputs}]"
        for opset in (7, 8)
        for precision in ("fp32", "int8")
        for inputs in ("short", "long")
    ]
    assert [c.precision for c in cells(load(folder), precisions=("int8",), engine=None)] == [
        "int8",
        "int8",
    ]


def test_a_given_file_has_one_opset(repository: Repository) -> None:
    case = load(repository.case("file", tagger()))
    assert [c.name for c in cells(case, opsets=range(7, 17), engine=None)] == [
        "file[file-fp32-short]"
    ]
    assert list(cells(case, opsets=(7,), engine=None)) == []


def test_no_case_is_an_error(repository: Repository) -> None:
    with pytest.raises(CaseError, match="no case here"):
        folders(repository.root)
    repository.case("file", tagger())
    (folder,) = folders(repository.root / "golden")
    assert list(cells(load(folder), precisions=("int8",), engine=None)) == []


def test_an_emitted_opset_is_accepted_only_where_the_case_says_so(repository: Repository) -> None:
    settings = Settings(Roots(), Effort(5))
    cell = only(repository.case("file", tagger()))
    result = run(cell, settings).result
    assert result is not None
    derived = Derived(Path("x"), 13, 11, "fp32", "", 8, 1, "")
    assert judge(cell, result, derived) == (
        "failed",
        "emitted at opset 11, not 13; if that is right, write upgrades = [11] under [candidate]",
    )


def test_examples_are_the_cases_scaled_unless_they_are_given(repository: Repository) -> None:
    cell = only(repository.case("file", tagger()))
    effort = Effort(100)
    for settings, examples in (
        (Settings(Roots(), effort), 20),
        (Settings(Roots(), effort, scale=0.25), 5),
        (Settings(Roots(), effort, scale=0.001), 1),
        (Settings(Roots(), effort, examples=3, scale=10), 3),
    ):
        result = run(cell, settings).result
        assert result is not None
        assert result.request.effort.max_examples == examples


def test_an_error_is_never_an_expected_failure(repository: Repository) -> None:
    folder = repository.case("file", changed("linear", by=1.0), rest=XFAIL)
    settings = Settings(Roots(), Effort(5))
    assert run(only(folder), settings).status == "xfailed"
    (folder / "ref.onnx").write_bytes(b"not a model")
    broken = run(only(folder), settings)
    assert (broken.status, broken.elements) == ("error", 0)
    (folder / "ref.onnx").unlink()
    assert run(only(folder), settings).status == "not run"
