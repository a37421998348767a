"""``parity matrix --on``: the same as one machine, and a worker that is lost is told."""

import contextlib
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner

from parity.cli.matrix import matrix
from parity.errors import UsageError
from parity.fleet.address import Address, address
from parity.report.gated.document import timeless
from tests.fleet.cluster import Cluster
from tests.gate.repository import Repository
from tests.verify.conftest import tagger

INPUTS = """
[inputs.long]
max_length = 16
examples = 5
[inputs.more]
max_length = 14
examples = 5
"""
CELLS = [f"one[file-fp32-{name}]" for name in ("short", "long", "more")]

DIES = """
import os
from pathlib import Path
import parity.gate.run as run
verify = run.verify
def die(request, *args, **kwargs):
    if request.max_length == 16 and not Path("MARK").exists():
        Path("MARK").touch()
        os._exit(1)
    return verify(request, *args, **kwargs)
run.verify = die
"""


def test_addresses() -> None:
    assert address("dask:tcp://10.0.0.1:8786") == Address("tcp://10.0.0.1:8786", "10.0.0.1", 8786)
    assert address("dask:tls://[::1]:1").host == "::1"


@pytest.mark.parametrize(
    "text",
    ["", "tcp://a:1", "dask:a:1", "dask:tcp://a", "dask:tcp://a:0", "dask:tcp://a:99999",
     "dask:http://a:1", "dask:tcp://a:1/x", "ray:tcp://a:1"],
)  # fmt: skip
def test_what_is_no_address_is_told(text: str) -> None:
    with pytest.raises(UsageError, match="write dask:tcp://HOST:PORT"):
        address(text)


def test_a_port_where_nobody_listens_is_one_line(repository: Repository) -> None:
    folder = repository.case("one", tagger())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        on = f"dask:tcp://127.0.0.1:{free.getsockname()[1]}"
        done = CliRunner().invoke(matrix, [str(folder), "--on", on], standalone_mode=False)
    assert isinstance(done.exception, UsageError)
    assert "no scheduler answers there: Connection refused" in str(done.exception)
    assert "distributed" not in sys.modules


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "dask").mkdir()
    with Cluster(tmp_path / "dask", tmp_path / "cache") as made:
        yield made


def asked(cluster: Cluster, folder: Path, *words: str) -> tuple[int, str, dict[str, Any]]:
    """Exit code, what was printed, and the cells by name."""
    out = folder.parent / "out.json"
    done = subprocess.run(
        [sys.executable, "-m", "parity", "matrix", str(folder), "--json", str(out), *words],
        capture_output=True, text=True, check=False, timeout=300,
        env=cluster.environment({}), cwd=folder.parent,
    )  # fmt: skip
    made = json.loads(out.read_text()) if out.exists() else {"cells": []}
    out.unlink(missing_ok=True)
    return done.returncode, done.stdout + done.stderr, made


def engines(cluster: Cluster) -> list[psutil.Process]:
    """Processes of engines that the workers have begun."""
    found = []
    for process in cluster.started:
        for inner in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if "parity.workers.child" in inner.cmdline():
                    found.append(inner)
    return found


def without_threads(made: dict[str, Any]) -> Any:
    """Engines have more threads to themselves once a reference has answered all before."""
    for cell in made["cells"]:
        for side in ("reference", "candidate"):
            if cell["result"]:
                cell["result"][side]["options"].pop("threads")
    return timeless(made)


@pytest.mark.slow
def test_two_workers_tell_what_one_machine_tells(repository: Repository, cluster: Cluster) -> None:
    folder = repository.case("one", tagger(), rest=INPUTS)
    cluster.worker(), cluster.worker()
    on = cluster.ready(2)
    code, text, many = asked(cluster, folder, "--on", on)
    assert code == 0, text
    assert many["passed"]
    # A worker has no engine left behind the last cell, though nobody waits for that.
    assert psutil.wait_procs(engines(cluster), timeout=100)[1] == []
    code, text, one = asked(cluster, folder)
    assert code == 0, text
    assert [c["cell"] for c in one["cells"]] == CELLS
    assert without_threads(many) == without_threads(one)


@pytest.mark.slow
def test_a_worker_that_dies_is_an_error_in_its_cell_alone(
    repository: Repository, cluster: Cluster, tmp_path: Path
) -> None:
    """The other could run the cell, and would pass it; Dask asks it to, and it refuses."""
    folder = repository.case("one", tagger(), rest=INPUTS)
    dies = DIES.replace("MARK", str(tmp_path / "mark"))
    cluster.worker(dies), cluster.worker(dies)
    on = cluster.ready(2)
    code, text, made = asked(cluster, folder, "--on", on)
    assert code == 1, text
    assert not made["passed"]
    told = {c["cell"]: (c["status"], c["reason"]) for c in made["cells"]}
    assert list(told) == CELLS
    status, reason = told.pop("one[file-fp32-long]")
    assert status == "error"
    assert reason.startswith("its worker tcp://127.0.0.1:")
    assert reason.endswith(" was lost, and a cell is never run twice")
    assert {s for s, _ in told.values()} == {"passed"}
    code, text, made = asked(cluster, folder, "--on", on)
    assert code == 0, text
    assert made["passed"]
