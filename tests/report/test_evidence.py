"""A report of several runs names the feed file of each."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import parity
from parity.api.cases import CaseChecked
from parity.api.many import Checked, Results
from parity.case import load
from parity.cli import check_case, check_many
from parity.errors import OutputError, UsageError
from parity.gate.cell import CellResult
from parity.gate.cells import cells
from parity.report import evidence, targets
from parity.verify.result import Result
from tests.gate.repository import Repository
from tests.report.test_feed import failing as failing
from tests.report.test_feed import with_picture


@pytest.fixture
def found(failing: Result, tmp_path: Path) -> CaseChecked:
    """Three cells: two of one graph, which fail on a picture, and one that fails on it, too."""
    folder = Repository(tmp_path).case("tags", None)
    cell = next(iter(cells(load(folder), engine=None)))
    one = with_picture(failing)
    runs = (one, one, replace(one))
    return CaseChecked(tuple(CellResult(cell, "failed", "it does", run) for run in runs), None, 3)


def read(path: Path) -> list[str | None]:
    """The feed file that each cell of a report names; the worst cell's is the first's."""
    report = json.loads(path.read_text())
    named = [cell["minimal"]["file"] for cell in report["cells"]]
    assert report["minimal"]["file"] == named[0]
    return named


def test_each_cell_names_its_feed(found: CaseChecked, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    check_case._files(found, out / "r.json", None, to_stdout=False)
    assert read(out / "r.json") == ["r.feed-1.npz", "r.feed-1.npz", "r.feed-3.npz"]
    for name in ("r.feed-1.npz", "r.feed-3.npz"):
        with np.load(out / name) as held:
            assert held["x"].shape == (1, 3, 64, 64)
    assert sorted(p.name for p in out.iterdir()) == ["r.feed-1.npz", "r.feed-3.npz", "r.json"]


def test_what_is_in_the_bundle_is_named_there(found: CaseChecked, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    check_case._files(found, out, None, to_stdout=False)
    feeds, _ = check_case._files(found, out, tmp_path / "kept", to_stdout=False)
    assert read(out) == ["kept/feed.npz", "kept/feed.npz", "r.feed-3.npz"]
    assert feeds[0] == tmp_path / "kept" / "feed.npz"
    assert feeds[0].is_file()
    assert not (tmp_path / "r.feed-1.npz").exists(), "of the run before"


def test_a_bundle_that_can_not_be_written_is_not_named(
    found: CaseChecked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OutputError("kept: can't be written")

    monkeypatch.setattr("parity.report.bundle.write", full)
    with pytest.raises(OutputError):
        check_case._files(found, tmp_path / "r.json", tmp_path / "kept", to_stdout=False)
    assert read(tmp_path / "r.json") == [None, None, "r.feed-3.npz"]


def test_each_of_several_models_names_its_feed(failing: Result, tmp_path: Path) -> None:
    bad = parity.Result(with_picture(failing))
    small = parity.Result(failing)
    checked = (Checked("a", bad), Checked("b", error="gone"), Checked("c", small),
               Checked("d", parity.Result(replace(bad.verified))))  # fmt: skip
    results = Results(checked, (), None, 4)
    bundles = [None, None, None, tmp_path / "kept" / "d"]
    check_many._write(results, bundles, tmp_path / "r.json", to_stdout=False)
    models = json.loads((tmp_path / "r.json").read_text())["models"]
    assert [m["minimal"] and m["minimal"]["file"] for m in models] == [
        "r.feed-1.npz", None, None, "kept/d/feed.npz",
    ]  # fmt: skip
    assert (tmp_path / "r.feed-1.npz").is_file()


def test_somebody_else_s_file_with_such_a_name_is_told_of_before_the_work(tmp_path: Path) -> None:
    np.savez(tmp_path / "r.feed-2.npz", x=np.arange(3))
    with pytest.raises(UsageError, match=r"r\.feed-2\.npz: is no feed of parity's"):
        targets.check(json=tmp_path / "r.json")
    targets.check(json=tmp_path / "other.json")


def test_without_a_report_nothing_is_written(failing: Result, tmp_path: Path) -> None:
    run = with_picture(failing)
    assert evidence.feeds(None, [run, None], [None, None]) == [None, None]
    assert [*tmp_path.iterdir()] == []
