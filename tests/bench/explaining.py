"""What an explanation costs: ``python -m tests.bench.explaining [zoo:NAME | FOLDER]``.

Not a test. Explains a healthy pair on one feed of ids, all rungs up to the ops, in a process of its
own, and prints the seconds of each rung, of all, the processor's time, and the peak of memory of
all its processes together (proportional set sizes: a shared page counts once), beside twice the
model, the largest two activations and 300 MB. ``build_deep.py`` makes 24 layers of 1024. With
``--ahead`` both sides have loaded when the clock starts, as in a check, which loads them while it
shrinks.
"""

import argparse
import json
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from parity.model.artifact import resolve
from parity.model.formats.read import graph_of
from parity.verify.request import Request, Side
from tests.bench.memory import EVERY_S, Peak, size

REST = 300e6


def feed_of(home: Path, rows: int, length: int) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    inputs = graph_of(resolve(home, want="paddle").program).inputs
    return {i.name: rng.integers(1, 2 if "type" in i.name else 500, (rows, length)) for i in inputs}


def explain(home: Path, rows: int, length: int, *, ahead: bool) -> None:
    """In the process that is measured."""
    from parity.diagnose.explain import climb
    from parity.diagnose.inner.force import started

    reference = Side(resolve(home, want="paddle"), "paddle")
    request = Request(reference, Side(resolve(home / "model.onnx"), "ort"))
    feed = feed_of(home, rows, length)
    with ExitStack() as stack:
        sides = None
        if ahead:
            until = time.monotonic() + 3600
            sides = stack.enter_context(started(reference.model, request.candidate.model, until))
            sides.reference.ready()
            sides.candidate.ready()
        began, used = time.monotonic(), sum(_times())
        found = climb(request, feed, {}, budget_s=3600, failing=False, sides=sides)
        seconds, processor = time.monotonic() - began, sum(_times()) - used
    assert found is not None
    told = {
        "seconds": seconds, "processor": processor,
        "rungs": {r.name: r.seconds for r in found.rungs}, "said": found.summary,
        "aligned": [found.aligned, found.of],
    }  # fmt: skip
    print(json.dumps(told))


def _times() -> tuple[float, ...]:
    own = psutil.Process().cpu_times()
    return own.user, own.system, own.children_user, own.children_system


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("model", nargs="?", default="zoo:ernie-3.0-mini")
    parser.add_argument("--rows", type=int, default=1)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--ahead", action="store_true", help="with both sides loaded, as a check")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.model.startswith("zoo:"):
        from parity.zoo import build

        home = build(given.model.removeprefix("zoo:"))
    else:
        home = Path(given.model)
    if given.inside:
        explain(home, given.rows, given.length, ahead=given.ahead)
        return 0
    peak = Peak()
    command = [sys.executable, "-m", "tests.bench.explaining", str(home), "--inside",
               "--rows", str(given.rows), "--length", str(given.length),
               *(["--ahead"] if given.ahead else [])]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        root = psutil.Process(running.pid)
        while running.poll() is None:
            try:
                peak.sample(root)
            except psutil.NoSuchProcess:
                break
            time.sleep(EVERY_S)
        assert running.stdout is not None
        told = running.stdout.read()
    print(told.strip())
    model = size(resolve(home / "model.onnx"))
    shares = ", ".join(f"{role} {part / 1e6:.0f}" for role, part in peak.parts)
    print(
        f"model {model / 1e6:.0f} MB, peak {peak.total / 1e6:.0f} MB ({shares}), "
        f"twice the model and {REST / 1e6:.0f} MB: {(2 * model + REST) / 1e6:.0f} MB"
    )
    return running.returncode


if __name__ == "__main__":
    sys.exit(main())
