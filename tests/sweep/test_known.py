"""What is known is held both ways."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from parity.api.measuring.sweeping import Sweep
from parity.errors import CaseError, ExportError, UsageError
from parity.report.document import dumps
from parity.report.sweep import pages, text
from parity.report.sweep.document import document
from parity.sweep import noted
from parity.sweep.against import against
from parity.sweep.asked import named, opsets, spans
from parity.sweep.known import FOLDER, Held, hold, load
from parity.sweep.row import PADDLE, Row, Status
from tests.schemas.test_documents import problems

NET, OTHER = "reduces/norm-inf", "reduces/sum-all"
ENTRY = '[[known]]\nnets = ["reduces/norm-inf"]\nstatus = "values"\nreason = "p is dropped"\n'


def row(status: Status, net: str = NET, opset: int = 13) -> Row:
    return Row(net, "paddle2onnx", opset, status, opset, "why", elements=3)


def known(folder: Path, entry: str = ENTRY) -> Path:
    (folder / "paddle2onnx.toml").write_text(entry)
    return folder


def test_a_defect_as_it_is_known_passes(tmp_path: Path) -> None:
    held = hold([row("values"), row("right", OTHER)], load(known(tmp_path)))
    assert held.passed
    assert len(held.told) == 1


@pytest.mark.parametrize("status", ["values", "refused", "unjudged", "aborts"])
def test_a_new_one_fails(tmp_path: Path, status: Status) -> None:
    held = hold([row("values"), row(status, OTHER)], load(known(tmp_path)))
    assert not held.passed
    assert [r.net for r in held.new] == [OTHER]


@pytest.mark.parametrize("status", ["right", "upgraded"])
def test_one_that_is_gone_fails(tmp_path: Path, status: Status) -> None:
    held = hold([row(status)], load(known(tmp_path)))
    assert not held.passed
    assert [r.net for r, _ in held.gone] == [NET]


def test_wrong_in_another_way_is_new(tmp_path: Path) -> None:
    assert not hold([row("shape")], load(known(tmp_path))).passed


def test_what_comes_and_goes_is_known_as_such(tmp_path: Path) -> None:
    """Memory that nobody wrote to may happen to hold what is right."""
    entry = ENTRY.replace('"values"', '["right", "unrepeatable"]')
    entries = load(known(tmp_path, entry))
    assert hold([row("right")], entries).passed
    assert hold([row("unrepeatable")], entries).passed
    assert not hold([row("values")], entries).passed
    noted.write(tmp_path, hold([row("right")], entries), {})
    assert load(tmp_path)[0].status == {"right", "unrepeatable"}


def test_an_entry_speaks_of_its_opsets_only(tmp_path: Path) -> None:
    entries = load(known(tmp_path, ENTRY + 'opset = "7-12"\n'))
    assert not hold([row("values")], entries).passed
    assert hold([row("values", opset=11)], entries).passed


@pytest.mark.parametrize(
    "entry",
    [
        ENTRY.replace("norm-inf", "norm-infinite"),
        ENTRY.replace('"values"', '"wrong"'),
        ENTRY.replace('"values"', '"right"'),
        ENTRY.replace('"values"', '["right", "upgraded"]'),
        ENTRY.replace("reason", "because"),
        ENTRY.replace('"p is dropped"', '""'),
        ENTRY.replace("[[known]]", "[[knwon]]"),
        "[[known]\n",
    ],
)
def test_a_file_that_is_wrong_is_refused(tmp_path: Path, entry: str) -> None:
    with pytest.raises(CaseError, match=r"paddle2onnx\.toml"):
        load(known(tmp_path, entry))


def test_a_cell_that_is_spoken_of_twice_is_refused(tmp_path: Path) -> None:
    """The second would hide behind the first, stale or not."""
    other = ENTRY.replace('"values"', '"shape"') + 'opset = "13"\n'
    with pytest.raises(CaseError, match=r"number 2: reduces/norm-inf at opset 13 is in .*number 1"):
        load(known(tmp_path, ENTRY + other))
    apart = ENTRY + 'opset = "11"\n' + other
    assert len(load(known(tmp_path, apart))) == 2


def test_a_file_of_no_exporter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "paddel2onnx.toml").write_text(ENTRY)
    with pytest.raises(CaseError, match="paddle2onnx"):
        load(tmp_path)


def test_what_is_written_down_holds_the_next_run_and_keeps_words(tmp_path: Path) -> None:
    rows = [row("values"), row("unrepeatable", OTHER), row("values", opset=11)]
    first = hold(rows, load(known(tmp_path)))
    noted.write(tmp_path, first, {"paddle2onnx": "2.1.0"})
    entries = load(tmp_path)
    assert hold(rows, entries).passed
    assert "p is dropped" in {k.reason for k in entries}
    assert not hold([row("right"), *rows[1:]], entries).passed


def test_what_is_known_at_another_opset_is_known_by_the_same_words(tmp_path: Path) -> None:
    """The same figures are the same defect; other ones may be another."""
    alike = [row("values", opset=opset) for opset in (7, 8, 9, 13)]
    other = replace(row("values", opset=16), reason="feed 2: off 3")
    refused = [replace(row("refused", OTHER, o), reason=f"no opset {o}") for o in (11, 12, 13)]
    entries = ENTRY + 'opset = "13"\n' + ENTRY.replace(NET, OTHER).replace("values", "refused")
    entries += 'opset = "13"\n'
    rows = [*alike, other, *refused]
    noted.write(tmp_path, hold(rows, load(known(tmp_path, entries))), {})
    written = (tmp_path / "paddle2onnx.toml").read_text("utf-8")
    told = {(*k.nets, k.reason): {*(k.opset or ())} for k in load(tmp_path)}
    assert told == {
        (NET, "p is dropped"): {7, 8, 9, 13},
        (NET, "other values than Paddle's plain kernels"): {16},
        (OTHER, "p is dropped"): {11, 12, 13},
    }
    assert 'opset = "7-9,13"' in written
    assert hold(rows, load(tmp_path)).passed


@pytest.mark.parametrize(
    ("found", "said"),
    [((), ""), ((0,), ""), ((13,), "13"), ((9, 7, 8), "7-9"), ((7, 8, 10, 12, 13), "7-8,10,12-13")],
)
def test_opsets_are_said_shortly_and_read_again(found: tuple[int, ...], said: str) -> None:
    assert spans(found) == said
    assert not said or opsets(said) == tuple(sorted(found))


def test_who_reads_no_net_or_is_not_there_is_refused_before_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert named(("paddle2onnx", "paddle2onnx")) == ("paddle2onnx",)
    with pytest.raises(UsageError, match=r"exporter torch: doesn't read Paddle 3's \.json"):
        named(("torch",))

    def missing(interpreter: object) -> str:
        raise ExportError("p2o isn't installed: pip install p2o")

    monkeypatch.setattr("parity.exports.p2o._program", missing)
    with pytest.raises(ExportError, match="p2o isn't installed"):
        named(("paddle2onnx", "p2o"))


def test_the_shipped_ones_are_well_formed() -> None:
    found = load(Path(__file__).parents[2] / FOLDER)
    assert len(found) > 20
    assert {k.exporter for k in found} == {"paddle2onnx", "p2o", "paddle"}


def test_where_nothing_is_known_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [row("values")]
    assert "nothing is known here: no golden/sweep" in text.totals(rows, hold(rows, load(FOLDER)))
    with pytest.raises(CaseError, match="no such folder of what is known"):
        load(tmp_path / "none")
    assert "nothing is known" not in text.totals(rows, hold(rows, load(known(tmp_path))))


def test_an_earlier_run_beside_this_one(tmp_path: Path) -> None:
    before = [row("values"), row("right", OTHER), row("aborts", opset=11), row("right", opset=7)]
    held = hold(before, [])
    made = document(before, held, {}, seed=0, compared=None, partial=False)
    assert problems("sweep", made) == []
    old = tmp_path / "old.json"
    old.write_text(dumps(made))
    now = [row("right"), row("shape", OTHER), row("fails", opset=11), row("values", opset=16)]
    found = against(now, old)
    assert [len(c) for c in (found.fixed, found.broken, found.other)] == [1, 1, 1]
    assert (found.same, found.added, found.missing) == (0, 1, 1)
    assert text.changes(found)[-1].startswith("1 fixed, 1 broken, 1 otherwise wrong")
    later = document(now, held, {}, seed=0, compared=found, partial=True)
    assert problems("sweep", json.loads(dumps(later))) == []
    assert later["passed"] is False


@pytest.mark.parametrize(
    ("was", "now", "passed"),
    [("right", "right", True), ("values", "right", True), ("values", "aborts", True),
     ("right", "values", False), ("upgraded", "refused", False)],
)  # fmt: skip
def test_what_got_worse_since_fails(
    tmp_path: Path, was: Status, now: Status, *, passed: bool
) -> None:
    old = tmp_path / "old.json"
    known = ({"net": NET, "exporter": "paddle2onnx", "opset": 13, "status": was},
             {"net": NET, "exporter": PADDLE, "opset": 0, "status": "right"})  # fmt: skip
    old.write_text(dumps({"rows": list(known)}))
    held = Held((), (), ())
    itself = replace(row("right"), exporter=PADDLE, opset=0)  # is in every run
    rows, others = (itself, row(now)), (itself, row("right", opset=11))
    assert Sweep(rows, held, {}, 0).passed
    assert Sweep(rows, held, {}, 0, against(rows, old)).passed is passed
    nothing = against(others, old)
    assert not Sweep(others, held, {}, 0, nothing).passed
    assert "nothing could have got worse" in text.changes(nothing)[-1]


def test_another_file_is_no_earlier_run(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")
    for name in ("other.json", "none.json"):
        with pytest.raises(UsageError, match="--against"):
            against([row("right")], tmp_path / name)


def test_pages_show_what_is_wrong() -> None:
    rows = [row("values"), row("right", OTHER)]
    held = hold(rows, [])
    assert "| reduces/norm-inf | paddle2onnx 13 | values |" in pages.markdown(rows, held, {})
    page = pages.page(rows, {"paddle2onnx": "<2.1>"})
    assert "&lt;2.1&gt;" in page
    assert 'title="reduces/norm-inf: values">0/1' in page
    assert text.lines(held)[0].startswith("new: reduces/norm-inf by paddle2onnx at opset 13")
    every = [row("values", opset=opset) for opset in (7, 8, 9, 13)]
    other = replace(row("values", opset=16), reason="feed 2: off 3")
    held = hold([*every, other], [])
    assert "| paddle2onnx 7-9,13 | values | why |" in pages.markdown([*every, other], held, {})
    assert text.lines(held) == [
        "new: reduces/norm-inf by paddle2onnx at opset 7-9,13: values: why",
        "new: reduces/norm-inf by paddle2onnx at opset 16: values: feed 2: off 3",
    ]
