"""A served model over gRPC: a real server of the protocol, with ONNX Runtime behind it."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

from parity.engines import EngineInfo, Options
from parity.errors import EngineError, ParityError, UsageError
from parity.model.artifact import Artifact
from parity.verify.request import Effort
from parity.verify.result import Result
from parity.verify.run import verify
from parity.workers.failure import Raised
from parity.workers.worker import Worker
from tests.served.grpc_server import Server, serving
from tests.verify.conftest import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def server(bench: Bench) -> Iterator[Server]:
    with serving(bench.twin) as made:
        yield made


def checked(bench: Bench, server: Server, **options: str | float) -> Result:
    asked = bench.request(effort=Effort(5, shrink_s=5))
    chosen: Options = {"url": server.url, "model": "tagger", **options}
    return verify(
        replace(asked, candidate=replace(asked.candidate, engine="kserve", options=chosen))
    )


@pytest.mark.parametrize("raw", [True, False])
def test_a_served_model_at_parity(bench: Bench, server: Server, raw: bool) -> None:
    server.raw = raw
    result = checked(bench, server)
    assert result.passed, result.verdict.findings
    assert result.verdict.elements
    info = result.engines["candidate"]
    assert (info.engine, info.version) == ("kserve", "tests 2.1")
    assert (info.effective["protocol"], info.effective["version"]) == ("grpc", "3")


def test_a_server_that_pads_wrongly_is_found(bench: Bench, server: Server) -> None:
    server.pads = True
    result = checked(bench, server)
    assert not result.passed
    assert result.minimal is not None
    assert result.minimal.example.feed["ids"].shape[1] % 4  # the shortest that is padded


def asked(server: Server, model: Path) -> str:
    options: Options = {"url": server.url, "model": "tagger"}
    with Worker("kserve", Artifact("onnx", model), options) as worker:
        assert isinstance(worker.ready(), EngineInfo)
        result = worker.run({"ids": np.ones((1, 2), np.int64)}).result
    assert isinstance(result, Raised)
    assert "\n" not in result.message
    return result.message


def twice(told: Any) -> None:
    told.outputs.append(told.outputs[0])
    told.raw_output_contents.append(told.raw_output_contents[0])


def short(told: Any) -> None:
    told.raw_output_contents[0] = told.raw_output_contents[0][:-4]


def strings(told: Any) -> None:
    told.outputs[0].datatype = "BYTES"


def without(told: Any) -> None:
    told.outputs[0].datatype = "FP16"
    del told.raw_output_contents[:]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (twice, "has output logits twice"),
        (short, "output logits: cannot reshape"),
        (strings, "datatype BYTES can't be compared"),
        (without, "FP16 came without its numbers"),
        (lambda told: told.raw_output_contents.append(b""), "has 1 outputs and the numbers of 2"),
    ],
)
def test_an_answer_that_makes_no_sense(
    bench: Bench, server: Server, change: Callable[[Any], None], says: str
) -> None:
    server.change = change
    assert says in asked(server, bench.twin)


def test_what_it_refuses_is_said_in_one_line(bench: Bench, server: Server) -> None:
    server.refuse = grpc.StatusCode.RESOURCE_EXHAUSTED
    assert asked(server, bench.twin) == "the server answers RESOURCE_EXHAUSTED, out of memory"


def refused(model: Path, options: Options) -> str:
    with (
        Worker("kserve", Artifact("onnx", model), options) as worker,
        pytest.raises(ParityError) as raised,
    ):
        worker.ready()
    assert isinstance(raised.value, EngineError | UsageError)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_what_can_not_be_asked_is_one_line(bench: Bench, server: Server) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        down = f"grpc://127.0.0.1:{free.getsockname()[1]}"
    assert "the server can't be reached" in refused(bench.twin, {"url": down, "ready": 0})
    nobody: Options = {"url": server.url, "model": "nobody"}
    assert 'has no model "nobody"' in refused(bench.twin, nobody)
    for url in ("grpc://", "http://127.0.0.1:80", "127.0.0.1"):
        told = refused(bench.twin, {"url": url, "protocol": "grpc"})
        assert "is no address of a gRPC server" in told
    told = refused(bench.twin, {"url": server.url, "protocol": "rest"})
    assert 'no protocol "rest"' in told


@pytest.mark.parametrize(
    ("key", "tensors", "says"),
    [
        ("inputs", [("ids", "INT64", [-1])] * 2, 'metadata has input "ids" twice'),
        ("outputs", [("y", "FP32", [-1])] * 2, 'metadata has output "y" twice'),
        ("inputs", [("text", "BYTES", [-1])], 'input "text" is of strings (BYTES)'),
        ("outputs", [("y", "BF16", [-1])], 'output "y" is of BF16; numbers alone'),
    ],
)
def test_metadata_that_can_not_be_gone_by_is_refused(
    bench: Bench, server: Server, key: str, tensors: list[tuple[str, str, list[int]]], says: str
) -> None:
    setattr(server, key, tensors)
    assert says in refused(bench.twin, {"url": server.url, "model": "tagger"})
