"""What a server answers, against a case's reference: a real server, with a model of the zoo."""

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from parity import golden, zoo
from parity.answering import server as served
from parity.answering.found import Served
from parity.answering.run import batches, run
from parity.answering.shrink import smaller
from parity.api.served.answers import check_answers
from parity.cli.check import check
from parity.compare.answers import AnswerDiffers, ConfidenceDiffers
from parity.compare.findings import CandidateFailed
from parity.errors import CaseError, EngineError, ParityError, UsageError
from parity.gate.asking import Asked
from parity.gate.cell import Cell
from parity.gate.models import Roots
from parity.gate.record import asked_of, path_of
from parity.gate.run import Settings
from parity.target import find_case
from parity.verify.request import Effort, Request
from tests.answering.simple_server import Faults, Server, serving
from tests.schemas.test_documents import problems

NER, SENTIMENT = "golden/ernie-tiny-ner", "golden/ernie-tiny-sentiment"


@dataclass(frozen=True)
class Bench:
    """A server, and the case's reference, which is loaded once."""

    server: Server
    request: Request
    reference: Asked
    texts: Sequence[str]

    def checked(self, faults: Faults | None = None) -> Served:
        self.server.faults = faults or Faults()
        server = served.Server(self.server.url, self.request.max_length, timeout_s=30)
        return run(self.request, self.reference, server, self.texts)


@contextmanager
def bench(case: str) -> Iterator[Bench]:
    found = find_case(case)
    cell = Cell(found, found.opset, "fp32", found.inputs[0])
    request = asked_of(cell, Settings(Roots.of(None), Effort()), candidate=False)
    with (
        serving(zoo.build(found.name)) as server,
        Asked(request, "reference") as reference,
    ):
        recorded = [one.text for one in golden.load(path_of(found)).sentences[::2]]
        yield Bench(server, request, reference, [*recorded, "", "½㎏", "😀👍", "昨山"])


@pytest.fixture(scope="module")
def tagger() -> Iterator[Bench]:
    with bench(NER) as made:
        yield made


@pytest.fixture(scope="module")
def classifier() -> Iterator[Bench]:
    with bench(SENTIMENT) as made:
        yield made


def asked(*words: object) -> Result:
    return CliRunner().invoke(check, [str(w) for w in words], standalone_mode=False)


@pytest.mark.parametrize("form", ["posted", "logits", "taskflow"])
def test_entities_at_parity(tagger: Bench, form: str) -> None:
    found = tagger.checked(Faults(form=form))
    assert found.passed, found.findings
    assert found.answers > len(set(tagger.texts))  # some alone, too
    assert found.smallest is None


@pytest.mark.parametrize("form", ["posted", "logits", "taskflow"])
def test_labels_at_parity(classifier: Bench, form: str) -> None:
    found = classifier.checked(Faults(form=form))
    assert found.passed, found.findings
    assert found.answers > len(set(classifier.texts))


@pytest.mark.parametrize("fault", [Faults(pad=1), Faults(left=True)], ids=["pad 1", "left"])
def test_a_server_that_pads_wrongly_is_found(tagger: Bench, fault: Faults) -> None:
    found = tagger.checked(fault)
    assert not found.passed
    assert isinstance(found.findings[0], AnswerDiffers)
    assert found.smallest is not None
    assert found.smallest.beside  # alone there is nothing to pad
    assert len(found.smallest.texts) == 2


def test_labels_of_wrong_padding_are_found(classifier: Bench) -> None:
    found = classifier.checked(Faults(pad=1))
    assert not found.passed
    assert {type(f) for f in found.findings} <= {AnswerDiffers, ConfidenceDiffers}


def test_another_tokenizer_is_found_in_one_text(tagger: Bench) -> None:
    found = tagger.checked(Faults(symbols=False))
    assert not found.passed
    assert found.smallest is not None
    assert found.smallest.texts == ("½㎏",)
    assert not found.smallest.beside


@pytest.mark.slow
def test_the_command_says_what_matters(tagger: Bench, tmp_path: Path) -> None:
    tagger.server.faults = Faults(pad=1)
    report = tmp_path / "report.json"
    words = (f"answers:{tagger.server.url}", "--reference", NER, "--max-examples", 4)
    done = asked(*words, "--json", report)
    assert done.return_value == 1, done.output
    assert "alone is answered rightly: it matters what stands beside it" in done.output
    told = json.loads(report.read_text())
    assert problems("answers", told) == []
    assert (told["verdict"], told["passed"]) == ("differs", False)
    assert told["findings"][0]["kind"] == "answer-differs"
    assert told["smallest"]["beside"]
    tagger.server.faults = Faults()
    done = asked(*words, "-q")
    assert done.return_value == 0
    assert done.output.startswith("parity; ")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Faults(raw=b"<html>"), "the answer is no JSON"),
        (Faults(raw=b"[" * 100_000), "the answer is no JSON"),
        (Faults(raw=b"[1]"), 'the answer has no "result"'),
        (Faults(raw=b'{"result": {}}'), "a result of no form that is known"),
        (Faults(raw=b'{"result": {"label": [7]}}'), "label 7 is none of 7"),
        (Faults(raw=b'{"result": {"value": [[{"pos": 1}]]}}'), "can't be read: KeyError: 'label'"),
        (Faults(raw=b'{"error": "starting"}', status=503), "the server answers 503, starting"),
        (Faults(lost=1), "0 answers to 1 texts"),
    ],
    ids=["html", "deep", "list", "empty", "number", "entity", "half up", "too few"],
)
def test_an_answer_that_cannot_be_read_is_one_line(
    tagger: Bench, fault: Faults, words: str
) -> None:
    with pytest.raises(EngineError, match=words) as raised:
        tagger.checked(fault)
    assert "\n" not in str(raised.value)


def test_a_wrong_path_is_one_line(tagger: Bench) -> None:
    tagger.server.faults = Faults()
    with pytest.raises(EngineError, match="answers 404, Not Found"):
        run(tagger.request, tagger.reference, served.Server(f"{tagger.server.url}s", 128), ["a"])
    place = tagger.server.url.partition("/models")[0]
    with pytest.raises(UsageError, match="names no path"):
        check_answers(f"answers:{place}", NER)


def test_a_server_that_is_down_is_one_line() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = asked(f"answers:http://127.0.0.1:{port}/models/x", "--reference", NER)
    assert isinstance(done.exception, EngineError)
    assert "Connection refused" in str(done.exception)
    assert not [t for t in threading.enumerate() if isinstance(t, threading.Timer)]


def test_a_server_that_stops_in_its_answer_is_late(tagger: Bench) -> None:
    tagger.server.faults = Faults(stops_after=5)
    with pytest.raises(EngineError, match=r"no answer within 0\.5 s"):
        served.Server(tagger.server.url, 128, timeout_s=0.5).ask(["a"])
    tagger.server.faults.released.set()


def test_one_that_breaks_later_is_a_finding(tagger: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Server.answer

    def breaks(self: Server, texts: list[str], longest: int) -> object:
        return {"value": []} if len(texts) > 1 else answer(self, texts, longest)

    monkeypatch.setattr(Server, "answer", breaks)
    found = tagger.checked()
    assert isinstance(found.findings[0], CandidateFailed)
    assert found.smallest is not None
    assert len(found.smallest.texts) == 2


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (["answers:http://127.0.0.1:1/x"], UsageError, "--reference CASE"),
        (["answers:127.0.0.1:1", "--reference", NER], UsageError, "write a served model as"),
        (["answers:grpc://127.0.0.1:1/x", "--reference", NER], UsageError, "by http alone"),
        (["answers:http://127.0.0.1:1/x", "--reference", "golden/mobilenet-v3-small"], CaseError,
         "reads no texts"),
        (["answers:http://127.0.0.1:1/x", "--reference", NER, "--opset", 13], UsageError,
         "--opset doesn't go with a server of answers"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_one_line(
    words: list[str], error: type[ParityError], said: str
) -> None:
    done = asked(*words)
    assert isinstance(done.exception, error), done.output
    assert said in str(done.exception)


def test_every_text_stands_beside_others_once_and_some_alone() -> None:
    made = batches([str(i) for i in range(20)], 0)
    together = [text for batch in made if len(batch) > 1 for text in batch]
    assert sorted(together, key=int) == [str(i) for i in range(20)]
    assert sum(len(batch) == 1 for batch in made) == 5


def test_a_request_shrinks_to_the_rows_and_characters_that_matter() -> None:
    def wrong(texts: tuple[str, ...], at: int) -> bool:
        return "x" in texts[at] and any(len(t) > 3 for t in texts if t != texts[at])

    found = smaller(("aaaa", "bxb", "cccccc", "d"), 1, wrong)
    assert found.beside
    assert [len(t) for t in found.texts] in ([1, 4], [4, 1])
    assert found.texts[found.at] == "x"
    alone = smaller(("aaaa", "bxb"), 1, lambda texts, at: "x" in texts[at])
    assert alone.texts == ("x",)
    assert not alone.beside
