"""How far healthy pairs are apart, in units of the tolerance and of measured rounding.

    python tests/bench/rounding.py [MODEL ...] [--seeds N] [--examples N]

The evidence for the factors in ``parity/compare/rounding.py``. For each pair of the zoo and each
of its outputs, over the seeds: the largest difference and what is allowed there; and over the
feeds that were furthest off, the largest ratio of a difference to its noise. Below it the same
with one weight tensor of the candidate scaled by 1.05, the mildest fault that is planted: the
smallest ratio over the seeds. Exits 1 if a healthy ratio is above ``WITHIN`` or a planted one
below ``BEYOND``, where the tolerance itself doesn't tell them.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import onnx
from onnx import numpy_helper

from parity import zoo
from parity.compare.rounding import BEYOND, WITHIN, is_cut_off
from parity.model.artifact import resolve
from parity.verify import run
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify

MODELS = (
    "ernie-tiny-ner",
    "ernie-tiny-sentiment",
    "ernie-3.0-nano",
    "lac",
    "minilm",
    "ppocr-v2-cls",
    "ppocr-v4-rec",
    "ppocr-v4-det",
    "mobilenet-v3-small",
    "mobilenet-v3-large",
    "resnet18",
)

MAX_BATCH = {"lac": 1}  # its export loses the lengths: padded batches do differ


@dataclass
class Row:
    """One output over the seeds. ratios: of a difference to its noise."""

    max_abs: float = 0.0
    allowed: float = 0.0
    share: float = 0.0
    ratios: list[float] = field(default_factory=list)
    excused: int = 0

    def add(self, result: Result, output: str) -> None:
        """Take in one run."""
        for m in result.verdict.worst:
            if m.output == output and m.region != "padding" and m.ratio >= self.share:
                self.max_abs, self.allowed, self.share = m.max_abs, m.allowed, m.ratio
        measured = result.noise.get(output)
        if measured is not None and measured.rounding and not is_cut_off(measured):
            self.ratios.append(measured.max_abs / measured.rounding)
        self.excused += result.rounding + result.second


def request(name: str, folder: Path, candidate: Path, seed: int, examples: int) -> Request:
    return Request(
        Side(resolve(folder, want="paddle"), "paddle"),
        Side(resolve(candidate), "ort"),
        effort=Effort(examples, seed=seed, shrink_s=1.0),
        max_batch=MAX_BATCH.get(name),
    )


def broken(onnx_file: Path, folder: Path) -> Path:
    """The model with the first channel of a middle weight scaled by 1.05."""
    model = onnx.load(str(onnx_file))
    tensors = list(model.graph.initializer)
    tensors += [n.attribute[0].t for n in model.graph.node if n.op_type == "Constant"]
    weights = [t for t in tensors if t.data_type == 1 and len(t.dims) >= 2 and t.dims[0] > 1]
    chosen = weights[len(weights) // 2]
    array = numpy_helper.to_array(chosen).copy()
    array[0] *= 1.05
    chosen.CopyFrom(numpy_helper.from_array(array, chosen.name))
    onnx.save(model, str(folder / "broken.onnx"))
    return folder / "broken.onnx"


def rows(name: str, folder: Path, candidate: Path, seeds: int, examples: int) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for seed in range(seeds):
        result = verify(request(name, folder, candidate, seed, examples))
        for output in result.pairs:
            found.setdefault(output, Row()).add(result, output)
        if not result.verdict.passed:
            print(f"    seed {seed}: {result.verdict.findings[0]}")
    return found


def planted(name: str, folder: Path, seeds: int) -> float:
    """The smallest ratio of a planted difference to its noise, whatever the tolerance says."""
    smallest = float("inf")
    with tempfile.TemporaryDirectory() as scratch:
        candidate = broken(folder / "model.onnx", Path(scratch))
        judged = run.judges_rounding  # type: ignore[attr-defined]
        run.judges_rounding = lambda request: True  # type: ignore[attr-defined]
        for seed in range(seeds):
            asked = request(name, folder, candidate, seed, 5)
            # As wide as it goes, so that every feed is run and the furthest are measured.
            wide = replace(asked.tolerance, atol=1e9)
            result = verify(replace(asked, tolerance=wide))
            ratios = [m.max_abs / m.rounding for m in result.noise.values() if m.rounding]
            smallest = min(smallest, max(ratios, default=float("inf")))
        run.judges_rounding = judged  # type: ignore[attr-defined]
    return smallest


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", metavar="MODEL", default=MODELS)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--examples", type=int, default=50)
    given = parser.parse_args()
    if given.seeds < 1 or given.examples < 1:
        parser.error("at least one seed and one example are needed")
    wrong = 0
    print(f"{'pair':22} {'output':28} {'max abs':>8} {'allowed':>8} {'used':>6} "
          f"{'of rounding':>12} {'decided':>8} {'planted':>9}")  # fmt: skip
    for name in given.models:
        folder = zoo.build(name)
        fault = planted(name, folder, given.seeds)
        found = rows(name, folder, folder / "model.onnx", given.seeds, given.examples)
        for output, row in found.items():
            ratio = max(row.ratios, default=float("nan"))
            wrong += not ratio <= WITHIN
            print(f"{name:22} {output[-28:]:28} {row.max_abs:8.1e} {row.allowed:8.1e} "
                  f"{row.share:6.0%} {ratio:11.2g}x {row.excused:8} {fault:8,.0f}x",
                  flush=True)  # fmt: skip
        wrong += fault < BEYOND
    print(f"rounding is up to {WITHIN:g} times the noise, a fault from {BEYOND:g} times on")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
