"""Settings of `parity check`: the line wins, and what is weaker is seen."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.core import ParameterSource

from parity.cli.check import check
from parity.cli.main import parity
from parity.cli.settled import _OF_A_CASE, Settled
from parity.errors import UsageError
from tests.cli.command import Command


def parsed(*words: str) -> tuple[dict[str, Any], Mapping[str, ParameterSource | None]]:
    """Values of a line, and whence each is."""
    with check.make_context("check", list(words)) as context:
        return context.params, {n: context.get_parameter_source(n) for n in context.params}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "parity.toml"


def test_the_verb_reads_them() -> None:
    assert isinstance(check, Settled)


def test_they_are_defaults_and_the_line_wins(project: Path) -> None:
    project.write_text('[check]\nmax-examples = 7\nseed = 3\nrule = "elementwise"\nfeeds = ["f"]')
    values, sources = parsed("m.onnx", "--seed", "9")
    assert (values["max_examples"], values["seed"], values["rule"]) == (7, 9, "elementwise")
    assert values["feeds"] == (project.parent / "f",)
    assert sources["seed"] is ParameterSource.COMMANDLINE
    assert sources["max_examples"] is ParameterSource.DEFAULT_MAP


@pytest.mark.parametrize(
    ("text", "said"),
    [("max-examples = 0", "max-examples: 0 is not in the range"),
     ("budget = -1", "budget: -1 is not a number of seconds above zero"),
     ("precision = 'fp64'", 'no choice "fp64"'),
     ("debug = true", 'no key "debug"'),
     ("named = 'm.onnx'", 'no key "named"')],
)  # fmt: skip
def test_a_value_that_the_option_does_not_take_names_the_file(
    project: Path, text: str, said: str
) -> None:
    project.write_text(f"[check]\n{text}")
    with pytest.raises(UsageError, match=said) as caught:
        parsed("m.onnx")
    assert str(caught.value).startswith(str(project))


def test_help_is_shown_whatever_stands_there(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write_text("[check]\nnonsense = 1")
    with pytest.raises(click.exceptions.Exit), check.make_context("check", ["--help"]):
        pass
    assert "Usage" in capsys.readouterr().out


def test_every_option_is_a_key(project: Path) -> None:
    names = {p.opts[-1].removeprefix("--") for p in check.params if isinstance(p, click.Option)}
    project.write_text("[check]\nx = 1")
    with pytest.raises(UsageError) as caught:
        parsed("m.onnx")
    listed = set(str(caught.value).rpartition("there are: ")[2].split(", "))
    assert listed == names
    assert set(_OF_A_CASE) < names


@pytest.mark.slow
def test_a_file_keeps_nothing_quiet(models: Path, tmp_path: Path) -> None:
    """What it says of the inputs may keep a fault out of sight, and is told all the same."""
    command = Command(tmp_path)
    shutil.copy(models / "tiny" / "model.onnx", command.work / "model.onnx")
    shutil.copy(models / "tiny" / "model.onnx", command.work / "reference.onnx")
    (command.work / "parity.toml").write_text(
        '[check]\nquiet = true\nmax-examples = 200\ninput = ["input_ids: ids of 5"]\n'
    )
    done = command.run("check", "model.onnx", "--reference", "reference.onnx", "--max-length", "8")
    assert done.code == 0, done.err
    first, *rest = done.out.splitlines()
    assert "input input_ids: ids of 5 (WEAKER: as the graph says without it)" in first
    assert "quiet true" in first
    assert rest[0].startswith("warning")  # they have the same content
    assert rest[-1].startswith("parity: ")


def test_a_run_shows_what_is_weaker_and_whence(models: Path, tmp_path: Path) -> None:
    command = Command(tmp_path)
    for suffix in ("json", "pdiparams", "onnx"):
        shutil.copy(models / "tiny" / f"model.{suffix}", command.work)
    shutil.copy(models / "tiny" / "model.onnx", command.work / "reference.onnx")
    (command.work / ".git").mkdir()
    keys = ("max-examples = 2", "max-length = 8", "seed = 3", "rtol = 0.001", "atol = 0.001")
    text = "\n".join(("[tool.parity.check]", *keys))
    (command.work / "pyproject.toml").write_text(text)
    words = ("check", "model.onnx", "--reference", "reference.onnx")
    done = command.run(*words, "--seed", "1", "--json", "-")
    assert done.code == 0, done.err
    # The report is on standard error, where standard output has the JSON.
    head = done.err.splitlines()[0]
    file = command.work / "pyproject.toml"
    assert head == (
        f"settings  {file}: max-examples 2 (WEAKER: 100 without it), max-length 8 (WEAKER: 512 "
        "without it), rtol 0.001 (WEAKER: 1e-05 without it), atol 0.001 (WEAKER: 1e-05 without it)"
    )
    document = json.loads(done.out)
    assert [(s["key"], s["value"], s["weaker"]) for s in document["settings"]] == [
        ("max-examples", 2, "100"), ("max-length", 8, "512"), ("rtol", 0.001, "1e-05"),
        ("atol", 0.001, "1e-05"),
    ]  # fmt: skip
    assert document["tolerance"]["rtol"] == 0.001
    assert document["effort"]["seed"] == 1
    short = ("--max-examples", "1", "--max-length", "8")
    for more, environment in (("--no-settings", {}), ("--strict", {"PARITY_NO_SETTINGS": "1"})):
        done = command.run(*words, more, *short, "--json", "-", env=environment)
        assert "settings" not in done.err
        document = json.loads(done.out)
        assert document["settings"] == []
        assert document["tolerance"]["rtol"] == 1e-5


def test_a_case_takes_what_goes_with_cases_alone(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write_text("[check]\nmax-examples = 2\nseed = 3")
    (project.parent / "golden" / "mine").mkdir(parents=True)
    (project.parent / "golden" / "mine" / "case.toml").write_text("")
    monkeypatch.setattr("parity.cli.check_case.run", lambda given, context: given["seed"])
    with parity.make_context("parity", ["check", "golden/mine"]) as context:
        assert parity.invoke(context) == 3
    assert capsys.readouterr().out == f"settings  {project}: seed 3\n"
    assert os.environ.get("PARITY_NO_SETTINGS") is None
