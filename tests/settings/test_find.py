"""Which file holds, and what it may say."""

from pathlib import Path

import pytest

from parity.errors import UsageError
from parity.settings import Key, Setting, find, ignored, line, read

KEYS = {
    "max-examples": Key("whole"), "rtol": Key("number"), "strict": Key("flag"),
    "database": Key("path"), "input": Key("text", many=True), "feeds": Key("path", many=True),
    "rule": Key("text", choices=("max", "elementwise")),
}  # fmt: skip


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def values(start: Path, name: str = "check") -> dict[str, object]:
    found = find(start)
    return {} if found is None else {s.key: s.value for s in read(found, name, KEYS)}


def test_the_nearest_folder_upwards_wins(tmp_path: Path) -> None:
    write(tmp_path / "parity.toml", "[check]\nmax-examples = 1")
    write(tmp_path / "a" / "pyproject.toml", "[tool.parity.check]\nmax-examples = 2")
    (tmp_path / "a" / "b").mkdir()
    assert values(tmp_path / "a" / "b") == {"max-examples": 2}
    assert values(tmp_path) == {"max-examples": 1}


def test_a_project_without_the_table_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "parity.toml", "[check]\nmax-examples = 1")
    write(tmp_path / "a" / "pyproject.toml", '[project]\nname = "parity-of-mine"')
    assert values(tmp_path / "a") == {"max-examples": 1}


def test_nothing_is_looked_for_above_the_project(tmp_path: Path) -> None:
    write(tmp_path / "parity.toml", "[check]\nmax-examples = 1")
    (tmp_path / "project" / ".git").mkdir(parents=True)
    (tmp_path / "project" / "sub").mkdir()
    assert find(tmp_path / "project" / "sub") is None
    write(tmp_path / "project" / "parity.toml", "[check]\nmax-examples = 3")
    assert values(tmp_path / "project" / "sub") == {"max-examples": 3}


def test_two_files_side_by_side_are_an_error(tmp_path: Path) -> None:
    write(tmp_path / "parity.toml", "")
    write(tmp_path / "pyproject.toml", "[tool.parity.gate]")
    with pytest.raises(UsageError, match="Keep one"):
        find(tmp_path)


def test_a_file_that_is_no_toml_is_an_error_with_the_way_out(tmp_path: Path) -> None:
    write(tmp_path / "parity.toml", "[check")
    with pytest.raises(UsageError, match=r"parity\.toml: not TOML.*--no-settings"):
        find(tmp_path)


def test_values_of_every_form(tmp_path: Path) -> None:
    write(
        tmp_path / "parity.toml",
        '[check]\nmax_examples = 5\nrtol = 1\nstrict = true\ndatabase = "db"\n'
        'input = ["x: in [0,1]"]\nfeeds = ["a.npz", "/abs"]\nrule = "max"',
    )
    assert values(tmp_path) == {
        "max-examples": 5, "rtol": 1, "strict": True, "database": str(tmp_path / "db"),
        "input": ("x: in [0,1]",), "feeds": (str(tmp_path / "a.npz"), "/abs"), "rule": "max",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[check]\nmax-exampels = 3", r':2: \[check\] no key "max-exampels"; did you mean "max-ex'),
        ("[chekc]\nrtol = 1", r'no table "chekc"; did you mean "check"'),
        ("[check]\n\nmax-examples = 1.5", r":3: .*must be a whole number, not 1.5"),
        ("[check]\nmax-examples = true", "must be a whole number"),
        ("[check]\nrtol = '1e-3'", "must be a number, not '1e-3'"),
        ("[check]\nstrict = 1", "must be true or false"),
        ("[check]\ninput = 'x'", "must be a list of strings"),
        ("[check]\ninput = [1]", "must be a list of strings"),
        ("[check]\nrule = 'most'", r'no choice "most".*elementwise, max'),
        ("[check]\nmax-examples = 1\nmax_examples = 2", "is there twice"),
        ("check = 3", "must be a table"),
    ],
)
def test_what_makes_no_sense_names_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path / "parity.toml", text)
    with pytest.raises(UsageError, match=said) as caught:
        values(tmp_path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_the_environment_turns_them_off() -> None:
    assert ignored({"PARITY_NO_SETTINGS": "1"})
    assert not ignored({"PARITY_NO_SETTINGS": "0"})
    assert not ignored({})


def test_a_line_says_what_is_weaker() -> None:
    settings = [
        Setting("max-examples", 5, "p.toml", weaker="100"),
        Setting("strict", True, "p.toml"),
        Setting("input", ("a", "b"), "q.toml"),
    ]
    assert line(settings) == [
        "p.toml: max-examples 5 (WEAKER: 100 without it), strict true",
        "q.toml: input a, b",
    ]
