"""The page as commands write it: whole, of this run, and in nobody's way."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from parity.cli.check import check
from parity.cli.show import show
from tests.gate.repository import TASK, Repository
from tests.page.read import read, wrong
from tests.verify.conftest import Bench, tagger

QUICK = ("--max-examples", "1", "--max-length", "8", "--shrink-budget", "5",
         "--explain-budget", "0")  # fmt: skip


def run(command: click.Command, *words: object) -> tuple[int, str]:
    """Exit code, or the error in a line."""
    done = CliRunner().invoke(command, [str(w) for w in words], standalone_mode=False)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return 2, str(done.exception)
    return int(done.return_value or 0), done.output


def test_check_writes_its_page_and_show_the_same(bench: Bench, tmp_path: Path) -> None:
    page, report, again = (tmp_path / n for n in ("p.html", "r.json", "again.html"))
    broken = bench.save("broken", tagger(broken_id=37))
    bundle = tmp_path / "evidence"
    options = (*QUICK, "--reference", bench.healthy, "--html", page, "--json", report)
    code, _ = run(check, broken, *options, "--bundle", bundle)
    assert code == 1
    document = json.loads(report.read_text())
    assert wrong(page.read_text(), document) == []
    assert 'class="verdict bad"' in page.read_text()
    assert "repro.py" in read(page.read_text()).text
    assert run(show, bundle, "--html", again)[0] == 0
    assert "repro.py" in read(again.read_text()).text
    assert wrong(again.read_text(), json.loads((bundle / "report.json").read_text())) == []
    # The next run's page replaces it, with what is fixed since.
    code, _ = run(check, bench.twin, *options, "--baseline", report)
    assert code == 0
    text = page.read_text()
    assert 'class="verdict good"' in text
    assert "fixed" in read(text).text


def test_a_run_that_fails_leaves_no_page_of_an_earlier_one(bench: Bench, tmp_path: Path) -> None:
    page = tmp_path / "p.html"
    options = (*QUICK, "--reference", bench.healthy, "--html", page)
    assert run(check, bench.twin, *options)[0] == 0
    assert 'class="verdict good"' in page.read_text()
    code, error = run(check, tmp_path / "gone.onnx", *options)
    assert code == 2
    assert "gone.onnx" in error
    assert 'class="verdict unsure"' in page.read_text()
    assert "gone.onnx" in read(page.read_text()).text


def test_nobodys_file_is_replaced(tmp_path: Path) -> None:
    report, page = tmp_path / "r.json", tmp_path / "p.html"
    report.write_text('{"schema": 1, "made_by": "parity 0.1.0", "passed": null}')
    page.write_text("mine")
    code, error = run(show, report, "--html", page)
    assert (code, "is no report of parity's" in error) == (2, True)
    assert page.read_text() == "mine"
    assert run(show, report, "--html", tmp_path)[0] == 2
    assert run(show, report, "--html", "-")[0] == 2
    assert run(show, report, "--baseline", report)[0] == 2
    page.unlink()
    assert run(show, report, "--html", page, "--baseline", tmp_path / "gone.json")[0] == 2
    assert 'class="verdict good"' not in page.read_text() if page.exists() else True


@pytest.mark.slow
def test_the_gates_page(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.record(repository.case("well", tagger(), TASK))
    ran = repository.run("golden", "--parity-examples=1", "--parity-html=out/page.html")
    assert ran.code == 0, ran.text
    page = (repository.root / "out" / "page.html").read_text()
    assert wrong(page, json.loads((repository.root / "report.json").read_text())) == []
    assert 'class="verdict good"' in page
    ran = repository.run("golden", "--parity-baseline=report.json")
    assert ran.code != 0
    assert "--parity-baseline without --parity-html" in ran.text


def test_a_document_without_a_run_is_shown_at_the_terminal(tmp_path: Path) -> None:
    lints = [
        {"kind": "k", "level": "note", "node": f"n{i}", "message": f"said {i}\x1b[0m",
         "way_out": "w" * 300}
        for i in range(10)
    ]  # fmt: skip
    document = {"schema": 1, "made_by": "parity 0.1.0", "model": "a/b.onnx", "lints": lints}
    (tmp_path / "l.json").write_text(json.dumps(document))
    code, told = run(show, tmp_path / "l.json")
    assert code == 0
    assert "lints: 10" in told
    assert "note, n0, said 0" in told
    assert "… and 2 more; --html FILE has them" in told
    assert "\x1b" not in told
    assert "w" * 101 not in told
