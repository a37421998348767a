"""MLServer, as it is installed, over both of its protocols: at parity, and when it pads wrongly."""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from parity import zoo
from parity.engines import Options
from parity.model.artifact import resolve
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from tests.environments.venv import named_or_built

pytestmark = pytest.mark.slow

ENV = "PARITY_MLSERVER_ENV"

Ports = dict[str, int]


def free() -> Ports:
    sockets = [socket.socket() for _ in range(3)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    names = ("http_port", "grpc_port", "metrics_port")
    ports = {n: int(s.getsockname()[1]) for n, s in zip(names, sockets, strict=True)}
    for one in sockets:
        one.close()
    return ports


@pytest.fixture(scope="module")
def model() -> Path:
    return zoo.build("ernie-tiny-ner")


@pytest.fixture(scope="module")
def ports(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    folder = tmp_path_factory.mktemp("mlserver")
    there = named_or_built(ENV, folder / "env", ["mlserver", "onnxruntime"])
    found = free()
    settings = {"host": "127.0.0.1", "parallel_workers": 0, "debug": False, **found}
    served = folder / "models"
    served.mkdir()
    (served / "settings.json").write_text(json.dumps(settings))
    shutil.copy(Path(__file__).with_name("mlserver_runtime.py"), served)
    tensor = {"datatype": "INT64", "shape": [-1, -1]}
    for name in ("tagger", "padder"):
        (served / name).mkdir()
        told = {
            "name": name,
            "implementation": "mlserver_runtime.OnnxModel",
            "parameters": {
                "uri": str(model / "model.onnx"),
                "version": "v1",
                "extra": {"pads": name != "tagger"},
            },
            "inputs": [{"name": n, **tensor} for n in ("input_ids", "token_type_ids")],
            "outputs": [{"name": "fetch_name_0", "datatype": "FP32", "shape": [-1, -1, 7]}],
        }  # fmt: skip
        (served / name / "model-settings.json").write_text(json.dumps(told))
    program = there.python.with_name("mlserver")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [there.python, program, "start", served], stdout=log, stderr=log, cwd=served,
            env={"PYTHONPATH": str(served), "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
    try:
        yield found
    finally:
        process.terminate()
        process.wait(30)


def checked(model: Path, url: str, name: str) -> Result:
    options: Options = {"url": url, "model": name, "ready": 120.0}
    return verify(Request(
        Side(resolve(model, want="paddle"), "paddle"),
        Side(resolve(model / "model.onnx"), "kserve", options),
        effort=Effort(2, shrink_s=5), max_length=16,
    ))  # fmt: skip


def url(ports: Ports, protocol: str) -> str:
    return f"{protocol}://127.0.0.1:{ports[f'{protocol}_port']}"


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_it_serves_what_the_file_says(model: Path, ports: Ports, protocol: str) -> None:
    result = checked(model, url(ports, protocol), "tagger")
    assert result.passed, result.verdict.findings
    assert result.verdict.elements
    assert result.engines["candidate"].version.startswith("mlserver ")
    assert result.engines["candidate"].effective["protocol"] == protocol


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_one_that_pads_wrongly_is_found(model: Path, ports: Ports, protocol: str) -> None:
    result = checked(model, url(ports, protocol), "padder")
    assert not result.passed
    assert result.minimal is not None
    assert result.minimal.example.feed["input_ids"].shape[1] % 8
