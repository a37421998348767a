"""The project's file holds for `parity.check`, too: what is said wins, what is weaker is seen."""

import json
import warnings
from inspect import signature
from pathlib import Path
from typing import Any

import click
import pytest

import parity
from parity.api.checking import defaults
from parity.api.settled import KEYS, OF_CASE, OF_CHECK, OF_COMMAND, PRECISIONS, weaker
from parity.cli.check import check
from parity.cli.settled import _key
from parity.compare.tolerance import DEFAULTS
from parity.errors import UsageError
from parity.settings import Setting


@pytest.fixture
def project(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's parity.toml, with a model beside it; the working folder is below."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "inside").mkdir()
    for name in ("model.json", "model.pdiparams", "model.onnx"):
        (tmp_path / "inside" / name).symlink_to(models / "tiny" / name)
    monkeypatch.chdir(tmp_path / "inside")
    monkeypatch.delenv("PARITY_NO_SETTINGS", raising=False)
    return tmp_path / "parity.toml"


def ran(**said: Any) -> parity.Result:
    small: dict[str, Any] = {"max_batch": 1, "max_length": 3, "explain_budget_s": 0.0}
    return parity.check("model.onnx", "model.onnx", **(small | said))


def test_what_is_not_said_is_taken_from_it_and_shown(project: Path) -> None:
    project.write_text('[check]\nmax-examples = 103\nseed = 3\nrule = "elementwise"')
    result = ran(seed=9)
    effort = result.verified.request.effort
    assert (effort.max_examples, effort.seed) == (103, 9)
    assert result.verified.request.tolerance.rule == "elementwise"
    assert [s.key for s in result.settings] == ["max-examples", "rule"]
    assert json.loads(result.to_json())["settings"][0]["file"] == str(project)
    assert str(result).startswith(f"settings  {project}: max-examples 103, rule elementwise")
    assert f"<b>settings</b> {project}: max-examples 103" in result._repr_html_()


def test_what_makes_it_weaker_is_warned_of(project: Path) -> None:
    project.write_text("[check]\nrtol = 0.1\natol = 0.1\nmax-examples = 1\nbudget = 100")
    with pytest.warns(UserWarning, match="settings of ") as caught:
        result = ran()
    (said,) = [str(w.message) for w in caught]
    assert "rtol 0.1 (WEAKER: 1e-05 without it)" in said
    assert "max-examples 1 (WEAKER: 100 without it)" in said
    assert caught[0].filename == __file__
    assert result.verified.request.tolerance == parity.Tolerance(0.1, 0.1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        said_all = ran(tolerance=None, max_examples=100, budget_s=None)
    assert said_all.verified.request.tolerance == DEFAULTS["fp32"]
    assert said_all.settings == ()


def test_a_precision_that_is_none_is_told_as_ever(project: Path) -> None:
    project.write_text("[check]\nrtol = 1e-5\natol = 1e-5")
    with pytest.raises(UsageError, match='no precision "fp64"'):
        ran(precision="fp64")


def test_it_can_be_turned_off(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write_text("[check]\nnonsense = 1")
    monkeypatch.setenv("PARITY_NO_SETTINGS", "1")
    assert ran(max_examples=1).settings == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense = 1", 'no key "nonsense"'),
        ("max-examples = 0", r"\[check\] max-examples: max_examples 0: at least 1"),
        ("timeout = -1", r"\[check\] timeout: timeout_s -1 is not a number of seconds"),
        ("rtol = 1", r"\[check\] rtol: --rtol without --atol"),
        ('candidate-option = ["x"]', r'\[check\] candidate-option: candidate-option "x": write it'),
        ('precision = "fp64"', 'no choice "fp64"'),
    ],
)
def test_what_is_wrong_in_it_names_the_file(project: Path, text: str, said: str) -> None:
    project.write_text(f"[check]\n{text}")
    with pytest.raises(UsageError, match=said) as caught:
        ran()
    assert str(caught.value).startswith(str(project))


@pytest.mark.slow
def test_several_models_are_checked_by_it(project: Path) -> None:
    project.write_text("[check]\nmax-examples = 102")
    results = parity.check_all(["model.onnx", "model.onnx"], max_batch=1, max_length=3)
    document = results.to_dict()
    assert [s["key"] for s in document["models"][0]["settings"]] == ["max-examples"]


def test_the_keys_are_those_of_the_command() -> None:
    options = {
        p.opts[-1].removeprefix("--"): p for p in check.params if isinstance(p, click.Option)
    }
    del options["self"]  # no file may take the reference away from every check
    assert {name: _key(option) for name, option in options.items()} == dict(KEYS)
    assert set(PRECISIONS) == set(DEFAULTS)


def test_every_key_has_its_keyword_or_is_of_the_command_alone() -> None:
    known = {"reference", *defaults()}
    assert set(KEYS) == {*OF_CHECK, *OF_COMMAND}
    assert known - set(OF_CHECK.values()) == {"task", "progress"}
    assert set(OF_CHECK.values()) <= known
    assert set(OF_CASE) <= set(KEYS)
    assert set(OF_CASE.values()) <= set(signature(parity.check_case).parameters)
    assert set(OF_CHECK.values()) <= set(signature(parity.check).parameters)


def test_what_is_usual_is_what_the_command_says() -> None:
    options = {
        p.opts[-1].removeprefix("--"): p for p in check.params if isinstance(p, click.Option)
    }
    usual: Any = options["max-examples"].default
    assert weaker(Setting("max-examples", usual - 1, "f"), "fp32") == str(usual)
    assert weaker(Setting("max-examples", usual, "f"), "fp32") == ""


def test_a_case_takes_what_holds_for_cases(project: Path, models: Path) -> None:
    """Of the others the case decides."""
    case = project.parent / "golden" / "mine"
    case.mkdir(parents=True)
    (case / "case.toml").write_text(
        f'summary = "x"\n[reference]\npath = "{models / "tiny"}"\n'
        f'[candidate]\npath = "{models / "tiny" / "model.onnx"}"\n'
        "[inputs.default]\nexamples = 2\nmax_batch = 1\nmax_length = 3\n"
    )
    project.write_text("[check]\nseed = 5\nstrict = true\nmax-examples = 200")
    checked = parity.check_case(case, explain_budget_s=0.0)
    (cell,) = checked.results
    assert cell.result is not None
    assert cell.result.request.effort.seed == 5
    assert cell.result.request.effort.max_examples == 2
    assert [s.key for s in checked.settings] == ["seed", "strict"]
    (document,) = checked.to_dict()["cells"]
    assert [s["key"] for s in document["settings"]] == ["seed", "strict"]
    assert str(checked).startswith("settings  ")
