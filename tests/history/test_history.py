"""What got worse is told with its day and versions, and what can't be read is named."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from parity.cli.records.history import history
from parity.gate.shard import Shard
from tests.records.made import FINISHED, cell, gate, save

ENVIRONMENT = {"python": "3.11", "system": "Linux", "cpu": "a CPU", "cpu_flags": []}


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(history, [str(w) for w in words], standalone_mode=False)
    if done.exception is not None:
        return 2, str(done.exception)
    return done.return_value, done.output


def put(
    folder: Path, day: int, cells: list[dict[str, Any]], ort: str = "1.22.0", **how: Any
) -> Path:
    environment = {**ENVIRONMENT, "versions": {"onnxruntime": ort}}
    made = gate(cells, finished=FINISHED + timedelta(days=day), environment=environment, **how)
    return save(made, folder / f"day{day}.json")


def test_what_stays_good_is_no_news(tmp_path: Path) -> None:
    for day in range(3):
        put(tmp_path, day, [cell("lac", off=1e-6 * (1 + day / 10))])
    assert run(tmp_path) == (0, "3 runs, 1 cells, 0 of them worse now\n")


def test_what_fails_since_is_told_with_its_versions(tmp_path: Path) -> None:
    put(tmp_path, 0, [cell("lac"), cell("ner")])
    put(tmp_path, 1, [cell("lac"), cell("ner", status="failed", off=1.0)], ort="1.23.0")
    put(tmp_path, 2, [cell("lac"), cell("ner", status="failed", off=1.0)], ort="1.23.0")
    code, said = run(tmp_path, "--json", tmp_path / "h.json", "--markdown", tmp_path / "h.md")
    assert code == 1
    assert "ner[opset13-fp32-short]: passed, then failed, since 2026-11-27" in said
    assert "day1.json (onnxruntime 1.22.0 -> 1.23.0)" in said
    told = json.loads((tmp_path / "h.json").read_text())
    assert [c["worse_now"] for c in told["cells"]] == [False, True]
    rows = (tmp_path / "h.md").read_text().splitlines()
    assert rows[4].startswith("| ner")
    assert run(tmp_path, "--json", tmp_path / "h.json")[0] == 1  # its own page is no gate


@pytest.mark.parametrize(("off", "code"), [(1.9e-6, 0), (2.1e-6, 1), (float("nan"), 1)])
def test_what_is_much_further_off_is_worse(tmp_path: Path, off: float, code: int) -> None:
    put(tmp_path, 0, [cell("lac", off=1e-6)])
    put(tmp_path, 1, [cell("lac", off=off)])
    assert run(tmp_path)[0] == code


def test_what_creeps_is_seen_against_the_best(tmp_path: Path) -> None:
    for day in range(8):
        put(tmp_path, day, [cell("lac", off=1e-6 * 1.5**day)])
    assert run(tmp_path)[0] == 1


@pytest.mark.parametrize(("elements", "code"), [(50, 0), (49, 1), (0, 1)])
def test_a_pass_for_which_far_less_was_compared_is_worse(
    tmp_path: Path, elements: int, code: int
) -> None:
    put(tmp_path, 0, [cell("lac")])
    put(tmp_path, 1, [cell("lac", elements=elements)])
    found, said = run(tmp_path)
    assert found == code
    assert (f"100 numbers compared, then {elements}" in said) == bool(code)
    put(tmp_path, 2, [cell("lac", off=5e-7, elements=elements)])
    assert run(tmp_path)[0] == code  # its own newest is its best by now


def test_what_shrinks_little_by_little_is_told_too(tmp_path: Path) -> None:
    for day, elements in enumerate((100, 60, 40)):
        put(tmp_path, day, [cell("lac", elements=elements)])
    code, said = run(tmp_path, "--json", tmp_path / "h.json")
    assert code == 1
    assert "lac[opset13-fp32-short]: 100 numbers compared, then 40, since 2026-11-28" in said
    told = json.loads((tmp_path / "h.json").read_text())["cells"][0]
    assert [point["elements"] for point in told["points"]] == [100, 60, 40]


def test_what_was_mended_is_told_and_not_held_against_it(tmp_path: Path) -> None:
    put(tmp_path, 0, [cell("lac")])
    put(tmp_path, 1, [cell("lac", status="failed", off=1.0)])
    put(tmp_path, 2, [cell("lac")])
    code, said = run(tmp_path)
    assert code == 0
    assert "passed, then failed" in said


def test_a_cell_that_is_gone_is_worse(tmp_path: Path) -> None:
    put(tmp_path, 0, [cell("lac"), cell("ner")])
    put(tmp_path, 1, [cell("lac")])
    code, said = run(tmp_path)
    assert code == 1
    assert "ner[opset13-fp32-short]: not in the newest run" in said


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    put(tmp_path, 0, [cell("lac")])
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_text('{"name": "somebody\'s"}')
    put(tmp_path, 1, [cell("lac")], shard=Shard(1, 1))
    put(tmp_path, 2, [cell("lac")], partial=True)
    path = put(tmp_path, 3, [cell("lac")])
    path.write_text(path.read_text().replace('"passed": true', '"passed": false', 1))
    code, said = run(tmp_path)
    assert code == 2
    for told in ("a.json: is damaged", "b.json: isn't of parity", "day1.json: is part 1/1",
                 "day2.json: is partial", "day3.json: is damaged or was edited"):  # fmt: skip
        assert told in said


def test_a_folder_without_a_gate_is_refused(tmp_path: Path) -> None:
    code, said = run(tmp_path)
    assert code == 2
    assert "no JSON of a gate here" in said
