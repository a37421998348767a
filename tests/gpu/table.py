"""``python -m tests.gpu.table``: each model by each provider, timed, in one table of Markdown.

Load, first run (kernels are chosen, engines built) and later runs are timed apart; nodes that ran
elsewhere are counted. What can't run here says why: no row passes that wasn't run.
"""

import sys
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from parity import zoo
from parity.compare.outputs import compare
from parity.compare.tolerance import DEFAULTS
from parity.engines import EngineInfo, Options
from parity.errors import ParityError
from parity.model.artifact import Artifact, resolve
from parity.model.tensors import Array, Feed
from parity.workers.worker import Worker
from tests.gpu.here import card

MODELS = ("ernie-tiny-ner", "ernie-3.0-nano", "minilm", "ppocr-v2-cls")
WAYS: Mapping[str, Options] = {
    "cpu": {},
    "cuda": {"provider": "cuda"},
    "cuda, TF32": {"provider": "cuda", "use_tf32": True},
    "tensorrt": {"provider": "tensorrt"},
}
RUNS = 20
HEAD = ("model", "provider", "load s", "first s", "later ms", "off", "allowed", "nodes", "verdict")


def feed_of(model: Artifact) -> Feed:
    """One batch of four, drawn once."""
    from parity.model.domains import signature

    drawn = np.random.default_rng(0)
    made: dict[str, Array] = {}
    for spec in signature(model).inputs:
        if spec.dtype == "int64":
            high = 2 if "type" in spec.name or "mask" in spec.name else 1000
            made[spec.name] = drawn.integers(1, high, (4, 64)) if high > 2 else np.ones(
                (4, 64), np.int64
            ) * ("mask" in spec.name)  # fmt: skip
        else:
            made[spec.name] = drawn.uniform(-1, 1, (4, 3, 48, 192)).astype(np.float32)
    return made


def timed(model: Artifact, options: Options, feed: Feed) -> tuple[list[str], dict[str, Array]]:
    """Seconds, nodes, and outputs. Raises RuntimeError for what doesn't run."""
    began = time.monotonic()
    with Worker("ort", model, options) as worker:
        info = worker.ready()
        if not isinstance(info, EngineInfo):
            raise RuntimeError(str(info))  # noqa: TRY004  how it failed
        loaded = time.monotonic() - began
        seconds, outputs = [], {}
        for _ in range(RUNS + 1):
            reply = worker.run(feed)
            if not isinstance(reply.result, Mapping):
                raise RuntimeError(str(reply.result))  # noqa: TRY004
            seconds.append(reply.finished - reply.started)
            outputs = {name: np.array(a) for name, a in reply.result.items()}
    later = 1000 * float(np.median(seconds[1:]))
    nodes = str(info.effective.get("nodes", "all on the CPU"))
    return [f"{loaded:.2f}", f"{seconds[0]:.3f}", f"{later:.2f}", nodes], outputs


def rows(name: str) -> list[list[str]]:
    model = resolve(zoo.build(name) / "model.onnx")
    feed = feed_of(model)
    made: list[list[str]] = []
    expected: dict[str, Array] = {}
    for way, options in WAYS.items():
        try:
            (load, first, later, nodes), outputs = timed(model, options, feed)
        except (ParityError, RuntimeError) as error:
            why = " ".join(str(error).split())[:160]
            made.append([name, way, "", "", "", "", "", "", f"not run: {why}"])
            continue
        expected = expected or outputs
        found: Any = compare(
            expected, outputs, names={n: n for n in expected}, tolerance=DEFAULTS["fp32"]
        )
        worst = max(found.measured, key=lambda m: m.ratio)
        verdict = "is the yardstick" if outputs is expected else (
            "differs" if found.findings else "parity"
        )  # fmt: skip
        made.append([name, way, load, first, later, f"{worst.max_abs:.2g}",
                     f"{worst.allowed:.2g}", nodes, verdict])  # fmt: skip
    return made


def main() -> int:
    import onnxruntime

    lines = [
        f"card: {card() or 'none here'}; onnxruntime {onnxruntime.__version__}", "",
        f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}",
    ]  # fmt: skip
    found = [row for name in MODELS for row in rows(name)]
    lines += [f"| {' | '.join(row)} |" for row in found]
    sys.stdout.write("\n".join(lines) + "\n")
    gpu = [row for row in found if row[1] != "cpu"]
    if all(row[-1].startswith("not run") for row in gpu):
        return 2  # nothing that this is for was run
    return 1 if any(row[-1] == "differs" for row in gpu if "TF32" not in row[1]) else 0


if __name__ == "__main__":
    sys.exit(main())
