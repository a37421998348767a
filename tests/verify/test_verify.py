"""A whole verification, on a small model in a real engine."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from parity.compare.findings import (
    CandidateFailed,
    DtypeDiffers,
    Finding,
    NonFiniteDiffers,
    OutputMissing,
    ShapeDiffers,
    ValuesDiffer,
)
from parity.errors import EngineError
from parity.inputs import Example
from parity.verify.progress import Step
from parity.verify.request import Effort
from parity.verify.result import Result
from parity.verify.run import verify
from parity.verify.sides import Sides
from tests.marks import slowly
from tests.verify.conftest import POSITIONS, Bench, tagger


def kinds(result: Result) -> set[type[Finding]]:
    return {type(f) for f in result.verdict.findings}


def test_a_model_has_parity_with_itself_and_the_count_is_right(bench: Bench) -> None:
    result = verify(bench.request())
    assert result.verdict.passed
    assert result.verdict.examples == result.boundary + 20
    assert result.verdict.elements > 0
    assert result.minimal is None


def test_a_broken_word_shrinks_to_that_word_alone(bench: Bench) -> None:
    result = verify(bench.request(bench.save("broken", tagger(broken_id=37))))
    assert kinds(result) == {ValuesDiffer}
    assert result.minimal is not None
    assert result.minimal.example.feed["ids"].tolist() == [[37]]
    assert result.minimal.reproduced


def test_a_broken_position_shrinks_to_the_shortest_row_that_has_it(bench: Bench) -> None:
    result = verify(bench.request(bench.save("broken", tagger(broken_from=19))))
    assert result.minimal is not None
    ids = result.minimal.example.feed["ids"]
    assert ids.shape == (1, 20)
    assert len(set(ids.ravel().tolist())) == 1


def test_the_last_position_is_reached(bench: Bench) -> None:
    broken = bench.save("broken", tagger(broken_from=POSITIONS - 1))
    assert kinds(verify(bench.request(broken))) == {ValuesDiffer}


def test_the_same_seed_gives_the_same_run(bench: Bench) -> None:
    def feeds(seed: int) -> list[str]:
        seen: list[str] = []
        submit = Sides.submit

        def noting(sides: Sides, example: Example) -> None:
            seen.append(repr(example.choices))
            submit(sides, example)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Sides, "submit", noting)
            verify(bench.request(effort=Effort(30, seed=seed)))
        return seen

    first, again, other = feeds(3), feeds(3), feeds(4)
    assert first == again
    assert first != other


@pytest.mark.slow
def test_what_is_drawn_does_not_depend_on_the_code_around(bench: Bench, tmp_path: Path) -> None:
    """Hypothesis would draw the literals of this project, and of its user's tests."""
    program = """
import sys, pathlib, importlib.util
path = pathlib.Path(sys.argv[1])
if len(sys.argv) > 2:
    letters = [chr(0x800 + i) for i in range(50)]  # with which rows of ids are written
    words = ["".join(letters[i * k % 50] for k in range(9)) for i in range(3000)]
    path.write_text("WORDS = " + repr(words))
    spec = importlib.util.spec_from_file_location("around", path)
    sys.modules["around"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["around"])
from parity.verify.sides import Sides
from parity.verify.run import verify
from parity.verify.request import Effort
from tests.verify.conftest import Bench
submit = Sides.submit
Sides.submit = lambda s, e: (print(ascii(e.choices)), submit(s, e))[1]
verify(Bench(path.parent).request(effort=Effort(60)))
"""

    def feeds(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "around.py"), *arguments],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    assert feeds() == feeds("with literals")


@pytest.mark.slow
def test_one_core_gives_the_same_verdict(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parity.verify.sides.cores", lambda: 1)
    passed = verify(bench.request())
    assert passed.verdict.passed
    assert passed.verdict.examples == passed.boundary + 20
    assert kinds(verify(bench.request(fault="segv", batch=2))) == {CandidateFailed}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("nan", NonFiniteDiffers),
        ("rename", OutputMissing),
        pytest.param("cast", DtypeDiffers, marks=pytest.mark.slow),
        pytest.param("transpose", ShapeDiffers, marks=pytest.mark.slow),
        ("shift", ValuesDiffer),
        ("empty", ShapeDiffers),
        ("raise", CandidateFailed),
        ("segv", CandidateFailed),
        ("abort", CandidateFailed),
        pytest.param("exit", CandidateFailed, marks=pytest.mark.slow),
        pytest.param("kill", CandidateFailed, marks=pytest.mark.slow),
    ],
)
def test_a_faulty_candidate_is_found(bench: Bench, fault: str, kind: type[Finding]) -> None:
    assert kind in kinds(verify(bench.request(fault=fault)))


def test_a_crash_on_two_rows_shrinks_to_two_rows_of_one(bench: Bench) -> None:
    result = verify(bench.request(fault="segv", batch=2))
    (finding,) = result.verdict.findings
    assert isinstance(finding, CandidateFailed)
    assert finding.signal == "SIGSEGV"
    assert result.minimal is not None
    assert result.minimal.example.feed["ids"].shape == (2, 1)


def test_a_hang_ends_at_the_time_limit(bench: Bench) -> None:
    result = verify(
        bench.request(fault="hang", length=60, run_timeout_s=0.5, effort=Effort(5, shrink_s=3))
    )
    (finding,) = result.verdict.findings
    assert isinstance(finding, CandidateFailed)
    assert "0.5 s" in finding.cause


@pytest.mark.parametrize("fault", slowly(["raise", "segv", "kill"], "segv"))
def test_a_reference_that_fails_is_no_verdict(bench: Bench, fault: str) -> None:
    with pytest.raises(EngineError, match="the reference fails"):
        verify(bench.request(reference_options={"fault": fault}))


def test_a_reference_that_does_not_load_is_no_verdict(bench: Bench) -> None:
    with pytest.raises(EngineError, match="the reference fails"):
        verify(bench.request(reference_options={"fault": "abort", "when": "open"}))


def test_a_candidate_that_does_not_load_is_a_finding(bench: Bench) -> None:
    result = verify(bench.request(fault="abort", when="open"))
    (finding,) = result.verdict.findings
    assert isinstance(finding, CandidateFailed)
    assert (finding.doing, finding.signal) == ("open", "SIGABRT")


def test_a_defect_that_does_not_come_again_is_said_to_be_intermittent(bench: Bench) -> None:
    result = verify(bench.request(fault="flicker"))
    assert not result.verdict.passed
    assert result.minimal is not None
    assert not result.minimal.reproduced


def test_a_budget_leaves_no_boundary_feed_out(bench: Bench) -> None:
    whole = verify(bench.request(effort=Effort(1)))
    result = verify(bench.request(effort=Effort(1000, budget_s=1e-9)))
    assert result.verdict.passed
    assert result.verdict.examples == result.boundary == whole.boundary > 0
    assert "the budget of 1e-09 s ended after 0 of 1000 generated examples" in result.notes
    assert not any("budget" in note for note in whole.notes)


def test_a_budget_ends_the_search(bench: Bench) -> None:
    result = verify(bench.request(effort=Effort(100_000, budget_s=1.0)))
    assert result.verdict.passed
    assert result.verdict.examples < 100_000
    assert result.seconds["total"] < 20


def test_a_known_example_is_run_whatever_the_budget(bench: Bench, tmp_path: Path) -> None:
    verify(bench.request(bench.save("broken", tagger(broken_id=37)), database=tmp_path))
    steps: list[Step] = []
    effort = Effort(1000, budget_s=1e-9)
    result = verify(bench.request(database=tmp_path, effort=effort), steps.append)
    assert [s.stage for s in steps].count("known") == 1
    assert result.verdict.examples == result.boundary + 1


@pytest.mark.slow
def test_a_failing_example_is_tried_first_the_next_time(bench: Bench, tmp_path: Path) -> None:
    broken = bench.save("broken", tagger(broken_id=37))
    database = tmp_path / "examples"
    verify(bench.request(broken, database=database))
    steps: list[Step] = []
    verify(bench.request(database=database), steps.append)
    assert "known" in {s.stage for s in steps}
    # Another one passed, which says nothing of it.
    steps.clear()
    bench.save("broken", tagger())
    verify(bench.request(broken, database=database), steps.append)
    assert "known" in {s.stage for s in steps}
    # It passed itself, so it is known no more.
    steps.clear()
    verify(bench.request(broken, database=database), steps.append)
    assert "known" not in {s.stage for s in steps}


@pytest.mark.slow
def test_nothing_runs_on_when_it_is_over(bench: Bench) -> None:
    before = {p.pid for p in psutil.Process().children(recursive=True)}
    verify(bench.request())
    verify(bench.request(fault="segv"))
    with pytest.raises(EngineError):
        verify(bench.request(reference_options={"fault": "segv"}))
    after = {p.pid for p in psutil.Process().children(recursive=True)}
    assert after - before == set()


def test_max_batch_is_kept(bench: Bench) -> None:
    assert verify(bench.request(fault="segv", batch=2, max_batch=1)).verdict.passed


def test_progress_is_told_by_stage(bench: Bench) -> None:
    steps: list[Step] = []
    verify(bench.request(), steps.append)
    stages = list(dict.fromkeys(s.stage for s in steps))
    assert stages == ["load", "boundary", "generate", "rounding", "checks"]
    done = [s.done for s in steps if s.stage not in ("rounding", "checks")]
    assert done == sorted(done)


def test_outputs_of_the_minimal_feed_are_kept(bench: Bench) -> None:
    result = verify(bench.request(bench.save("broken", tagger(broken_id=37))))
    assert result.minimal is not None
    expected, actual = (
        np.asarray(side["logits"], np.float64)
        for side in (result.minimal.expected, result.minimal.actual)
    )
    difference = np.abs(expected - actual)
    (finding,) = result.verdict.findings
    assert isinstance(finding, ValuesDiffer)
    assert difference.max() == pytest.approx(finding.max_abs)
