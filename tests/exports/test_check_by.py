"""``--exporter`` of a check, and ``exporter`` of a case: that one's file is checked, no other."""

import json
import shutil
from pathlib import Path

import onnx
import pytest
from click.testing import CliRunner, Result

from parity.case import load
from parity.cli.check import check
from parity.cli.matrix import matrix
from parity.errors import CaseError, ExportError, ParityError, UsageError
from parity.exports._by import By, made_by
from parity.gate.cells import cells
from parity.model.artifact import resolve
from parity.target import pair
from tests.exports.stand_in import install, remove

pytestmark = pytest.mark.usefixtures("cache")

CASE = """
summary = "a tiny encoder"
[reference]
path = "model"
[candidate]
opset = 17
{more}
[inputs.short]
kind = "ids"
max_length = 8
"""


@pytest.fixture
def tiny(models: Path, tmp_path: Path) -> Path:
    """A folder in which an export lies already."""
    return Path(shutil.copytree(models / "tiny", tmp_path / "tiny"))


def run(*arguments: object) -> Result:
    words = [str(a) for a in arguments]
    return CliRunner().invoke(check, [*words, "--max-examples", "2"], standalone_mode=False)


def case(tiny: Path, more: str = "") -> Path:
    (tiny / "case.toml").write_text(CASE.format(more=more))
    return tiny


@pytest.mark.slow
def test_what_it_wrote_is_checked(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "bin", monkeypatch)
    out = tmp_path / "out.json"
    done = run(tiny, "--exporter", "p2o", "--opset", "17", "--json", out)
    assert done.return_value == 0, done.output
    told = json.loads(out.read_text())
    assert told["elements"] > 0
    file = Path(told["candidate"]["model"])
    assert file.parent != tiny
    assert made_by(resolve(file)) == "p2o"
    assert {p.key: p.value for p in onnx.load(file).metadata_props}["parity.exporter"] == "p2o"


@pytest.mark.slow
def test_what_it_wrote_wrongly_is_found(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "bin", monkeypatch, factor=2.0)
    done = run(tiny / "model.json", "--exporter", "p2o", "--opset", "17", "--shrink-budget", "5")
    assert done.return_value == 1, done.output
    assert "paddle2onnx's file, on the same feed, says what Paddle does" in done.output.replace(
        "\n", " "
    )
    assert "p2o stands alone" in done.output.replace("\n", " ")


def test_where_it_is_not_installed_nothing_else_is_taken(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove(tmp_path / "empty", monkeypatch)
    done = run(tiny, "--exporter", "p2o")
    assert isinstance(done.exception, ExportError)
    assert str(done.exception) == "p2o isn't installed: pip install p2o"


def test_a_file_that_is_there_has_no_exporter(tiny: Path) -> None:
    with pytest.raises(UsageError, match=r"--exporter: model\.onnx is taken as it is"):
        pair(tiny / "model.onnx", by=By("p2o"))
    with pytest.raises(UsageError, match='no exporter "p3o"'):
        pair(tiny, by=By("p3o"))
    with pytest.raises(UsageError, match='no p2o option "strickt"; did you mean "strict"'):
        pair(tiny, by=By("p2o", {"strickt": True}))


def test_a_case_names_one(tiny: Path) -> None:
    found = load(case(tiny, 'exporter = "p2o"\nexporter_options = {strict = true}'))
    assert found.by == By("p2o", {"strict": True})
    own, usual = cells(found, engine=None, exporters=(None, "paddle2onnx"))
    assert own.by == found.by
    assert usual.by == By("paddle2onnx")  # and not with p2o's options
    assert (own.name, usual.name) == (
        "tiny[opset17-fp32-short]", "tiny[opset17-fp32-short-paddle2onnx]"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "line", "says"),
    [
        ('exporter = "p3o"', 7, 'no exporter "p3o"; did you mean "p2o"?'),
        ('path = "m.onnx"\nexporter = "p2o"', 8, '"exporter" says how a candidate is made'),
        ('exporter_options = {opti = "x"}', 7, 'no paddle2onnx option "opti"'),
        ("exporter_options = {verbose = [1]}", 7, "verbose must be a string, number"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tiny: Path, more: str, line: int, says: str) -> None:
    with pytest.raises(CaseError) as caught:
        load(case(tiny, more))
    assert says in str(caught.value)
    assert f"case.toml:{line}: " in str(caught.value)


@pytest.mark.slow
def test_exporters_side_by_side(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "bin", monkeypatch, factor=2.0)
    out = tmp_path / "out.json"
    words = [str(case(tiny)), "--opset", "17", "--max-examples", "2", "--json", str(out)]
    words += ["--exporter", "paddle2onnx", "--exporter", "p2o", "--exporter", "p2o"]
    done = CliRunner().invoke(matrix, words, standalone_mode=False)
    assert done.return_value == 1, done.output
    found = {c["cell"]: c["status"] for c in json.loads(out.read_text())["cells"]}
    assert found == {
        "tiny[opset17-fp32-short-paddle2onnx]": "passed",
        "tiny[opset17-fp32-short-p2o]": "failed",
    }
    (row,) = [x for x in done.output.splitlines() if x.startswith("tiny[opset17-fp32-short] ")]
    assert "passed" in row
    assert "failed" in row
    remove(tmp_path / "empty", monkeypatch)
    done = CliRunner().invoke(matrix, words, standalone_mode=False)
    assert done.return_value == 1
    assert "short-p2o]: error: p2o isn't installed" in done.output


def test_no_exporter_of_a_released_file(tiny: Path) -> None:
    done = CliRunner().invoke(
        matrix,
        [str(case(tiny, 'path = "model.onnx"')), "--exporter", "p2o"],
        standalone_mode=False,
    )
    assert isinstance(done.exception, ParityError)
    assert "which no exporter makes; leave out --exporter p2o" in str(done.exception)


@pytest.mark.parametrize("role", ["reference", "candidate"])
def test_an_environment_without_a_name(tiny: Path, role: str) -> None:
    done = run(tiny, f"--{role}-env", "")
    assert "names no environment" in str(done.exception)
    with pytest.raises(CaseError, match='"env" must name the folder of a venv'):
        load(case(tiny, f'[engines.{role}]\nenv = ""'))
