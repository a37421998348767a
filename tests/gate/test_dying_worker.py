"""A worker of pytest-xdist that dies ends the session red, whatever the distribution."""

import pytest

from tests.gate.repository import Repository
from tests.verify.conftest import tagger

# The environment tells a worker from the controller; what is killed there comes to no end.
KILL = """
import os
import parity.gate.run as run
verify = run.verify
def die(request, *args, **kwargs):
    if "deadly" in str(request.candidate.model.program) and request.max_length == LENGTH:
        os._exit(1)
    return verify(request, *args, **kwargs)
if "PYTEST_XDIST_WORKER" in os.environ:
    run.verify = die
"""
LONG = "[inputs.long]\nmax_length = 20\nexamples = 5\n[inputs.more]\nmax_length = 16\nexamples = 5"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dist", "length"), [("loadgroup", 12), ("loadgroup", 16), ("loadfile", 12)]
)
def test_a_worker_that_dies_ends_the_session_red(
    repository: Repository, dist: str, length: int
) -> None:
    repository.case("deadly", tagger(), rest=LONG)
    repository.case("healthy", tagger())
    (repository.root / "conftest.py").write_text(KILL.replace("LENGTH", str(length)))
    ran = repository.run("golden", "-n", "1", "--dist", dist)
    assert ran.code == 1, ran.text
    dead = {12: "deadly[file-fp32-short]", 16: "deadly[file-fp32-more]"}[length]
    assert ran.status(dead) == "error"
    assert ran.reason(dead) == "ended without a result: its process died"
    others = {name: cell["status"] for name, cell in ran.cells.items() if name != dead}
    assert others == dict.fromkeys(others, "passed")
    assert len(others) == 3


@pytest.mark.slow
@pytest.mark.parametrize("dist", ["loadgroup", "worksteal"])
def test_a_worker_that_is_killed_beside_another_ends_the_session_red(
    repository: Repository, dist: str
) -> None:
    """As memory that runs out does it. A session that waits for the dead runs into a time limit."""
    repository.case("deadly", tagger(), rest=LONG)
    repository.case("healthy", tagger(), rest=LONG)
    killing = KILL.replace("LENGTH", "12").replace("os._exit(1)", "os.kill(os.getpid(), 9)")
    assert killing.count("os.kill") == 1
    (repository.root / "conftest.py").write_text(killing)
    ran = repository.run("golden", "-n", "2", "--dist", dist)
    assert ran.code == 1, ran.text
    dead = "deadly[file-fp32-short]"
    assert ran.status(dead) == "error"
    assert ran.reason(dead) == "ended without a result: its process died"
    others = {name: cell["status"] for name, cell in ran.cells.items() if name != dead}
    assert others == dict.fromkeys(others, "passed")
    assert len(others) == 5
