"""What must not pass in a fleet, in parts and in a store: each is made, and must be told."""

import json
import os
import subprocess
from typing import Any

from tests.bench.fleet import Machine, cluster, plain, reasons, red
from tests.gate.repository import Repository
from tests.verify.conftest import tagger

CASE = "tagger-0"

DIES_ONCE = """
import os
from pathlib import Path
import parity.gate.run as run
verify = run.verify
def die(request, *args, **kwargs):
    mark = Path("MARK")
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), 9)
    return verify(request, *args, **kwargs)
run.verify = die
"""

STOPS_ONCE = DIES_ONCE.replace("os.kill(os.getpid(), 9)", "os.kill(os.getpid(), 19)")


def killed(machine: Machine) -> None:
    _lost(machine, DIES_ONCE, "a worker that is killed", {})


def stopped(machine: Machine) -> None:
    """Dask gives up a worker that says nothing for its time to live, five minutes by default."""
    ttl = {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "10 s"}
    _lost(machine, STOPS_ONCE, "a worker that is stopped", ttl)


def _lost(machine: Machine, code: str, what: str, more: dict[str, str]) -> None:
    mark = machine.root / "mark"
    mark.unlink(missing_ok=True)
    os.environ.update(more)
    try:
        with cluster(machine, "dask") as made:
            for _ in range(2):
                made.worker(code.replace("MARK", str(mark)))
            machine.drive(made.ready(2), "lost", "--case", CASE)
    finally:
        for name in more:
            del os.environ[name]
    found = reasons(machine, "lost")
    assert len(found) == 1, found
    red(what, *found.values(), "its worker tcp://", "was lost")


def hangs(machine: Machine) -> None:
    """A candidate that never answers: the cell's own limit ends it, as on one machine."""
    folder = machine.root / "golden" / "hangs"
    made = Repository(machine.root / "hanging").case("hangs", tagger())
    made.rename(folder)
    text = (folder / "case.toml").read_text()
    engines = '[engines.candidate]\nengine = "fake"\nfault = "hang"\n'
    (folder / "case.toml").write_text(text + engines)
    try:
        with cluster(machine, "dask") as fleet:
            fleet.worker()
            machine.drive(fleet.ready(1), "hangs", "--case", "hangs", "--timeout", "3")
    finally:
        subprocess.run(["rm", "-r", str(folder)], check=True)
    (reason,) = reasons(machine, "hangs").values()
    red("a candidate that hangs", reason, "no answer to run within 3 s")


def without_model(machine: Machine) -> None:
    with cluster(machine, "dask") as made:
        made.worker()
        on = made.ready(1)
        machine.drive(on, "sent", "--case", CASE, "--elsewhere", "sent")
        there = json.loads((machine.root / "sent.json").read_text())
        assert there["passed"], "what is sent must do"
        # The worker has kept what it was sent; another cache is another machine.
    with cluster(machine, "dask") as made:
        made.worker(environment={"PARITY_CACHE": str(machine.root / "fresh")})
        machine.drive(made.ready(1), "unsent", "--case", CASE, "--elsewhere", "unsent")
    told = set(reasons(machine, "unsent").values())
    red("a worker without the model", "; ".join(sorted(told)), "this worker hasn't got it")


def broken_store(machine: Machine) -> None:
    """No verdict of its own: it is told, removed, and made anew."""
    store = machine.root / "store"
    more = {"PARITY_STORE": str(store)}
    words = (f"--parity-case={CASE}",)
    machine.gate("whole", *words, more=more)
    answers = sorted(store.glob("answers/*/*.safetensors"))
    assert answers, "nothing was kept"
    for path in answers:
        raw = bytearray(path.read_bytes())
        raw[-1] ^= 1
        path.write_bytes(raw)
    machine.gate("broken", *words, more=more)
    document: dict[str, Any] = json.loads((machine.root / "broken.json").read_text())
    told = [c["result"]["store"] for c in document["cells"] if c["result"]]
    broken = sum(t["broken"] for t in told)
    red("a store with broken entries", f"{broken} of {len(answers)} told, made anew", "told")
    assert broken == len(answers) or broken > 0, told
    assert plain(document) == machine.cells("whole")
    machine.gate("mended", *words, more=more)
    mended = json.loads((machine.root / "mended.json").read_text())
    assert not any(c["result"]["store"]["broken"] for c in mended["cells"] if c["result"])


def parts(machine: Machine) -> None:
    words = (f"--parity-case={CASE}",)
    for number in (1, 2):
        machine.gate(f"half{number}", f"--parity-shard={number}/2", *words)
    code, said = machine.merge("out.json", "half1.json")
    red("a part left out", said, "missing: shard 2/2")
    assert code == 2
    code, said = machine.merge("out.json", "half1.json", "half2.json", "half2.json")
    red("a part given twice", said, "shard 2/2 is there 2 times")
    assert code == 2


def commits(machine: Machine) -> None:
    def git(*words: str) -> None:
        told = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a",
                "GIT_COMMITTER_EMAIL": "a@b"}  # fmt: skip
        subprocess.run(["git", *words], cwd=machine.root, check=True, capture_output=True,
                       env={**os.environ, **told})  # fmt: skip

    git("init")
    words = (f"--parity-case={CASE}",)
    for number in (1, 2):
        git("commit", "--allow-empty", "-m", str(number))
        machine.gate(f"half{number}", f"--parity-shard={number}/2", *words)
    code, said = machine.merge("out.json", "half1.json", "half2.json")
    red("parts of two commits", said, "another commit")
    assert code == 2


FAULTS = (killed, stopped, hangs, without_model, broken_store, parts, commits)
