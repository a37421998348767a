"""``parity calibrate`` with real engines, and what its numbers are made of."""

from pathlib import Path

import pytest

from parity.case import load
from parity.cli.main import parity
from parity.compare.tolerance import DEFAULTS
from parity.errors import CaseError
from parity.proposing.measure import Off, Seen
from parity.proposing.propose import Proposal, propose
from parity.proposing.write import changed
from tests.gate.repository import TASK, Repository
from tests.gate.repository import changed as moved
from tests.verify.conftest import tagger


def command(*arguments: str) -> int:
    with parity.make_context("parity", list(arguments)) as context:
        return int(parity.invoke(context))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_a_healthy_pair_gets_the_default_of_fp32(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    case = repository.record(repository.case("well", tagger(), TASK))
    before = (case / "case.toml").read_text()
    assert command("calibrate", str(case)) == 0
    shown = capsys.readouterr().out
    assert "atol = 1e-05\n  rtol = 1e-05" in shown
    assert "answers" in shown
    assert (case / "case.toml").read_text() == before


def test_another_function_gets_nothing(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    case = repository.record(repository.case("off", moved("linear"), TASK))
    before = (case / "case.toml").read_text()
    assert command("calibrate", str(case)) == 1
    shown = capsys.readouterr().out
    assert "nothing proposed: it would take" in shown
    assert "worst   logits" in shown
    with pytest.raises(CaseError, match="nothing is written"):
        command("calibrate", str(case), "--write")
    assert (case / "case.toml").read_text() == before


def test_it_writes_on_demand_only_and_what_it_writes_loads(repository: Repository) -> None:
    case = repository.record(repository.case("well", tagger(), TASK))
    assert command("calibrate", str(case), "--write") == 0
    text = (case / "case.toml").read_text()
    assert "# Proposed by parity calibrate: " in text
    assert load(case).allowances["fp32"].tolerance == DEFAULTS["fp32"]
    assert command("calibrate", str(case), "--write") == 0
    assert (case / "case.toml").read_text().count("[tolerance.fp32]") == 1


def of(
    repository: Repository, precision: str, *offs: tuple[float, float], **more: object
) -> Proposal:
    case = load(
        repository.case("any", tagger(), head=f'summary = "x"\nprecisions = ["{precision}"]')
    )
    seen = Seen([Off("y", f"feed {n}", "", a, r) for n, (a, r) in enumerate(offs)])
    for name, value in more.items():
        setattr(seen, name, value)
    return propose(case, precision, seen)


def test_the_worst_has_room(repository: Repository) -> None:
    made = of(repository, "int8", (1.0, 0.1), (0.01, 0.5))
    # The second is below atol however large it is relative to zero.
    assert made.tolerance.rtol == pytest.approx(0.15)
    assert made.tolerance.atol == DEFAULTS["int8"].atol
    assert made.refused == ""
    assert made.quantiles[3] == 0.5


def test_logits_near_zero_get_an_atol(repository: Repository) -> None:
    made = of(repository, "int8", (0.12, 0.4), (1.0, 0.05))
    assert made.tolerance.atol == pytest.approx(0.18)
    assert made.tolerance.rtol == DEFAULTS["int8"].rtol


def test_flips_and_confidence(repository: Repository) -> None:
    made = of(repository, "int8", (0.2, 0.01), answers=100, flips=["a"], moved=[(0.01, "b")])
    keys = made.keys
    assert keys["ties"] == pytest.approx(0.015)
    assert keys["confidence"] == pytest.approx(0.015)


def test_what_says_nothing_is_refused(repository: Repository) -> None:
    assert of(repository, "int8").refused == "no output could be compared"
    made = Repository(repository.root / "b")
    assert of(made, "int8", (1, 0.01), broken=["it fails"]).refused == "it fails"


def test_a_table_is_changed_in_place_and_the_rest_stays() -> None:
    text = 'a = 1\n\n[tolerance.int8]  # old\natol = 0.5\n# kept\n\n[task]\nname = "x"\n'
    made = changed(text, "tolerance.int8", {"atol": 0.25, "ties": 0.1}, "why")
    assert made == (
        "a = 1\n\n# why\n[tolerance.int8]  # old\natol = 0.25\n# kept\nties = 0.1\n\n"
        '[task]\nname = "x"\n'
    )
    added = changed(text, "tolerance.fp16", {"rtol": 0.01}, "why")
    assert added == text + "\n# why\n[tolerance.fp16]\nrtol = 0.01\n"
