"""pytest with the gate: selection, reports, what stands between cells, what ends a session."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import onnx
import psutil
import pytest

from parity.pytest_plugin._options import add, choose
from tests.gate.repository import PLUGIN, ROOT, XFAIL, Repository, trained
from tests.signals import as_usual
from tests.verify.conftest import tagger

HEALTHY = "healthy[file-fp32-short]"
BROKEN = "broken[file-fp32-short]"


@pytest.fixture
def pair(repository: Repository) -> Repository:
    """A healthy case and a broken one."""
    repository.case("healthy", tagger())
    repository.case("broken", tagger(broken_id=37))
    return repository


def test_a_failing_cell_says_where_with_what_and_how_to_see_it_again(pair: Repository) -> None:
    ran = pair.run("golden", "--parity-bundles=evidence", "--junitxml=junit.xml",
                   "--parity-markdown=summary.md")  # fmt: skip
    assert ran.code == 1
    assert "finding   logits[0,0," in ran.text
    assert "ids [1, 1]: [[37]]" in ran.text
    assert f"check     parity check {pair.root}/golden/broken/cand.onnx --reference" in ran.text
    assert f"again     pytest 'golden/broken/case.toml::{BROKEN}'" in ran.text
    bundle = pair.root / "evidence" / "broken-file-fp32-short"
    replayed = subprocess.run([sys.executable, bundle / "repro.py"], check=False, timeout=60)
    assert replayed.returncode == 1
    assert not (pair.root / "evidence" / "healthy-file-fp32-short").exists()
    figures = _properties(pair.root / "junit.xml")
    assert figures[HEALTHY]["status"] == "passed"
    assert int(figures[HEALTHY]["elements"]) == ran.cells[HEALTHY]["result"]["elements"] > 0
    assert figures[HEALTHY]["effective_opset"] == "13"
    assert float(figures[BROKEN]["max_abs"]) > 0.1
    assert {"examples", "max_rel", "allowed", "ties", "seed"} <= figures[BROKEN].keys()
    table = (pair.root / "summary.md").read_text()
    assert f"| {HEALTHY} | 13 |" in table
    assert "1 passed, 1 failed; " in table


def test_a_text_that_fails_is_shown_as_the_user_wrote_it(repository: Repository) -> None:
    repository.case("broken", tagger(broken_id=37))
    path = repository.root / "golden" / "broken" / "case.toml"
    path.write_text(path.read_text().replace("[inputs.short]", '[inputs.short]\nkind = "text"'))
    ran = repository.run("golden")
    assert ran.code == 1
    assert "text 0: '6'" in ran.text
    assert "ids [1, 3]: [[2, 37, 3]]" in ran.text


def _properties(file: Path) -> dict[str, dict[str, str]]:
    cases = ET.parse(file).iter("testcase")  # noqa: S314  pytest wrote it
    return {
        case.attrib["name"]: {p.attrib["name"]: p.attrib["value"] for p in case.iter("property")}
        for case in cases
    }


@pytest.mark.slow
def test_workers_of_xdist_come_to_the_same(pair: Repository) -> None:
    pair.case("typo", tagger(), head='sumary = "x"')
    alone = pair.run("golden", "--parity-profile=ci")
    shared = pair.run("golden", "--parity-profile=ci", "-n", "2", "--dist", "loadgroup")
    assert shared.code == alone.code == 1
    assert list(shared.cells) == list(alone.cells)
    for name, cell in alone.cells.items():
        assert (cell["status"], cell["reason"]) == (shared.status(name), shared.reason(name))
        if cell["result"]:
            assert cell["result"]["elements"] == shared.cells[name]["result"]["elements"]
    assert "1 passed, 1 failed, 1 error; " in shared.text
    assert 'is "sumary" meant' in shared.text


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_an_unknown_case_lists_the_known(pair: Repository, workers: tuple[str, ...]) -> None:
    ran = pair.run("golden", "--parity-case=helthy", *workers)
    assert ran.code != 0
    assert 'no case "helthy"; did you mean "healthy"?; there are: broken, healthy' in ran.text


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--parity-opset=6", "they go from 7 to 21"),
        ("--parity-opset=x", "write them as 13, 7-16 or 11,13"),
        ("--parity-precision=fp23", 'no precision "fp23"; did you mean "fp32"?'),
        ("--parity-engine=otr", 'no engine "otr"; did you mean "ort"?'),
        ("--parity-seed=-1", "--parity-seed -1: from 0 up"),
        ("--parity-examples=0", "--parity-examples 0: from 1 up"),
        ("--parity-budget=0", "give seconds above zero"),
        ("--parity-cases=nowhere", "no case here"),
        ("--parity-database=/dev/null/x", "/dev/null/x: can't be written: Not a directory"),
        ("--parity-profile=prod", "invalid choice: 'prod'"),
    ],
)
def test_options_that_make_no_sense_say_so(tmp_path: Path, option: str, said: str) -> None:
    parser = pytest.Parser(_ispytest=True)
    add(parser)
    with pytest.raises(pytest.UsageError, match=re.escape(said)):
        choose(_config(tmp_path, parser.parse([option])))


def _config(folder: Path, option: object) -> pytest.Config:
    """As much of a configuration as the options need."""
    where = SimpleNamespace(dir=folder)
    made = SimpleNamespace(option=option, invocation_params=where, getini=lambda _: None)
    return cast(pytest.Config, made)


def test_a_selection_without_a_cell_is_an_error(pair: Repository) -> None:
    ran = pair.run("golden", "--parity-precision=int8")
    assert ran.code == 4
    assert "no cell of broken, healthy at this opset and precision" in ran.text


def test_options_choose(pair: Repository) -> None:
    (pair.root / "test_own.py").write_text("def test_own(): assert False\n")
    ran = pair.run("--parity-cases=golden", "--parity-case=healthy", "--parity-examples=7",
                   "--parity-seed=5", "--parity-engine=ort")  # fmt: skip
    assert ran.code == 0, ran.text
    (name,) = ran.cells
    assert name == "healthy[file-fp32-short-ort]"
    assert ran.cells[name]["result"]["effort"]["max_examples"] == 7
    assert ran.cells[name]["result"]["effort"]["seed"] == 5


@pytest.mark.slow
def test_profiles_differ_in_examples_and_seed(repository: Repository) -> None:
    repository.case("healthy", tagger())
    efforts = {}
    for profile in ("dev", "ci", "nightly"):
        ran = repository.run("golden", f"--parity-profile={profile}")
        assert ran.code == 0, ran.text
        efforts[profile] = ran.cells[HEALTHY]["result"]["effort"]
        assert f"--parity-seed={efforts[profile]['seed']}" in ran.text
    assert [efforts[p]["max_examples"] for p in efforts] == [5, 20, 200]
    assert [efforts[p]["seed"] for p in ("dev", "ci")] == [0, 0]
    assert efforts["nightly"]["seed"] > 0


@pytest.mark.slow
def test_what_failed_is_tried_first_the_next_time(repository: Repository) -> None:
    repository.case("healthy", tagger())
    folder = repository.root / "golden" / "healthy"
    whole = (folder / "cand.onnx").read_bytes()
    (folder / "cand.onnx").write_bytes(tagger(broken_id=37).SerializeToString())
    assert repository.run("golden", "--parity-database=kept").code == 1
    assert any((repository.root / "kept").rglob("*"))
    (folder / "cand.onnx").write_bytes(whole)
    ran = repository.run("golden", "--parity-database=kept")
    assert ran.code == 0
    fresh = repository.run("golden", "--parity-database=other")
    elements = [r.cells[HEALTHY]["result"]["examples"] for r in (ran, fresh)]
    assert elements[0] == elements[1] + 1


@pytest.mark.slow
def test_a_blob_stands_for_an_example(repository: Repository) -> None:
    folder = repository.case("broken", tagger(broken_id=37))
    said = repository.run("golden", "--parity-profile=ci").text
    # In CI pytest's summary isn't cut, and tells it a second time.
    (blob,) = set(re.findall(r"--parity-blob=(\S+)", said))
    (folder / "cand.onnx").write_bytes(tagger().SerializeToString())
    with_it = repository.run("golden", "--parity-profile=ci", f"--parity-blob={blob}")
    without = repository.run("golden", "--parity-profile=ci")
    (name,) = with_it.cells
    counts = [ran.cells[name]["result"]["examples"] for ran in (with_it, without)]
    assert counts[0] == counts[1] + 1
    wrong = repository.run("golden", "--parity-blob=c29tZXRoaW5n")
    assert "is of no example with these inputs" in wrong.reason(name)


@pytest.mark.slow
def test_a_missing_model_is_not_run_unless_everything_is_required(pair: Repository) -> None:
    (pair.case("absent", tagger()) / "ref.onnx").unlink()
    (pair.root / "golden" / "broken" / "case.toml").unlink()
    ran = pair.run("golden", "-rs")
    assert ran.code == 0, ran.text
    assert ran.status("absent[file-fp32-short]") == "not run"
    assert "1 passed, 1 not run; " in ran.text
    assert "absent: its model isn't here (looked for " in ran.text
    required = pair.run("golden", "--require-all")
    assert required.code == 1
    assert "not run: absent: its model isn't here" in required.text
    (pair.root / "models").mkdir()
    onnx.save(trained(tagger()), pair.root / "models" / "ref.onnx")
    brought = pair.run("golden", "--require-all", "--parity-models=models")
    assert brought.code == 0, brought.text


def test_a_missing_candidate_is_an_error(repository: Repository) -> None:
    repository.case("healthy", tagger())
    (repository.case("absent", tagger()) / "cand.onnx").unlink()
    ran = repository.run("golden")
    assert ran.code == 1
    assert ran.status("absent[file-fp32-short]") == "error"


def test_a_session_that_compared_nothing_fails(repository: Repository) -> None:
    (repository.case("absent", tagger()) / "ref.onnx").unlink()
    for arguments in ((), ("-n", "1")):
        ran = repository.run("golden", *arguments)
        assert ran.code == 1
        assert "FAILED parity: not one element was compared (cells: 1)" in ran.text


@pytest.mark.slow
def test_a_budget_leaves_the_boundary_feeds_as_they_are(pair: Repository) -> None:
    ran = pair.run("golden", "--parity-budget=1e-9", "--parity-profile=ci")
    assert ran.code == 1
    assert (ran.status(HEALTHY), ran.status(BROKEN)) == ("passed", "failed")
    result = ran.cells[HEALTHY]["result"]
    assert result["examples"] == result["boundary"] > 0


@pytest.mark.slow
def test_a_defect_of_the_harness_fails_its_cell_with_one_line(pair: Repository) -> None:
    (pair.root / "conftest.py").write_text(
        "import parity.gate.run as run\n"
        "verify = run.verify\n"
        "def fail(request, *args, **kwargs):\n"
        "    if 'broken' in str(request.candidate.model.program):\n"
        "        raise RuntimeError('out of\\npaper')\n"
        "    return verify(request, *args, **kwargs)\n"
        "run.verify = fail\n"
    )
    ran = pair.run("golden")
    assert ran.code == 1
    line = "internal error: RuntimeError: out of paper; --full-trace shows where"
    assert (ran.status(BROKEN), ran.reason(BROKEN)) == ("error", line)
    assert ran.status(HEALTHY) == "passed"
    assert line in ran.text
    assert "Traceback" not in ran.text
    assert "conftest.py:5: RuntimeError" in pair.run("golden", "--full-trace").text


@pytest.mark.slow
def test_runxfail_excuses_nothing(repository: Repository) -> None:
    repository.case("expected", tagger(broken_id=37), rest=XFAIL)
    assert repository.run("golden").code == 0
    assert repository.run("golden", "--runxfail").code == 1


def test_cells_of_a_case_share_one_reference(repository: Repository) -> None:
    repository.case("many", tagger(), rest="[inputs.long]\nmax_length = 20\nexamples = 20")
    (repository.root / "conftest.py").write_text(
        "from parity.workers.worker import Worker\n"
        "start = Worker.start\n"
        "def count(self):\n"
        "    if self.engine != 'noise':\n"
        "        with open('started', 'a') as file:\n"
        "            file.write(self.model.program.name + '\\n')\n"
        "    start(self)\n"
        "Worker.start = count\n"
    )
    ran = repository.run("golden")
    assert ran.code == 0, ran.text
    assert len(ran.cells) == 2
    started = (repository.root / "started").read_text().split()
    assert sorted(started) == ["cand.onnx", "cand.onnx", "ref.onnx"]


def test_a_cell_can_be_named_and_runs_once(pair: Repository) -> None:
    node = f"golden/healthy/case.toml::{HEALTHY}"
    ran = pair.run(node, "golden/healthy", node)
    assert ran.code == 0, ran.text
    assert list(ran.cells) == [HEALTHY]
    assert "1 passed in" in ran.text


def test_other_projects_notice_nothing(repository: Repository) -> None:
    """A case.toml of somebody else's is left alone, and nothing heavy is imported."""
    (repository.root / "data" / "x").mkdir(parents=True)
    (repository.root / "data" / "x" / "case.toml").write_text('[package]\nname = "x"\n')
    (repository.root / "test_own.py").write_text(
        "import sys\n"
        "def test_own():\n"
        "    heavy = {'paddle', 'onnx', 'onnxruntime', 'numpy', 'rich', 'tokenizers'}\n"
        "    assert not heavy & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *PLUGIN, "-p", "no:anyio", "-W", "error"],
        cwd=repository.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    assert "parity on" not in done.stdout


@pytest.mark.slow
def test_the_package_folder_of_a_checkout_stands_for_its_cases(repository: Repository) -> None:
    repository.case("healthy", tagger())
    (repository.root / "parity").symlink_to(ROOT / "parity")
    for arguments in ((), ("-n", "1")):
        ran = repository.run("parity/", *arguments, path=repository.root)
        assert ran.code == 0, ran.text
        assert list(ran.cells) == [HEALTHY]


@pytest.mark.slow
def test_a_case_whose_name_pytest_passes_over_runs_as_well(repository: Repository) -> None:
    repository.case("build", tagger())
    assert list(repository.run("golden").cells) == ["build[file-fp32-short]"]
    assert repository.run("golden", "--ignore=golden/build").code == 5


def test_ctrl_c_leaves_no_worker(repository: Repository) -> None:
    repository.case("slow", tagger())
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *PLUGIN, "golden", "--parity-examples=100000"],
        cwd=repository.root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PARITY_CACHE": str(repository.cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=as_usual,
    )
    try:
        children = _children(process.pid)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 2, said
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []


def _children(pid: int) -> list[psutil.Process]:
    """Both workers, once they run."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found: list[psutil.Process] = psutil.Process(pid).children(recursive=True)
        if len(found) >= 2:
            time.sleep(1)
            return found
        time.sleep(0.05)
    raise AssertionError("no workers")


@pytest.mark.slow
def test_figures_are_plain_json(pair: Repository) -> None:
    pair.run("golden")
    report = json.loads((pair.root / "report.json").read_text())
    assert report["schema"] == 1
    assert report["passed"] is False
    assert {"profile", "seed", "environment", "totals", "cells"} <= report.keys()


def test_the_page_has_every_option(repository: Repository) -> None:
    said = repository.run("--help").text
    options = set(re.findall(r"^  (--parity-[a-z-]+)", said, re.MULTILINE))
    assert len(options) == 21
    page = (ROOT / "docs" / "ci.md").read_text()
    assert sorted(o for o in options if not re.search(f"`{o}[ `]", page)) == []
