"""Plant faults and see who is blamed: ``python -m tests.bench.blame [MODEL ...]``.

One fault at a time, drawn by ``--seed``, explained as ``parity explain`` does on one feed: weights
changed; ops replaced, left out, rewired, their inputs swapped; constants and attributes changed; a
fusion of ONNX Runtime's that is broken (an engine that runs another file than its own, unless it
is told to optimise nothing) or really wrong; an FP16 or INT8 conversion with a wrong weight; a
reference whose oneDNN kernels are wrong. A fault beyond no tolerance on that feed isn't counted,
nor is one that ONNX Runtime refuses to load. Also what healthy pairs come to, on several feeds.

Prints a line a miss, a row a model and the shares; misses are misses. Exits 1 below 95 % of the
right op first, or of the right stage, or if anything healthy is blamed.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime

from parity.compare.tolerance import DEFAULTS
from parity.diagnose.explain import Explanation, climb
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import Failing, ask
from parity.exports.derive import derive
from parity.model.artifact import Artifact, resolve
from parity.model.formats.read import graph_of
from parity.model.lowered.parameters import parameters
from parity.model.tensors import Feed
from parity.mutate import fused, graph, weights
from parity.verify.request import Request, Side
from parity.zoo import build

MODELS = ("ernie-tiny-ner", "ernie-3.0-mini", "lac", "mobilenet-v3-small", "tagger")

SMALL = Path(__file__).parents[1] / "diagnose" / "build_small.py"
WRONG = Path(__file__).with_name("build_wrong.py")

SHARE = 0.95

_TRIES = 6  # faults for one that shows

LONG_S = 600.0  # of one explanation: what is measured is what it says


@dataclass(frozen=True)
class Fault:
    """One that was planted: of what kind, what it is, in which candidate, by whose fault.

    stages: whose fault it is. guilty: names of nodes or weights, one of which must come first;
    none where there is no such thing.
    """

    kind: str
    what: str
    candidate: Side
    stages: tuple[str, ...]
    guilty: frozenset[str] = frozenset()
    precision: str = "fp32"


def feed_of(model: Artifact, draw: random.Random, size: int = 13) -> Feed:
    """Three rows of 13, all of them valid."""
    rng = np.random.default_rng(draw.randrange(2**32))
    feed: dict[str, Any] = {}
    for spec in graph_of(model.program).inputs:
        if spec.dtype.startswith("float"):
            axes = [size if len(spec.shape) == 3 else 64] * len(spec.shape)
            shape = [
                a if isinstance(a, int) and a > 0 else (2 if i == 0 else axes[i])
                for i, a in enumerate(spec.shape)
            ]
            feed[spec.name] = rng.standard_normal(shape).astype(spec.dtype)
        elif "length" in spec.name:
            feed[spec.name] = np.full(3, size)
        elif "mask" in spec.name:
            feed[spec.name] = np.ones((3, size), np.int64)
        else:
            most = 2 if "type" in spec.name else 50 if spec.name == "ids" else 500
            feed[spec.name] = rng.integers(1, most, (3, size))
    return feed


class Bench:
    """The faults of one model. home: with the Paddle model and its raw export."""

    def __init__(self, home: Path, folder: Path, draw: random.Random) -> None:
        self.reference = resolve(home, want="paddle")
        self.healthy = home / "model.onnx"
        self.folder, self.draw = folder, draw
        self._made = 0

    def faults(self, kind: str) -> Iterator[Fault]:
        """Of a kind, as many as are asked for."""
        if kind == "weights":
            return self._weights()
        if kind == "optimiser":
            return self._optimiser()
        return self._conversion(kind) if kind in ("fp16", "int8") else self._graph(kind)

    def _save(self, model: onnx.ModelProto) -> Path:
        self._made += 1
        path = self.folder / f"planted-{self._made}.onnx"
        onnx.save(model, path)
        return path

    def _side(self, model: onnx.ModelProto) -> Side:
        return Side(resolve(self._save(model)), "ort")

    def _weights(self) -> Iterator[Fault]:
        known = set(parameters(self.reference))
        while True:
            model = onnx.load(self.healthy)
            made = weights.weight(model.graph, known, self.draw)
            if made is not None:
                what = f"{made[0]} {' and '.join(sorted(made[1]))}"
                yield Fault("weights", what, self._side(model), ("weights",), frozenset(made[1]))

    def _graph(self, kind: str) -> Iterator[Fault]:
        while True:
            model = onnx.load(self.healthy)
            for at, node in enumerate(model.graph.node):
                node.name = node.name or f"{node.op_type}.nameless.{at}"
            nodes = [n for n in model.graph.node if n.op_type not in ("Constant", "Identity")]
            self.draw.shuffle(nodes)
            node = next((n for n in nodes if graph.PLANTS[kind](model.graph, n, self.draw)), None)
            if node is None:
                return
            # Who reads an attribute wrongly is the exporter: either is right. Paddle's pools are
            # one op, of which the kind is an attribute.
            told = kind in ("attribute", "constant") or node.op_type == "GlobalMaxPool"
            stages = ("attributes", "exporter") if told else ("exporter",)
            yield Fault(kind, node.name, self._side(model), stages, frozenset([node.name]))

    def _optimiser(self) -> Iterator[Fault]:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.graph_optimization_level = level
        options.optimized_model_filepath = str(self.folder / "optimised.onnx")
        onnxruntime.InferenceSession(str(self.healthy), options)
        before = {n.op_type for n in onnx.load(self.healthy).graph.node}
        while True:
            model = onnx.load(options.optimized_model_filepath)
            what = fused.fused(model.graph, before, self.draw)
            if what is None:
                return
            twin = {"twin": str(self._save(model))}
            yield Fault(
                "optimiser", what, Side(resolve(self.healthy), "twin", twin), ("optimiser",)
            )

    def _conversion(self, precision: str) -> Iterator[Fault]:
        made = derive(self.reference, opset=13, precision=precision).path
        while True:
            model = onnx.load(made)
            guilty = fused.lowered(model.graph, self.draw)
            if guilty is None:
                return
            what = f"{precision} of {sorted(guilty)[0]}"
            side, stages = self._side(model), ("conversion",)
            yield Fault(precision, what, side, stages, frozenset(guilty), precision)


def explained(reference: Artifact, fault: Fault, feed: Feed) -> tuple[Explanation, Failing] | None:
    """What is said of a fault; None where the feed doesn't show it, or it doesn't load."""
    request = Request(
        Side(reference, "paddle"), fault.candidate, precision=fault.precision,
        tolerance=DEFAULTS[fault.precision],
    )  # fmt: skip
    failed = ask(request, feed, Clock(LONG_S))
    yard = failed.yardstick() if failed is not None and failed.actual else None
    if failed is None or yard is None or not yard.beyond:
        return None
    found = climb(request, feed, failed.names, budget_s=LONG_S, failed=failed)
    return None if found is None else (found, failed)


def first(found: Explanation) -> set[str]:
    """What is blamed first: a weight by both its names, else the nodes of the first culprit."""
    if found.stage == "weights" and found.weights:
        return {found.weights[0].name, found.weights[0].reference}
    if not found.culprits:
        return set()
    culprit = found.culprits[0]
    return {culprit.node, *(culprit.stretch.nodes if culprit.stretch is not None else ())}


def run(bench: Bench, counts: dict[str, int], feed: Feed) -> Counter[str]:
    tally: Counter[str] = Counter()
    for kind, count in counts.items():
        for tried, fault in enumerate(bench.faults(kind)):
            if tally[kind] >= count or tried >= _TRIES * count:
                break
            began = time.monotonic()
            told = explained(bench.reference, fault, feed)
            if told is None:
                tally["not counted"] += 1
                continue
            tally[kind] += 1
            tally["ms"] += int(1000 * (time.monotonic() - began))
            judge(fault, told[0], tally)
    return tally


def judge(fault: Fault, found: Explanation, tally: Counter[str]) -> None:
    stage = found.stage in fault.stages
    tally["faults"] += 1
    tally["stage"] += stage
    hit = True
    if fault.guilty:
        hit = bool(first(found) & fault.guilty)
        tally["with op"] += 1
        tally["op"] += hit
    if not (stage and hit):
        missed = " and ".join(n for n, right in (("stage", stage), ("op", hit)) if not right)
        said = f"{found.stage}, {sorted(first(found))[:4]}: {found.summary}"
        print(f"  MISS {missed}: {fault.kind} {fault.what}: {said}", flush=True)


def alarms(bench: Bench, runs: int) -> Counter[str]:
    """Healthy pairs, blamed or not, on several feeds."""
    tally: Counter[str] = Counter()
    side = Side(resolve(bench.healthy), "ort")
    for at in range(runs):
        feed = feed_of(bench.reference, bench.draw, 2 + 9 * at)
        request = Request(Side(bench.reference, "paddle"), side)
        found = climb(request, feed, {}, budget_s=LONG_S, failing=False)
        tally["healthy"] += 1
        assert found is not None
        if found.culprits or found.weights or found.stage not in ("rounding", "unknown"):
            tally["alarms"] += 1
            print(f"  ALARM: {found.stage}: {found.summary}", flush=True)
    return tally


def wrong(root: Path, draw: random.Random, feeds: int) -> Counter[str]:
    """References that are wrong, and a fusion that really is."""
    tally: Counter[str] = Counter()
    subprocess.run([sys.executable, str(WRONG), str(root)], check=True)
    for home in sorted(p for p in root.iterdir() if p.is_dir()):
        reference = resolve(home, want="paddle")
        stage = "optimiser" if home.name == "turned" else "reference"
        for size in range(feeds):
            fault = Fault(stage, home.name, Side(resolve(home / "model.onnx"), "ort"), (stage,))
            told = explained(reference, fault, feed_of(reference, draw, 5 + 8 * size))
            if told is None:
                tally["not counted"] += 1
                continue
            tally[stage] += 1
            judge(fault, told[0], tally)
    return tally


def register(folder: Path) -> None:
    """Make the engine with the broken optimiser known, here and in the processes of workers."""
    info = folder / "twin-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: twin\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[parity.engines]\ntwin = twin_engine\n")
    sys.path += [str(folder), str(Path(__file__).parent)]


def counts_of(count: int) -> dict[str, int]:
    """Of ``count`` faults of a model, how many of which kind."""
    half = max(1, count // 12)
    return {
        "weights": 3 * half, "other op": 2 * half, "left out": half, "swapped": half,
        "rewired": half, "constant": half, "attribute": 2 * half, "optimiser": half,
        "fp16": half, "int8": half,
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=[*MODELS, "wrong"])
    parser.add_argument("--count", type=int, default=24, help="faults a model")
    parser.add_argument("--healthy", type=int, default=10, help="healthy runs a model")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        register(root / "site")
        for name in given.models:
            draw = random.Random(f"{given.seed} {name}")  # noqa: S311  nothing secret
            tally = of(name, root / name, draw, given.count, given.healthy)
            print(name, dict(tally), flush=True)
            total += tally
    print("all", dict(total))
    shares = [total["op"] / max(1, total["with op"]), total["stage"] / max(1, total["faults"])]
    print(f"right op first {shares[0]:.1%}, right stage {shares[1]:.1%}, of {total['faults']}; "
          f"{total['alarms']} of {total['healthy']} healthy runs blamed")  # fmt: skip
    return int(min(shares) < SHARE or bool(total["alarms"]) or not total["faults"])


def of(name: str, folder: Path, draw: random.Random, count: int, healthy: int) -> Counter[str]:
    folder.mkdir()
    if name == "wrong":
        return wrong(folder, draw, max(1, count // 8))
    if name == "tagger":
        subprocess.run([sys.executable, str(SMALL), str(folder)], check=True)
        home = folder / "tagger"
    else:
        home = build(name)
    bench = Bench(home, folder, draw)
    return run(bench, counts_of(count), feed_of(bench.reference, draw)) + alarms(bench, healthy)


if __name__ == "__main__":
    sys.exit(main())
