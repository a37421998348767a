"""Settings of the gate: of parity's files and of pytest's, below what the command line says."""

import json
from pathlib import Path

import pytest

from tests.gate.repository import Repository
from tests.verify.conftest import tagger


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.case("mine", tagger())
    return made


def settings(repository: Repository) -> dict[str, tuple[object, str]]:
    report = json.loads((repository.root / "report.json").read_text())
    return {s["key"]: (s["value"], s["weaker"]) for s in report["settings"]}


def test_they_hold_below_the_command_line_and_are_shown(repository: Repository) -> None:
    (repository.root / "parity.toml").write_text(
        '[gate]\nprofile = "ci"\nexamples = 3\nseed = 4\nstrict = false\nmarkdown = "out.md"\n'
    )
    ran = repository.run("golden", "-q", "--parity-seed=0")
    assert ran.code == 0, ran.text
    file = repository.root / "parity.toml"
    assert (
        f"settings: {file}: profile ci, examples 3 (WEAKER: those of each case without it)"
        in ran.text
    )
    assert "profile ci, 3 examples, --parity-seed=0" in ran.text
    assert settings(repository) == {
        "profile": ("ci", ""), "examples": (3, "those of each case"), "strict": (False, ""),
        "markdown": (str(repository.root / "out.md"), ""),
    }  # fmt: skip
    assert (repository.root / "out.md").exists()


def test_pytests_own_configuration_says_the_same_and_comes_first(repository: Repository) -> None:
    (repository.root / "parity.toml").write_text("[gate]\nexamples = 3\nseed = 4\n")
    (repository.root / "pytest.ini").write_text(
        "[pytest]\nparity_examples = 2\nparity_explain_budget = 1\nparity_strict = true\n"
    )
    ran = repository.run("golden")
    assert ran.code == 0, ran.text
    assert settings(repository) == {
        "examples": (2, "those of each case"), "strict": (True, ""), "seed": (4, ""),
    }  # fmt: skip
    assert f"parity settings: {repository.root / 'pytest.ini'}: " in ran.text


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("parity.toml", "[gate]\nprofil = 'ci'", 'parity.toml:2: [gate] no key "profil"'),
        ("parity.toml", "[gate]\nseed = 'one'", "parity.toml:2: [gate] \"seed\" must be a whole"),
        ("parity.toml", "[gate]\nseed = -1", "--parity-seed -1: from 0 up"),
        ("parity.toml", "[gate]\ncases = ['x']", 'no key "cases"'),
        ("pytest.ini", "[pytest]\nparity_seed = one", 'parity_seed: must be a whole number, not'),
        ("pytest.ini", "[pytest]\nparity_profile = day", 'no choice "day"'),
        ("pyproject.toml", "[tool.parity.gate]\nprofile = 'day'", 'no choice "day"'),
    ],
)  # fmt: skip
def test_what_makes_no_sense_stops_the_session(
    repository: Repository, file: str, text: str, said: str
) -> None:
    (repository.root / file).write_text(text)
    ran = repository.run("golden", "--co")
    assert ran.code == 4, ran.text
    assert said in ran.text


def test_they_can_be_left_alone(repository: Repository) -> None:
    (repository.root / "parity.toml").write_text("[gate]\nnonsense = 1")
    assert repository.run("golden", "--co").code == 4
    ran = repository.run("golden", "--co", environment={"PARITY_NO_SETTINGS": "1"})
    assert ran.code == 0, ran.text
