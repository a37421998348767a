"""A feed too large to be read goes to a file beside the report, which names it."""

import json
import os
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

import parity
from parity.cli import reporting
from parity.cli.reporting import Report
from parity.errors import OutputError, UsageError
from parity.inputs import Example
from parity.report import feed, targets
from parity.report.console import Plain
from parity.verify.request import Effort
from parity.verify.result import Minimal, Result
from parity.verify.run import verify
from tests.verify.conftest import Bench, tagger

PICTURE = np.linspace(-1, 1, 3 * 64 * 64, dtype=np.float32).reshape(1, 3, 64, 64)


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Result:
    bench = Bench(tmp_path_factory.mktemp("feed"))
    path = bench.save("broken", tagger(broken_id=37))
    return verify(bench.request(path, effort=Effort(2, shrink_s=20)))


def with_picture(result: Result) -> Result:
    """As if its smallest failing feed were a picture."""
    assert result.minimal is not None
    example = Example({"x": PICTURE, "n": np.array([2])}, "own")
    return replace(result, minimal=Minimal(example, {}, {}, result.minimal.findings, True))


def written(result: Result, json_file: Path, bundle: Path | None = None) -> str:
    """What is shown; the files are written."""
    file = StringIO()
    console = Plain(file=file, width=200, color_system=None)
    given = {"json_file": json_file, "bundle": bundle, "quiet": False, "verbose": False}
    reporting.write(Report(parity.Result(result), ()), console, json_file, given)
    return file.getvalue()


def test_a_picture_is_summed_up_and_lies_in_a_file_that_the_json_names(
    failing: Result, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    text = written(with_picture(failing), tmp_path / "out" / "r.json")
    assert "x [1, 3, 64, 64]: min -1, mean " in text
    assert f"          all of it: {tmp_path}/out/r.feed.npz\n" in text
    minimal = json.loads((tmp_path / "out" / "r.json").read_text())["minimal"]
    assert minimal["file"] == "r.feed.npz"
    told = minimal["feed"]["x"]
    assert (told["values"], told["shape"], told["max"]) == (None, [1, 3, 64, 64], 1.0)
    with np.load(tmp_path / "out" / minimal["file"]) as held:
        assert (held["x"] == PICTURE).all()
        assert held["n"].tolist() == [2]


def test_in_a_bundle_it_lies_anyway(failing: Result, tmp_path: Path) -> None:
    text = written(with_picture(failing), tmp_path / "r.json", tmp_path / "evidence")
    assert f"all of it: {tmp_path}/evidence/feed.npz\n" in text
    assert json.loads((tmp_path / "r.json").read_text())["minimal"]["file"] == "evidence/feed.npz"
    own = json.loads((tmp_path / "evidence" / "report.json").read_text())
    assert own["minimal"]["file"] == "feed.npz"
    assert not feed.beside(tmp_path / "r.json").exists()


def test_a_feed_that_the_report_holds_needs_no_file_and_an_earlier_one_goes(
    failing: Result, tmp_path: Path
) -> None:
    written(with_picture(failing), tmp_path / "r.json")
    text = written(failing, tmp_path / "r.json")
    assert "all of it" not in text
    assert json.loads((tmp_path / "r.json").read_text())["minimal"]["file"] is None
    assert [p.name for p in tmp_path.iterdir()] == ["r.json"]


def test_what_is_somebody_else_s_is_not_replaced(failing: Result, tmp_path: Path) -> None:
    theirs = tmp_path / "r.feed.npz"
    np.savez(theirs, x=np.arange(3))
    before = theirs.read_bytes()
    with pytest.raises(UsageError, match=r"r\.feed\.npz: is no feed of parity's"):
        targets.check(json=tmp_path / "r.json")
    for result in (failing, with_picture(failing)):
        with pytest.raises(OutputError, match=r"r\.feed\.npz: is no feed of parity's"):
            written(result, tmp_path / "r.json")
    assert theirs.read_bytes() == before


def test_a_report_for_a_device_has_nothing_beside_it(failing: Result) -> None:
    assert feed.write(Path(os.devnull), [with_picture(failing)]) == [None]
    assert not Path(f"{os.devnull}.feed.npz").exists()


def test_ctrl_c_while_the_cause_is_looked_for_costs_no_finding(
    failing: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parity.diagnose import ended, explain

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(explain, "explain", interrupted)
    result, explanation = ended.explained(failing, budget_s=1.0)
    assert (explanation, result.ended_by) == (None, 2)
    written(result, tmp_path / "r.json")
    report = json.loads((tmp_path / "r.json").read_text())
    assert (report["partial"], report["verdict"], report["passed"]) == (True, "differs", False)
    assert [f["kind"] for f in report["findings"]] == ["values-differ"]
