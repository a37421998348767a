"""A reference that several verifications share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from parity.errors import EngineError
from parity.model.artifact import Artifact
from parity.processes.channel import Channel
from parity.verify.reference import Reference, reference_of
from parity.verify.request import Effort
from parity.verify.run import verify
from parity.workers.failure import Died, Raised, TimedOut
from parity.workers.worker import Worker
from tests.marks import slowly
from tests.verify.conftest import Bench, tagger

ARTIFACT = Artifact("onnx", Path("never-opened.onnx"))


@pytest.fixture
def shared(bench: Bench) -> Iterator[Reference]:
    # Long, so that waiting for an answer that doesn't come shows as a test that hangs.
    with reference_of(bench.request().reference, remember=True, run_timeout_s=300.0) as reference:
        yield reference


def test_what_it_answered_once_is_not_run_again(bench: Bench, shared: Reference) -> None:
    first = verify(bench.request(), reference=shared)
    assert not first.verdict.findings
    pid = shared.worker.pid
    again = verify(bench.request(), reference=shared)
    assert shared.warm
    assert shared.worker.pid == pid
    assert again.verdict == first.verdict


@pytest.mark.slow
def test_what_it_died_of_once_is_not_tried_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each death costs a load; the next cell of a matrix asks with the same feeds."""
    asked = bench.request(reference_options={"fault": "exit", "length": 40}, effort=Effort(3))
    with reference_of(asked.reference, remember=True, run_timeout_s=300.0) as reference:
        starts: list[int] = []
        start = reference.worker.start

        def counted() -> None:
            starts.append(1)
            start()

        monkeypatch.setattr(reference.worker, "start", counted)
        first = verify(asked, reference=reference)
        died = len(starts)
        assert first.refused > 3
        assert died > 3
        again = verify(asked, reference=reference)
        assert (again.verdict, again.refused) == (first.verdict, first.refused)
        assert len(starts) - died <= 1


def test_a_hang_is_tried_again_with_more_time() -> None:
    worker = Worker("fake", ARTIFACT, {}, open_timeout_s=1, run_timeout_s=5)
    reference = Reference(worker, remember=True)
    hang, killed = TimedOut("run", 5, ""), Died(-9, "")
    reference._keep(b"hang", hang)
    reference._keep(b"killed", killed)
    reference._keep(b"refused", Raised("ValueError", "no"))
    assert reference._known(b"refused") == Raised("ValueError", "no")
    assert reference._known(b"hang") is hang
    assert reference._known(b"killed") is None
    worker.run_timeout_s = 30
    assert reference._known(b"hang") is None


@pytest.mark.parametrize("part", [1, 2], ids=["header", "body"])
def test_an_interruption_inside_a_message_is_not_waited_for(
    bench: Bench, shared: Reference, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    """What was read of the message is lost: the next bytes would be taken for its length."""
    before = verify(bench.request(), reference=shared)
    pid = shared.worker.pid
    whole, calls = Channel._exactly, []

    def interrupted(self: Channel, size: int) -> bytes | None:
        got = whole(self, size)
        # 2 a message: both of the candidate that opens, then those of feeds.
        calls.append(size)
        if len(calls) == 20 + part:
            raise KeyboardInterrupt
        return got

    shared._memory.clear()
    monkeypatch.setattr(Channel, "_exactly", interrupted)
    ended = verify(bench.request(), reference=shared)
    assert ended.partial
    assert not ended.passed
    assert 0 < ended.verdict.examples < before.verdict.examples
    monkeypatch.undo()
    assert not shared.worker.alive
    after = verify(bench.request(), reference=shared)
    assert shared.worker.pid != pid
    assert after.verdict == before.verdict


@pytest.mark.parametrize("fault", slowly(["raise", "exit", "segv"], "segv", "raise"))
def test_feeds_that_the_reference_refuses_are_no_inputs_and_the_rest_is_compared(
    bench: Bench, fault: str
) -> None:
    """However the reference refuses, in boundary feeds or in Hypothesis' hands."""
    asked = bench.request(reference_options={"fault": fault, "batch": 3})
    result = verify(asked)
    assert result.verdict.passed
    assert result.refused > 0
    assert result.verdict.examples > 20
    assert any("the reference refuses" in note for note in result.notes)


@pytest.mark.slow
def test_a_fault_where_the_reference_answers_is_found_beside_its_refusals(bench: Bench) -> None:
    asked = bench.request(
        bench.save("broken", tagger(broken_id=37)),
        reference_options={"fault": "exit", "length": 9},
    )
    result = verify(asked)
    assert not result.verdict.passed
    assert result.minimal is not None
    assert result.minimal.example.feed["ids"].tolist() == [[37]]


def test_a_reference_that_takes_nothing_is_an_error_with_its_words(bench: Bench) -> None:
    with pytest.raises(EngineError, match=r"the reference fails on boundary.*planted.*in all"):
        verify(bench.request(reference_options={"fault": "raise"}))
