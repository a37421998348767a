"""What parity costs, as ratios from one run. Not a test: ``python tests/bench/overhead.py``.

(a)  wall time of a check's examples over the time in which its engines were at work
(b)  wall time of a check's examples over the script of the Paddle2ONNX development guide
     (section 2.6: eager Paddle, then ONNX Runtime, then two differences), looped over the
     same feeds in one process, start-up apart
(c)  time from command to first compared example, over importing both engines and loading
     both models in one process
(d)  seconds of ``parity --help``
(e)  what measuring rounding takes, over the wall time of the other examples
(f)  the whole command over the guide's whole script on the same feeds, start-up in both

Each is the best of several rounds: what disturbs a machine only ever adds time.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from parity import zoo
from parity.model.artifact import resolve
from parity.model.tensors import Feed
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from parity.verify.sides import Sides

HERE = Path(__file__).parent


def request(folder: Path, examples: int) -> Request:
    return Request(
        reference=Side(resolve(folder, want="paddle"), "paddle"),
        candidate=Side(resolve(folder / "model.onnx"), "ort"),
        effort=Effort(examples),
    )


def examples_of(asked: Request) -> tuple[Result, list[Feed]]:
    """A check, and copies of the feeds that it ran."""
    feeds: list[Feed] = []
    submit = Sides.submit

    def noting(sides: Sides, example: object) -> None:
        feeds.append({n: np.array(a) for n, a in example.feed.items()})  # type: ignore[attr-defined]
        submit(sides, example)  # type: ignore[arg-type]

    Sides.submit = noting  # type: ignore[method-assign, assignment]
    try:
        return verify(asked), feeds
    finally:
        Sides.submit = submit  # type: ignore[method-assign]


def guide(name: str, folder: Path, feeds: list[Feed]) -> tuple[float, float]:
    """Seconds of the guide's loop over the feeds, and of its whole process."""
    with tempfile.TemporaryDirectory() as scratch:
        for number, feed in enumerate(feeds):
            np.savez(Path(scratch) / f"{number:05}.npz", **feed)  # type: ignore[arg-type]
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, str(HERE / "guide.py"), name, str(folder), scratch],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        whole = time.perf_counter() - begun
    return float(done.stdout.split()[-1]), whole


def run(*command: str) -> float:
    """Wall seconds of a process; of ``first.py``, up to the moment that it prints."""
    begun = time.time()
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    ended = time.time()
    if command[0].endswith("first.py"):
        # Among what the command itself says.
        return float(done.stdout.partition("\nfirst ")[2].split()[0]) - begun
    if done.returncode:
        raise SystemExit(done.stderr)
    return ended - begun


def searching(result: Result) -> float:
    return sum(result.seconds.get(stage, 0.0) for stage in ("boundary", "generate", "target"))


def bench(name: str, examples: int, rounds: int) -> None:
    folder = zoo.build(name)
    overheads, ratios, wholes, noises = [], [], [], []
    command = ("-m", "parity", "check", f"{folder}/model.onnx", "--max-examples", str(examples))
    for _ in range(rounds):
        result, feeds = examples_of(request(folder, examples))
        if not result.verdict.passed:
            raise SystemExit(f"{name}: no parity, so nothing to time")
        overheads.append(searching(result) / result.seconds["engines"])
        # In turns, so that both meet the machine in the same mood.
        loop, script = guide(name, folder, feeds)
        ratios.append(searching(result) / loop)
        wholes.append(run(*command) / script)
        noises.append(result.seconds["rounding"] / searching(result))
    print(f"{name}: {len(feeds)} feeds, {result.verdict.elements:,} elements")
    print(f"  (a) examples over engine time      {min(overheads):.3f}   aim <= 1.05")
    print(f"  (b) examples over the guide's loop {min(ratios):.3f}   aim <= 0.40")
    pair = [
        (run(str(HERE / "first.py"), str(folder)), run(str(HERE / "bare.py"), str(folder)))
        for _ in range(rounds)
    ]
    first, bare = min(p[0] for p in pair), min(p[1] for p in pair)
    print(f"  (e) rounding over the examples     {min(noises):.3f}   aim <= 0.15")
    print(f"  (f) command over the whole script  {min(wholes):.3f}   aim <= 0.50")
    print(f"  (c) first example over bare load   {first / bare:.3f}   aim <= 0.90", end="")
    print(f"   ({first:.2f} s, {bare:.2f} s)", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", default=["ernie-3.0-nano", "ernie-3.0-mini"])
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    for name in given.models:
        bench(name, given.examples, given.rounds)
    seconds = min(run("-m", "parity", "--help") for _ in range(5))
    print(f"(d) parity --help: {seconds:.2f} s   aim <= 0.20")


if __name__ == "__main__":
    main()
