"""How often a healthy export is called broken: ``python tests/bench/false_alarms.py``.

Not a test: 20 seeds of 200 examples a model take a while. Every model is the zoo's own,
in Paddle and as exported, so that each finding is a false alarm. Prints for each model
the alarms, the runs that ended without a verdict, and the largest share of the tolerance
that any healthy run used, at positions that count and at padding, and of rounding: the largest
difference over the noise measured there. Above the tolerance, rounding decided. Exits 1 if there
was an alarm or no verdict.
"""

import argparse
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from parity import zoo
from parity.errors import ParityError
from parity.exports.derive import derive
from parity.model.artifact import resolve
from parity.verify.reference import reference_of
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify

MODELS = (
    *("ernie-tiny-ner", "ernie-tiny-sentiment", "minilm", "ernie-3.0-nano", "lac"),
    *("ppocr-v2-cls", "ppocr-v4-rec", "ppocr-v4-det"),
    *("mobilenet-v3-small", "mobilenet-v3-large", "resnet18"),
)

MAX_BATCH = {"lac": 1}  # its export loses the lengths: padded batches do differ


@dataclass
class Count:
    """What the runs of one model came to; shares are of what is allowed."""

    runs: int = 0
    examples: int = 0
    elements: int = 0
    alarms: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    valid: float = 0.0
    padding: float = 0.0
    noise: float = 0.0
    seconds: float = 0.0

    def add(self, seed: int, result: Result) -> None:
        """Count one run."""
        verdict = result.verdict
        self.runs += 1
        self.examples += verdict.examples
        self.elements += verdict.elements
        if not verdict.passed:
            feed = f" on {result.minimal.example.label}" if result.minimal else ""
            self.alarms.append(f"seed {seed}{feed}: {verdict.findings[0]}")
        for m in result.noise.values():
            self.noise = max(self.noise, m.max_abs / (m.rounding or float("inf")))
        for measured in verdict.worst:
            if measured.region == "padding":
                self.padding = max(self.padding, measured.ratio)
            else:
                self.valid = max(self.valid, measured.ratio)


def request(name: str, folder: Path, candidate: Path, seed: int, examples: int) -> Request:
    return Request(
        Side(resolve(folder, want="paddle"), "paddle"),
        Side(resolve(candidate), "ort"),
        effort=Effort(examples, seed=seed, shrink_s=20.0),
        max_batch=MAX_BATCH.get(name),
    )


def count(name: str, seeds: range, examples: int, opset: int | None) -> Count:
    """All runs of one model. What goes wrong in one doesn't end the others."""
    total = Count()
    started = time.monotonic()
    try:
        folder = zoo.build(name)
        candidate = folder / "model.onnx"
        if opset is not None:
            paddle = resolve(folder, want="paddle")
            candidate = derive(paddle, opset=opset, precision="fp32").path
    except ParityError as error:
        total.without.append(str(error))
        return total
    first = request(name, folder, candidate, seeds[0], examples)
    # The boundary feeds are much the same for each seed: the reference answers them once.
    side = first.reference
    with reference_of(side, remember=True, run_timeout_s=first.run_timeout_s) as reference:
        for seed in seeds:
            asked = request(name, folder, candidate, seed, examples)
            try:
                total.add(seed, verify(asked, reference=reference))
            except ParityError as error:
                total.without.append(f"seed {seed}: {error}")
            print(f"\r{name}: seed {seed}", end="", file=sys.stderr, flush=True)
    print("\r\033[K", end="", file=sys.stderr)
    total.seconds = time.monotonic() - started
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description="False alarms on healthy exports of the zoo.")
    parser.add_argument("models", nargs="*", metavar="MODEL", default=MODELS)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--opset", type=int, help="of an export made for this; default: the zoo's")
    given = parser.parse_args()
    seeds = range(given.first_seed, given.first_seed + given.seeds)
    if not seeds:
        parser.error(f"--seeds {given.seeds}: at least one is needed")
    wrong = 0
    print(
        f"{'model':22} {'runs':>5} {'alarms':>7} {'no verdict':>11} {'examples':>9} "
        f"{'elements':>12} {'worst':>7} {'padding':>8} {'noise':>7} {'seconds':>8}"
    )
    for name in given.models:
        total = count(name, seeds, given.examples, given.opset)
        wrong += len(total.alarms) + len(total.without)
        print(
            f"{name:22} {total.runs:5} {len(total.alarms):7} {len(total.without):11} "
            f"{total.examples:9,} {total.elements:12,} {total.valid:7.0%} {total.padding:8.1%} "
            f"{total.noise:6.1f}x "
            f"{total.seconds:8.0f}",
            flush=True,
        )
        for line in (*total.alarms, *total.without):
            print(f"    {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
