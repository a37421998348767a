"""A served model: a real server, of the protocol and of ONNX Runtime, that the tests start."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from parity.api.checking import check
from parity.cli.check import check as command
from parity.compare.findings import CandidateFailed
from parity.engines import EngineInfo, Options
from parity.engines.ort import session_of
from parity.errors import EngineError, ParityError, UsageError
from parity.model.artifact import Artifact
from parity.verify.request import Effort
from parity.verify.result import Result
from parity.verify.run import verify
from parity.workers.failure import Raised
from parity.workers.worker import Worker
from tests.verify.conftest import Bench

Change = Callable[[dict[str, Any]], dict[str, Any]]


class Server(ThreadingHTTPServer):
    """Serves one ONNX file as the model "tagger". change: of an answer; broken: status of all."""

    daemon_threads = True

    def __init__(self, model: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.session = session_of(str(model), level="all", threads=1)
        self.pads = False
        self.change: Change = lambda answer: answer
        self.status = 200
        self.unready = 0
        self.raw: bytes | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        if self.path == "/v2/health/ready":
            self.server.unready -= 1
            self._send({}, 503 if self.server.unready >= 0 else 200)
        elif self.path == "/v2":
            self._send({"name": "tests", "version": "1.2"})
        elif self.path == "/v2/models/tagger/ready":
            self._send({})
        elif self.path == "/v2/models/tagger":
            self._send({
                "name": "tagger", "versions": ["3"], "platform": "onnx",
                "inputs": [{"name": "ids", "datatype": "INT64", "shape": [-1, -1]}],
                "outputs": [{"name": "logits", "datatype": "FP32", "shape": [-1, -1, 3]}],
            })  # fmt: skip
        else:
            self._send({"error": f"no such thing as {self.path}"}, 404)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        (given,) = asked["inputs"]
        ids = np.array(given["data"], np.int64).reshape(given["shape"])
        length = ids.shape[1]
        if self.server.pads:  # to a multiple of four, as if position 0 came before
            ids = np.pad(ids, ((0, 0), (-length % 4, 0)))
        (logits,) = self.server.session.run(["logits"], {"ids": ids})
        logits = logits[:, -length:]
        told = {
            "name": "logits", "datatype": "FP32", "shape": list(logits.shape),
            "data": logits.reshape(-1).tolist(),
        }  # fmt: skip
        self._send(self.server.change({"outputs": [told]}), self.server.status)

    def _send(self, told: dict[str, Any], status: int = 200) -> None:
        raw = json.dumps(told).encode() if self.server.raw is None else self.server.raw
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def server(bench: Bench) -> Iterator[Server]:
    with Server(bench.twin) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def checked(bench: Bench, server: Server, **options: str | float) -> Result:
    asked = bench.request(effort=Effort(5, shrink_s=5))
    chosen: Options = {"url": server.url, "model": "tagger", **options}
    return verify(
        replace(asked, candidate=replace(asked.candidate, engine="kserve", options=chosen))
    )


def test_a_served_model_at_parity(bench: Bench, server: Server) -> None:
    server.unready = 2  # it is waited for
    result = checked(bench, server)
    assert result.passed, result.verdict.findings
    assert result.verdict.elements
    info = result.engines["candidate"]
    assert (info.engine, info.version) == ("kserve", "tests 1.2")
    assert info.effective["version"] == "3"
    assert info.inputs[0].shape == (None, None)


def test_a_server_that_pads_wrongly_is_found(bench: Bench, server: Server) -> None:
    server.pads = True
    result = checked(bench, server)
    assert not result.passed
    assert result.minimal is not None
    assert result.minimal.example.feed["ids"].shape[1] % 4  # the shortest that is padded


def test_a_server_that_rounds_to_half_is_found(bench: Bench, server: Server) -> None:
    def half(answer: dict[str, Any]) -> dict[str, Any]:
        for output in answer["outputs"]:
            output["data"] = np.array(output["data"], np.float16).tolist()
        return answer

    server.change = half
    assert not checked(bench, server).passed


def test_a_server_that_fails_on_a_feed_is_a_finding(bench: Bench, server: Server) -> None:
    server.status = 500
    server.change = lambda _: {"error": "out of\nmemory"}
    result = checked(bench, server)
    failed = [f for f in result.verdict.findings if isinstance(f, CandidateFailed)]
    assert "the server answers 500, out of memory" in str(failed[0])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda _: {"outputs": 5}, "has no outputs"),
        (lambda a: {"outputs": [{**a["outputs"][0], "datatype": "BYTES"}]}, "can't be compared"),
        (lambda a: {"outputs": [{**a["outputs"][0], "shape": [7, 7]}]}, "cannot reshape"),
    ],
)
def test_an_answer_that_makes_no_sense(bench: Bench, server: Server, change: Change, says: str) -> (
    None
):  # fmt: skip
    server.change = change
    with Worker(
        "kserve", Artifact("onnx", bench.twin), {"url": server.url, "model": "tagger"}
    ) as w:
        assert isinstance(w.ready(), EngineInfo)
        result = w.run({"ids": np.ones((1, 2), np.int64)}).result
    assert isinstance(result, Raised)
    assert says in result.message


def refused(bench: Bench, options: Options) -> str:
    with (
        Worker("kserve", Artifact("onnx", bench.twin), options) as worker,
        pytest.raises(ParityError) as raised,
    ):
        worker.ready()
    assert isinstance(raised.value, EngineError | UsageError)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_what_can_not_be_asked_is_one_line(bench: Bench, server: Server) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        down = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert "can't be reached: Connection refused" in refused(bench, {"url": down, "ready": 0})
    assert 'has no model "nobody"' in refused(bench, {"url": server.url, "model": "nobody"})
    for url in ("", "ftp://a", "http://", "http://a:b", "127.0.0.1:80"):
        assert "is no address of a server" in refused(bench, {"url": url})
    server.unready = 10**9
    half_up: Options = {"url": server.url, "model": "tagger", "ready": 0.2}
    assert "the server isn't ready: 503" in refused(bench, half_up)


def test_an_input_of_another_type_is_refused_not_converted(bench: Bench, server: Server) -> None:
    options = {"url": server.url, "model": "tagger"}
    with Worker("kserve", Artifact("onnx", bench.twin), options) as worker:
        assert isinstance(worker.ready(), EngineInfo)
        result = worker.run({"ids": np.ones((1, 2), np.int32)}).result
    assert isinstance(result, Raised)
    assert "input ids takes int64, not int32" in result.message


def test_it_is_checked_by_its_name(bench: Bench, server: Server) -> None:
    name = f"kserve:{server.url}/tagger"
    result = check(name, bench.healthy, max_examples=2, max_batch=2)
    assert result.passed, result.verified.verdict.findings
    assert result.elements
    server.pads = True
    done = CliRunner().invoke(
        command, [name, "--reference", str(bench.healthy), "--max-examples", "2",
                  "--candidate-option", "timeout=9"], standalone_mode=False,
    )  # fmt: skip
    assert done.return_value == 1, done.output
    assert f"candidate {server.url}/tagger (kserve)" in done.output
    with pytest.raises(EngineError, match='no model "other"'):
        check(f"kserve:{server.url}/other", bench.healthy, candidate_options={"ready": 0})
    with pytest.raises(UsageError, match="is asked by engine kserve, not ort"):
        check(name, bench.healthy, candidate_engine="ort")
    with pytest.raises(UsageError, match="gives answers, not tensors"):
        check(f"answers:{server.url}/x", bench.healthy)


@pytest.mark.parametrize("raw", [b"<html>hello</html>", b"[]", b"\xff"])
def test_what_tells_no_metadata_could_not_be_run(bench: Bench, server: Server, raw: bytes) -> None:
    server.raw = raw  # a web server, of something else
    with pytest.raises(EngineError, match=r'no metadata of model "tagger": .*JSON') as caught:
        checked(bench, server)
    assert "\n" not in str(caught.value)
