"""The gate in parts: each cell in one of them, whatever the machine."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from parity.case import load
from parity.errors import UsageError
from parity.gate.cells import cells
from parity.gate.identity import identity
from parity.gate.shard import Shard, from_bazel, shard_of
from parity.report.gated.document import timeless
from tests.gate.repository import Ran, Repository
from tests.verify.conftest import tagger

MORE = "[inputs.long]\nmax_length = 16\nexamples = 5\n[inputs.more]\nmax_length = 14\nexamples = 5"


def test_a_part_is_written_as_people_do() -> None:
    assert shard_of(" 3/8 ") == Shard(3, 8)
    assert str(shard_of("1/1")) == "1/1"


@pytest.mark.parametrize("text", ["", "3", "0/8", "9/8", "-1/8", "a/b", "1/0", "1/8/2", "1/200000"])
def test_other_parts_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--parity-shard"):
        shard_of(text)


def test_bazel_counts_from_nought() -> None:
    assert from_bazel({"TEST_TOTAL_SHARDS": "4", "TEST_SHARD_INDEX": "0"}) == Shard(1, 4)
    assert from_bazel({}) is None
    with pytest.raises(UsageError, match="TEST_SHARD_INDEX"):
        from_bazel({"TEST_TOTAL_SHARDS": "4", "TEST_SHARD_INDEX": "4"})
    with pytest.raises(UsageError, match="TEST_SHARD_INDEX"):
        from_bazel({"TEST_TOTAL_SHARDS": "4"})


def test_a_cell_is_in_one_part_and_stays_there(repository: Repository, tmp_path: Path) -> None:
    one = repository.case("one", tagger(), rest=MORE)
    ids = [identity(cell) for cell in cells(load(one), engine=None)]
    assert len(set(ids)) == 3
    for count in (1, 2, 7):
        parts = [[i for i in ids if Shard(n, count).holds(i)] for n in range(1, count + 1)]
        assert sorted(i for part in parts for i in part) == sorted(ids)
    elsewhere = Repository(tmp_path / "elsewhere").case("one", tagger(), rest=MORE)
    assert [identity(cell) for cell in cells(load(elsewhere), engine=None)] == ids


def test_what_is_declared_makes_another_cell(repository: Repository) -> None:
    (cell,) = cells(load(repository.case("one", tagger())), engine=None)
    case = cell.case
    others = [
        replace(cell, opset=14),
        replace(cell, precision="int8"),
        replace(cell, engine="fake"),
        replace(cell, inputs=replace(cell.inputs, max_length=13)),
        replace(cell, case=replace(case, candidate="other.onnx")),
        replace(cell, case=replace(case, reference=replace(case.reference, sha256="0" * 64))),
    ]
    assert len({identity(c) for c in (cell, *others)}) == 1 + len(others)


def report(repository: Repository) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((repository.root / "report.json").read_text())
    return read


def part_of(repository: Repository, index: int, count: int, *words: str) -> Ran:
    return repository.run("golden", f"--parity-shard={index}/{count}", *words)


@pytest.mark.slow
def test_each_cell_is_run_by_one_part(repository: Repository) -> None:
    repository.case("one", tagger(), rest=MORE)
    (repository.case("wrong", tagger()) / "case.toml").write_text("sumary = 1\n")
    ran = [part_of(repository, n, 2) for n in (1, 2)]
    names = sorted(name for r in ran for name in r.cells)
    assert names == [
        "one[file-fp32-long]", "one[file-fp32-more]", "one[file-fp32-short]", "wrong[case]",
    ]  # fmt: skip
    made = report(repository)
    assert made["shard"] == {"index": 2, "count": 2}
    assert sorted(c["cell"] for c in made["selection"]["cells"]) == names
    assert "shard 2/2" in ran[1].text


@pytest.mark.parametrize(
    "workers", [(), pytest.param(("-n", "1"), marks=pytest.mark.slow)], ids=["here", "xdist"]
)
def test_a_part_without_a_cell_says_so_and_is_no_failure(
    repository: Repository, workers: tuple[str, ...]
) -> None:
    (cell,) = cells(load(repository.case("one", tagger())), engine=None)
    empty = next(n for n in (1, 2) if not Shard(n, 2).holds(identity(cell)))
    ran = part_of(repository, empty, 2, *workers)
    assert ran.code == 0, ran.text
    assert f"shard {empty}/2 has none of the 1 cells" in ran.text
    made = report(repository)
    assert (made["passed"], made["cells"]) == (False, [])
    assert [c["cell"] for c in made["selection"]["cells"]] == [cell.name]


def test_all_in_one_part_is_held_to_what_a_whole_gate_is(repository: Repository) -> None:
    repository.case("one", tagger())
    ran = part_of(repository, 1, 1, "-k", "none")
    assert ran.code != 0
    assert "all were deselected" in ran.text


@pytest.mark.slow
def test_what_is_deselected_is_in_no_part(repository: Repository) -> None:
    repository.case("one", tagger(), rest=MORE)
    for n in (1, 2):
        part_of(repository, n, 2, "-k", "short")
        assert [c["cell"] for c in report(repository)["selection"]["cells"]] == [
            "one[file-fp32-short]"
        ]
        left = ["one[file-fp32-long]", "one[file-fp32-more]"]
        assert report(repository)["selection"]["left_out"] == left


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (("golden",), []),
        (("golden/one/case.toml::one[file-fp32-short]",), ["long", "more"]),
    ],
)
def test_what_somebody_chose_not_to_run_is_named(
    repository: Repository, words: tuple[str, ...], left: list[str]
) -> None:
    repository.case("one", tagger(), rest=MORE)
    repository.run(*words)
    made = report(repository)["selection"]
    assert made["left_out"] == [f"one[file-fp32-{name}]" for name in left]


@pytest.mark.slow
def test_bazel_is_told_that_only_a_part_was_run(repository: Repository) -> None:
    repository.case("one", tagger())
    (repository.root / "test_own.py").write_text("def test_own(): pass\n")
    status = repository.root / "status"
    bazel = {
        "TEST_TOTAL_SHARDS": "2", "TEST_SHARD_INDEX": "1", "TEST_SHARD_STATUS_FILE": str(status),
    }  # fmt: skip
    repository.run("test_own.py", environment=bazel)
    assert not status.exists()
    repository.run("golden", environment=bazel)
    assert status.exists()
    assert report(repository)["shard"] == {"index": 2, "count": 2}


@pytest.mark.slow
def test_a_hook_that_takes_a_cell_out_is_told_by_the_part_that_has_it(
    repository: Repository,
) -> None:
    repository.case("one", tagger(), rest=MORE)
    (repository.root / "conftest.py").write_text(
        "def pytest_collection_modifyitems(items):\n"
        "    items[:] = [i for i in items if 'short' not in i.name]\n"
    )
    ran = [part_of(repository, n, 2, "--require-all") for n in (1, 2)]
    (told,) = (r for r in ran if "one[file-fp32-short]" in r.cells)
    assert told.status("one[file-fp32-short]") == "not run"
    assert told.code == 1


@pytest.mark.slow
def test_the_json_is_the_same_with_workers(repository: Repository) -> None:
    repository.case("one", tagger(), rest=MORE)
    repository.case("other", tagger())
    repository.run("golden")
    alone = report(repository)
    repository.run("golden", "-n", "2")
    together = report(repository)
    # Processes that share a machine have fewer threads each, which the JSON says.
    for made in (alone, together):
        del made["digest"]
        for one in made["cells"]:
            for side in ("reference", "candidate"):
                one["result"][side]["options"].pop("threads")
    assert timeless(together) == timeless(alone)
