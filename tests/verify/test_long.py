"""Both sides at the peak of their memory at once would be the peak of the check."""

from collections import Counter

import pytest

from parity.model.tensors import Feed
from parity.verify import sides
from parity.verify.reference import reference_of
from parity.verify.run import verify
from parity.workers.worker import Reply, Worker
from tests.verify.conftest import Bench

LONG = 32


def test_long_feeds_run_on_one_side_after_the_other(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = bench.request()
    usual = verify(asked).verdict
    submitted, answered = Counter[str](), Counter[str]()
    waited: list[bool] = []
    submit, collect = Worker.submit, Worker.collect

    def side(worker: Worker) -> str:
        return "reference" if worker is reference.worker else "candidate"

    def submitting(worker: Worker, feed: Feed) -> None:
        submitted[side(worker)] += 1
        if side(worker) == "candidate" and feed["ids"].shape[1] >= LONG:
            waited.append(answered["reference"] >= submitted["candidate"])
        submit(worker, feed)

    def collecting(worker: Worker) -> Reply:
        reply = collect(worker)
        answered[side(worker)] += 1
        return reply

    monkeypatch.setattr(sides, "LONG", LONG)
    monkeypatch.setattr(Worker, "submit", submitting)
    monkeypatch.setattr(Worker, "collect", collecting)
    with reference_of(asked.reference, run_timeout_s=60) as reference:
        verdict = verify(asked, reference=reference).verdict
    assert waited
    assert all(waited)
    assert verdict.passed
    assert (verdict.examples, verdict.elements) == (usual.examples, usual.elements)


def test_a_fault_in_a_long_feed_is_found_as_before(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kinds() -> list[str]:
        asked = bench.request(fault="segv", length=LONG)
        return [type(f).__name__ for f in verify(asked).verdict.findings]

    usual = kinds()
    monkeypatch.setattr(sides, "LONG", LONG)
    assert kinds() == usual == ["CandidateFailed"]
