"""Parts make the gate that one machine would have written, or none, with every reason."""

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from parity.cli.records.merge import merge
from parity.gate.shard import Shard
from parity.report.gated.document import digest, timeless
from tests.records.made import FINISHED, cell, gate, save

CELLS = [cell(case, opset) for case in ("lac", "ner", "ocr") for opset in (11, 13)]


def parts(folder: Path, count: int = 3, cells: Any = CELLS, **more: Any) -> list[Path]:
    return [
        save(gate(cells, shard=Shard(n, count), **more), folder / f"{n}.json")
        for n in range(1, count + 1)
    ]


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(merge, [str(w) for w in words], standalone_mode=False)
    if done.exception is not None:
        return 2, str(done.exception)
    return done.return_value, done.output


def edited(path: Path, edit: Callable[[dict[str, Any]], None], *, signed: bool = True) -> None:
    document = json.loads(path.read_text())
    edit(document)
    if signed:
        document["digest"] = digest(document)
    path.write_text(json.dumps(document))


def test_parts_make_what_one_machine_writes(tmp_path: Path) -> None:
    code, said = run(*parts(tmp_path), "--json", tmp_path / "whole.json")
    assert code == 0, said
    made = json.loads((tmp_path / "whole.json").read_text())
    alone = json.loads(save(gate(CELLS), tmp_path / "alone.json").read_text())
    assert timeless(made) == timeless(alone)
    assert made["digest"] == alone["digest"]
    assert list(made) == list(alone)
    assert "6 passed; 600 elements compared" in said


def test_cells_of_one_graph_are_told_once(tmp_path: Path) -> None:
    same = [cell("lac", opset, content="g") for opset in range(7, 15)]
    code, said = run(*parts(tmp_path, cells=same), "--json", tmp_path / "whole.json")
    assert code == 0, said
    made = json.loads((tmp_path / "whole.json").read_text())
    assert [c["same_as"] for c in made["cells"]] == [None, *["lac[opset7-fp32-short]"] * 7]
    assert made["totals"] == "8 passed; 100 elements compared, 1 ties"


def test_runs_of_one_graph_that_came_out_differently_both_stay(tmp_path: Path) -> None:
    one, other = cell("lac", 11, content="g"), cell("lac", 13, content="g", off=2e-6)
    code, _ = run(*parts(tmp_path, cells=[one, other]), "--json", tmp_path / "whole.json")
    made = json.loads((tmp_path / "whole.json").read_text())
    assert code == 0
    assert [c["same_as"] for c in made["cells"]] == [None, None]


def test_a_cell_that_fails_in_a_part_fails_the_whole(tmp_path: Path) -> None:
    cells = [*CELLS[:-1], cell("ocr", 13, status="failed", off=1.0)]
    code, said = run(*parts(tmp_path, cells=cells), "--json", tmp_path / "whole.json")
    assert code == 1
    assert "ocr[opset13-fp32-short]: failed: is off" in said
    assert not json.loads((tmp_path / "whole.json").read_text())["passed"]


def test_a_whole_that_compared_nothing_fails(tmp_path: Path) -> None:
    cells = [cell(case, status="not run") for case in ("lac", "ner")]
    code, said = run(*parts(tmp_path, cells=cells))
    assert code == 1
    assert "not one element was compared" in said


def test_what_was_required_of_the_parts_is_of_the_whole(tmp_path: Path) -> None:
    cells = [*CELLS, cell("new", status="not run")]
    made = parts(tmp_path, cells=cells)
    assert run(*made)[0] == 0
    for path in made:
        edited(path, lambda d: d["selection"]["asked"].update(require_all=True))
    assert run(*made)[0] == 1


def test_a_part_without_a_cell_is_said(tmp_path: Path) -> None:
    code, said = run(*parts(tmp_path, count=40))
    assert code == 0, said
    assert "has no cell" in said


def test_the_first_part_to_end_dates_the_whole(tmp_path: Path) -> None:
    made = parts(tmp_path)
    later = gate(CELLS, shard=Shard(1, 3), finished=FINISHED + timedelta(days=3))
    save(later, made[0])
    run(*made, "--json", tmp_path / "whole.json")
    whole = json.loads((tmp_path / "whole.json").read_text())
    assert whole["finished"] == FINISHED.isoformat()


def other(key: str, value: object) -> Callable[[dict[str, Any]], None]:
    def edit(document: dict[str, Any]) -> None:
        *path, last = key.split(".")
        inner = document
        for step in path:
            inner = inner[step]
        inner[last] = value

    return edit


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (other("selection.commit", "e" * 40), "another commit"),
        (other("environment.versions.onnxruntime", "1.23.0"), "onnxruntime: 1.23.0, not 1.22.0"),
        (other("environment.python", "CPython 3.12.1"), "another python"),
        (other("made_by", "parity 9"), "another version of parity"),
        (other("profile", "dev"), "another profile"),
        (other("seed", 1), "another seed"),
        (other("selection.asked.opsets", [11]), "opsets: [11], not []"),
        (other("selection.cases.lac", "0" * 64), "another text or golden of the cases"),
        (lambda d: d["selection"]["cells"].pop(), "another cells"),
        (other("settings", [{"key": "opset", "value": "11", "file": "x"}]), "another settings"),
        (other("partial", True), "is partial"),
        (other("shard", None), "is a whole gate, and no part"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_what_is_mixed_is_refused(
    tmp_path: Path, edit: Callable[[dict[str, Any]], None], said: str
) -> None:
    made = parts(tmp_path)
    edited(made[1], edit)
    code, told = run(*made, "--json", tmp_path / "whole.json")
    assert code == 2
    assert said in told
    assert "2.json" in told
    assert not (tmp_path / "whole.json").exists()


def test_parts_of_two_references_are_refused(tmp_path: Path) -> None:
    """The case's text is the same on both machines, and what lies at its path isn't."""

    def another(document: dict[str, Any]) -> None:
        for one in document["cells"]:
            one["result"]["environment"]["hashes"]["ref/model.json"] = "f" * 64

    made = parts(tmp_path, count=2)
    edited(made[1], another)
    code, told = run(*made)
    assert code == 2
    assert "2.json: another reference of " in told
    assert "1.json: SHA-256 ffffffffffff…, not none" in told


def test_several_processors_are_told(tmp_path: Path) -> None:
    made = parts(tmp_path)
    edited(made[1], other("environment.cpu", "another CPU"))
    edited(made[1], other("environment.cpu_flags", ["avx2"]))
    code, said = run(*made, "--json", tmp_path / "whole.json")
    assert code == 0
    assert "several processors: a CPU; another CPU" in said
    whole = json.loads((tmp_path / "whole.json").read_text())["environment"]
    assert (whole["cpu"], whole["cpu_flags"]) == ("a CPU; another CPU", ["avx2"])


def test_a_part_that_is_left_out_is_missing(tmp_path: Path) -> None:
    code, said = run(*parts(tmp_path)[:2])
    assert code == 2
    assert "missing: shard 3/3" in said


def test_a_part_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    made = parts(tmp_path)
    code, said = run(*made, made[0])
    assert code == 2
    assert "shard 1/3 is there 2 times" in said


def _of_two(folder: Path) -> tuple[list[Path], Path]:
    """Parts, and one of them that has a cell."""
    made = parts(folder)
    return made, next(p for p in made if json.loads(p.read_text())["cells"])


def test_a_cell_that_no_part_has_is_missed(tmp_path: Path) -> None:
    made, some = _of_two(tmp_path)
    gone = json.loads(some.read_text())["cells"][0]["cell"]
    edited(some, lambda d: d["cells"].pop(0))
    code, said = run(*made)
    assert code == 2
    assert f"{gone}: is in none of the parts" in said


def test_a_cell_that_two_parts_have_is_refused(tmp_path: Path) -> None:
    made, some = _of_two(tmp_path)
    twice = copy.deepcopy(json.loads(some.read_text())["cells"][0])
    edited(next(p for p in made if p != some), lambda d: d["cells"].append(twice))
    code, said = run(*made)
    assert code == 2
    assert f"{twice['cell']}: is twice in" in said


def test_a_cell_that_nobody_asked_for_is_refused(tmp_path: Path) -> None:
    made = parts(tmp_path)
    edited(made[0], lambda d: d["cells"].append(cell("strange")))
    code, said = run(*made)
    assert code == 2
    assert "strange[opset13-fp32-short]: was never to be run" in said


def test_a_cell_in_another_part_than_its_own_is_refused(tmp_path: Path) -> None:
    made, some = _of_two(tmp_path)
    moved = json.loads(some.read_text())["cells"][0]
    edited(some, lambda d: d["cells"].pop(0))
    edited(next(p for p in made if p != some), lambda d: d["cells"].append(moved))
    code, said = run(*made)
    assert code == 2
    assert "belongs to another part" in said


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda p: p.write_text(p.read_text()[:-40]), "is damaged"),
        (lambda p: p.write_text(p.read_text().replace('"passed"', '"xfailed"', 1)), "damaged"),
        (lambda p: edited(p, lambda d: d["cells"].clear(), signed=False), "damaged or was edited"),
        (lambda p: p.write_text("{}"), "isn't of parity"),
        (lambda p: p.write_text("[" * 100_000), "is damaged"),
        (lambda p: p.unlink(), "can't be read"),
        (lambda p: edited(p, lambda d: d.pop("selection")), "parity matrix"),
        (lambda p: edited(p, lambda d: d.update(schema=2)), "has schema 2"),
        (lambda p: edited(p, lambda d: d["cells"].append({"cell": 1})), "is damaged"),
        (lambda p: edited(p, lambda d: d.update(finished="today")), "is damaged"),
        (lambda p: edited(p, lambda d: d.update(shard={"index": 1})), "is damaged"),
    ],
)
def test_a_part_that_is_damaged_is_refused(
    tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    made, some = _of_two(tmp_path)
    spoil(some)
    code, told = run(*made)
    assert code == 2
    assert said in told
    assert str(some) in told
