"""A gate that ran nothing, or of which pytest hears another thing than it found, is red."""

import json
import shutil
from typing import Any

import pytest

from tests.gate.repository import XFAIL, Repository
from tests.verify.conftest import tagger, with_row

HEALTHY = "healthy[file-fp32-short]"
BROKEN = "broken[file-fp32-short]"

SKIP = "import pytest\n"
HOOKS = {
    "a mark": "def pytest_collection_modifyitems(items):\n"
    "    for item in items:\n"
    "        if 'case.toml' in item.nodeid: item.add_marker(pytest.mark.skip(reason='later'))\n",
    "a set-up hook": "def pytest_runtest_setup(item):\n"
    "    if 'case.toml' in item.nodeid: pytest.skip('later')\n",
    "a call hook": "@pytest.hookimpl(tryfirst=True)\n"
    "def pytest_runtest_call(item):\n"
    "    if 'case.toml' in item.nodeid: pytest.skip('later')\n",
    "a mark that expects a failure": "def pytest_collection_modifyitems(items):\n"
    "    for item in items:\n"
    "        if 'case.toml' in item.nodeid:\n"
    "            item.add_marker(pytest.mark.xfail(run=False, reason='later'))\n",
}
DESELECT = {
    "an expression": ["-o", "addopts=-k test_own"],
    "a name": ["-o", f"addopts=--deselect 'golden/healthy/case.toml::{HEALTHY}'"],
}


@pytest.fixture
def own(repository: Repository) -> Repository:
    """A healthy case beside a test of the user's own, which passes."""
    repository.case("healthy", tagger())
    (repository.root / "test_own.py").write_text("def test_own(): pass\n")
    return repository


def with_xdist(how: str) -> Any:
    """The same in a worker of pytest-xdist, which takes longer."""
    return pytest.param(how, ("-n", "1"), marks=pytest.mark.slow)


@pytest.mark.parametrize(
    ("hook", "workers"),
    [*((hook, ()) for hook in HOOKS), with_xdist("a mark")],
)
def test_cells_that_others_skip_are_not_run(
    own: Repository, hook: str, workers: tuple[str, ...]
) -> None:
    (own.root / "conftest.py").write_text(SKIP + HOOKS[hook])
    ran = own.run(".", *workers)
    assert ran.code == 1, ran.text
    assert ran.status(HEALTHY) == "not run"
    assert "later" in ran.reason(HEALTHY)
    assert "not one element was compared (cells: 1)" in ran.text


@pytest.mark.slow
def test_one_that_is_skipped_beside_one_that_runs_fails_where_all_are_required(
    own: Repository,
) -> None:
    own.case("other", tagger())
    (own.root / "conftest.py").write_text(
        SKIP + "def pytest_runtest_setup(item):\n    if 'other' in item.nodeid: pytest.skip('no')\n"
    )
    ran = own.run(".")
    assert ran.code == 0, ran.text
    assert (ran.status(HEALTHY), ran.status("other[file-fp32-short]")) == ("passed", "not run")
    required = own.run(".", "--require-all")
    assert required.code == 1
    assert "not run: no" in required.text


@pytest.mark.parametrize(
    ("how", "workers"),
    [*((how, ()) for how in DESELECT), with_xdist("a name")],
)
def test_cells_that_are_all_deselected_fail(
    own: Repository, how: str, workers: tuple[str, ...]
) -> None:
    ran = own.run(".", "--require-all", *DESELECT[how], *workers)
    assert ran.code == 1, ran.text
    assert "not one of the 1 cells that were collected was run" in ran.text
    report = json.loads((own.root / "report.json").read_text())
    assert (report["passed"], report["cells"]) == (False, [])


TAKEN_OUT = {
    "removed": (
        "def pytest_collection_modifyitems(items):\n"
        "    items[:] = [i for i in items if 'other' not in i.nodeid]\n",
        "other[file-fp32-short]",
        "a hook took it out",
    ),
    "collect_ignore_glob": (
        "collect_ignore_glob = ['*other*']\n",
        "golden/other/case.toml",
        "keeps it from being collected",
    ),
    "pytest_ignore_collect": (
        "def pytest_ignore_collect(collection_path):\n"
        "    return True if 'other' in str(collection_path) else None\n",
        "golden/other/case.toml",
        "keeps it from being collected",
    ),
}


@pytest.mark.parametrize(
    ("how", "workers"),
    [
        *((how, ()) for how in TAKEN_OUT),
        pytest.param("removed", ("-n", "1"), marks=pytest.mark.slow),
    ],
)
def test_what_is_taken_out_without_a_word_is_a_row(
    own: Repository, how: str, workers: tuple[str, ...]
) -> None:
    own.case("other", tagger(broken_id=37))
    text, name, reason = TAKEN_OUT[how]
    (own.root / "golden" / "conftest.py").write_text(text)
    required = own.run(".", "--require-all", *workers)
    assert required.status(name) == "not run", required.text
    assert reason in required.reason(name)
    assert required.status(HEALTHY) == "passed"
    assert required.code == 1
    assert f"pytest lets pass what the gate doesn't: {name} (not run)" in required.text


def test_what_is_taken_out_is_no_failure_where_not_all_are_required(own: Repository) -> None:
    own.case("other", tagger(broken_id=37))
    (own.root / "golden" / "conftest.py").write_text(TAKEN_OUT["removed"][0])
    ran = own.run(".")
    assert (ran.code, ran.status("other[file-fp32-short]")) == (0, "not run")


@pytest.mark.parametrize("word", ["--ignore=golden/other", "-khealthy"])
def test_who_leaves_out_on_the_command_line_sees_what_he_does(own: Repository, word: str) -> None:
    own.case("other", tagger(broken_id=37))
    ran = own.run(".", "--require-all", word)
    assert (ran.code, list(ran.cells)) == (0, [HEALTHY]), ran.text


def test_a_cell_of_which_nobody_reports_is_an_error(own: Repository) -> None:
    (own.root / "conftest.py").write_text(
        SKIP + "@pytest.hookimpl(tryfirst=True)\n"
        "def pytest_runtest_protocol(item):\n"
        "    return True if 'case.toml' in item.nodeid else None\n"
    )
    ran = own.run(".")
    assert ran.code == 1
    assert ran.status(HEALTHY) == "error"
    assert ran.reason(HEALTHY) == "was to run, and no result came"


@pytest.mark.slow
def test_a_mark_of_pytests_excuses_no_cell(own: Repository) -> None:
    own.case("broken", tagger(broken_id=37))
    (own.root / "conftest.py").write_text(
        SKIP + "def pytest_collection_modifyitems(items):\n"
        "    for item in items: item.add_marker(pytest.mark.xfail(reason='flaky'))\n"
    )
    ran = own.run("golden")
    assert "pytest lets pass what the gate doesn't: broken[file-fp32-short] (failed)" in ran.text
    assert ran.code == 1


def test_a_report_that_is_asked_for_is_no_empty_promise(repository: Repository) -> None:
    (repository.root / "test_own.py").write_text("def test_own(): pass\n")
    ran = repository.run("test_own.py")
    assert ran.code == 1
    assert "--parity-json is given, and no cell was collected" in ran.text
    assert json.loads((repository.root / "report.json").read_text())["passed"] is False


def test_to_list_is_no_failure(own: Repository) -> None:
    ran = own.run(".", "--collect-only", "-q")
    assert ran.code == 0, ran.text
    assert HEALTHY in ran.text


@pytest.mark.slow
def test_an_expected_failure_of_the_case_is_still_green(repository: Repository) -> None:
    repository.case("expected", tagger(broken_id=37), rest=XFAIL)
    assert repository.run("golden").code == 0


DOTTED = 'summary = "x"\nreference.path = "ref.onnx"\ncandidate.path = "cand.onnx"\n'


TEXTS = {
    "dotted": (DOTTED.encode(), "passed"),
    "bytes": (DOTTED.encode().replace(b'"x"', b'"\xff"'), "error"),
    "broken": (DOTTED.encode() + b"[reference\n", "error"),
    "one-key": (b'summary = "x"\n', "error"),
    "foreign": (b'[package]\nname = "x"\n', "error"),
}


def test_what_is_named_case_toml_is_collected_or_an_error(repository: Repository) -> None:
    made = repository.case("mine", tagger())
    expected: dict[str, str] = {}
    for folder in ("golden", "cases", "tests/golden/deep"):
        for name, (text, status) in TEXTS.items():
            if (folder, name) == ("cases", "foreign"):
                continue
            place = repository.root / folder / f"{name}-{len(expected)}"
            shutil.copytree(made, place)
            (place / "case.toml").write_bytes(text)
            expected[place.name] = status
    shutil.rmtree(made)
    ran = repository.run(".")
    found = {name.partition("[")[0]: cell["status"] for name, cell in ran.cells.items()}
    assert found == expected, ran.text
    assert len(expected) == 14
    assert ran.code == 1


@pytest.mark.parametrize(
    "chosen", [("golden",), pytest.param(("--parity-cases=golden",), marks=pytest.mark.slow)]
)
def test_a_case_in_other_capitals_is_an_error(own: Repository, chosen: tuple[str, ...]) -> None:
    folder = own.case("odd", tagger())
    (folder / "case.toml").rename(folder / "Case.TOML")
    ran = own.run(*chosen)
    assert ran.cells[HEALTHY]["status"] == "passed"
    assert ran.cells["odd[case]"]["status"] == "error", ran.text
    assert "a case's file is named case.toml; rename it" in ran.text
    assert ran.code == 1


@pytest.mark.parametrize(
    "workers",
    [pytest.param((), id="alone"), pytest.param(("-n", "1"), id="xdist", marks=pytest.mark.slow)],
)
def test_another_programs_file_is_left_alone_and_named(
    own: Repository, workers: tuple[str, ...]
) -> None:
    (own.root / "data" / "x").mkdir(parents=True)
    (own.root / "data" / "x" / "case.toml").write_text('[package]\nname = "x"\n')
    ran = own.run(".", *workers)
    assert ran.code == 0, ran.text
    assert list(ran.cells) == [HEALTHY]
    assert "parity: data/x/case.toml: has no key of a case, so it is left alone" in ran.text


@pytest.mark.slow
def test_a_folder_of_cases_is_looked_through_whatever_its_names(own: Repository) -> None:
    (own.root / "golden" / "healthy").rename(own.root / "golden" / "build")
    (own.root / "golden").rename(own.root / "mine")
    ran = own.run("--parity-cases=mine")
    assert list(ran.cells) == ["build[file-fp32-short]"], ran.text


@pytest.mark.slow
def test_a_warning_is_shown_and_fails_a_strict_session(repository: Repository) -> None:
    """Both sides answer NaN for one word: they agree, and neither says anything."""
    folder = repository.case("odd", with_row(tagger(), 7, float("nan")),
                             reference=with_row(tagger(), 7, float("nan")))  # fmt: skip
    ran = repository.run("golden")
    assert ran.code == 0, ran.text
    (name,) = ran.cells
    assert ran.status(name) == "passed"
    assert "the reference itself answers NaN" in ran.cells[name]["warnings"][0]
    assert f"{name}: passed: warning: logits: the reference itself answers NaN" in ran.text
    strict = repository.run("golden", "--parity-strict")
    assert strict.code == 1
    assert strict.status(name) == "failed"
    assert strict.reason(name).startswith("a warning, and warnings are refused (strict): logits")
    assert "--strict" in strict.text
    assert "--parity-strict" in strict.text
    with (folder / "case.toml").open("a") as case:
        case.write(XFAIL)
    assert repository.run("golden", "--parity-strict").status(name) == "failed"
