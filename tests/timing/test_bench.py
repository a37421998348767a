"""``parity bench`` with real engines on a small model: figures, what is left out, limits."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from parity import inputs
from parity.case import load
from parity.cli.main import parity
from parity.engines import Options
from parity.errors import CaseError, EngineError, ParityError, UsageError
from parity.model.artifact import resolve
from parity.timing.column import Setting, Timing
from parity.timing.rounds import Effort, peak
from parity.timing.run import bench_pair
from parity.verify.request import Request, Side
from tests.gate.repository import Repository
from tests.verify.conftest import tagger

SMALL = ("--length", "4", "--batch", "1", "--rounds", "2", "--warmup", "2")
JUDGED = ("--length", "64", "--batch", "32", "--rounds", "2", "--warmup", "2")
Document = dict[str, Any]


def command(*arguments: str) -> int:
    with parity.make_context("parity", list(arguments)) as context:
        return int(parity.invoke(context))


def timed(
    tmp_path: Path, rest: str = "", more: Sequence[str] = SMALL, head: str = 'summary = "a tagger"'
) -> tuple[int, Document]:
    case = Repository(tmp_path).case("tags", tagger(), head=head, rest=rest)
    text = (case / "case.toml").read_text().replace("max_length = 12", "max_length = 64")
    (case / "case.toml").write_text(text)
    out = tmp_path / "out.json"
    code = command("bench", str(case), "--engine", "ort", "--json", str(out), *more)
    return code, json.loads(out.read_text())


def kinds(document: Document) -> list[str]:
    findings = document["findings"]
    assert isinstance(findings, list)
    return [f["kind"] for f in findings]


def columns(document: Document) -> dict[str, Document]:
    found = document["columns"]
    assert isinstance(found, list)
    return {c["role"]: c for c in found}


def test_figures_are_of_real_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, document = timed(tmp_path)
    assert (code, document["passed"], kinds(document)) == (0, True, [])
    for column in columns(document).values():
        (timing,) = column["timings"]
        assert (timing["batch"], timing["length"]) == (1, 4)
        assert timing["runs"] >= 2
        assert len(timing["rounds_s"]) == 2
        assert timing["latency_ms"] * timing["qps"] == pytest.approx(1000)
        assert 0 < timing["p50_ms"] <= timing["p95_ms"] <= timing["p99_ms"]
        assert timing["first_s"] > 0
        assert column["bytes"] > 1000
        assert column["load_s"] > 0
        assert column["peak_bytes"] > 10_000_000
        assert column["effective"]["spinning"] is True
    assert columns(document)["reference"]["timings"][0]["speedup"] == 1.0
    told = capsys.readouterr().out
    assert "judged    nothing" in told
    assert "batch 1, length 4" in told


def test_what_the_model_takes_no_is_left_out_and_said(tmp_path: Path) -> None:
    _, document = timed(tmp_path, more=("--length", "4", "--length", "65", *SMALL[2:]))
    assert document["left_out"] == ["length 65: the inputs are cut at 64"]


@pytest.mark.parametrize(
    ("limit", "kind"),
    [
        ("max_size_mb = 0.001", ["too-large"]),
        ("max_latency_ms = 1e-9", ["too-slow"]),
        ("min_speedup = 1e6", ["speedup-missed"]),
        ("max_size_mb = 1.0\nmax_latency_ms = 1e6\nmin_speedup = 1e-6", []),
    ],
)
def test_limits_are_judged_at_the_guides_setting(
    tmp_path: Path, limit: str, kind: list[str]
) -> None:
    code, document = timed(tmp_path, f"[limits]\n{limit}\n", JUDGED)
    assert document["judged"] == "batch 32, length 64"
    assert document["limited"] == ["fp32 ort"]
    assert (code, kinds(document)) == (int(bool(kind)), kind)


def test_a_limit_of_time_at_another_setting_is_not_judged(tmp_path: Path) -> None:
    code, document = timed(tmp_path, "[limits]\nmax_latency_ms = 1e6\n")
    assert (code, kinds(document), document["passed"]) == (1, ["limit-not-judged"], False)


def test_a_limit_of_a_precision_that_was_left_out_is_not_judged(tmp_path: Path) -> None:
    head = 'summary = "a tagger"\nprecisions = ["fp32", "int8"]'
    rest = "[limits.int8]\nmax_size_mb = 1\n"
    code, document = timed(tmp_path, rest, (*SMALL, "--precision", "fp32"), head)
    assert (code, kinds(document)) == (1, ["limit-not-judged"])


def test_limits_of_a_precision_without_a_cell_are_an_error(tmp_path: Path) -> None:
    case = Repository(tmp_path).case("tags", tagger(), rest="[limits.int8]\nmax_size_mb = 1\n")
    with pytest.raises(CaseError, match="is of no cell"):
        load(case)


def test_a_candidate_that_fails_is_a_finding(tmp_path: Path) -> None:
    case = Repository(tmp_path).case("tags", tagger(), rest=FAILING.format("candidate"))
    out = tmp_path / "out.json"
    assert command("bench", str(case), "--json", str(out), *SMALL) == 1
    document = json.loads(out.read_text())
    assert kinds(document) == ["candidate-failed"]
    assert "planted" in columns(document)["candidate"]["failed"]


def test_a_reference_that_fails_is_an_error(tmp_path: Path) -> None:
    case = Repository(tmp_path).case("tags", tagger(), rest=FAILING.format("reference"))
    with pytest.raises(EngineError, match="the reference: it fails"):
        command("bench", str(case), *SMALL)


FAILING = '[engines.{}]\nengine = "fake"\nof = "ort"\nfault = "raise"\nwhen = "run"\n'


def test_what_can_not_be_measured_is_one_line(tmp_path: Path) -> None:
    case = Repository(tmp_path).case("tags", tagger())
    with pytest.raises(ParityError, match="nothing to measure"):
        command("bench", str(case), "--length", "65", *SMALL[2:])
    with pytest.raises(CaseError, match="has no precision fp16"):
        command("bench", str(case), "--precision", "fp16")
    with pytest.raises(UsageError, match='did you mean "ort"'):
        command("bench", str(case), "--engine", "orrt")


def test_a_slower_engine_is_seen_as_slower(tmp_path: Path) -> None:
    """The fake engine waits in the run: it is that, and not the harness, that is measured."""
    case = Repository(tmp_path).case("tags", tagger())
    model = resolve(case / "ref.onnx", want="onnx")
    slow: Options = {"of": "ort", "fault": "none", "delay": 0.02}
    asked = Request(Side(model, "ort"), Side(model, "fake", slow))
    found = bench_pair(
        "m", asked, Effort(2, 2, 0.01), lengths=(4,), batches=(1,), watch=lambda _: None
    )
    late = found.measured[1].timings[0]
    assert late.latency_ms > 20
    assert min(late.runs) > 0.02


def test_figures_by_hand() -> None:
    timing = Timing(Setting(2, 8), 9.0, 8.0, (0.1, 0.2, 0.3, 0.4), (0.15, 0.35), (2.0, 4.0, 3.0))
    assert timing.latency_ms == pytest.approx(1000 * 1.0 / 8)
    assert timing.qps == pytest.approx(8.0)
    assert timing.percentile_ms(0.5) == pytest.approx(200)
    assert timing.percentile_ms(0.99) == pytest.approx(400)
    assert timing.spread == pytest.approx(0.2 / 0.25)
    assert timing.speedup == 3.0


def test_memory_of_a_process_that_is_gone_is_unknown() -> None:
    assert peak(2**22 + 1) is None
    assert "repeated" in inputs.__all__
