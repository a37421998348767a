"""Does ``parity bench`` say what onnxruntime's and Paddle's own loops say, of the same feeds?

    python tests/bench/bench.py [CASE] [--batch 32] [--length 128] [--tries 7] [--fastest]

The loops are those of the guides: 20 runs of warm-up, then total / samples, in a process with
nothing of parity's around the run. Bench and loop take turns, since a machine changes from one
minute to the next, and what is compared is the median of the turns. Both have a C library that
keeps freed memory: by its usual limits one process faults in at every run what another keeps, and
the same loop of Paddle's takes 16 or 29 ms, whoever times it (``--as-it-is``). Exit code 1 where
the ratio of the medians is beyond 5 % of 1: of a turn's best mean; with --fastest, of its fastest
single run, which a busy machine leaves alone, since what disturbs makes slower only.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import parity
from parity.gate.models import Roots
from parity.gate.run import Settings
from parity.model.formats import npz
from parity.timing import feeds
from parity.timing.columns import of_case
from parity.verify.request import Effort

MOST = 0.05

KEEPING = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(1 << 30)}
"""For glibc: blocks up to 32 MB are kept when they are freed."""

ORT = """
import json, sys, time
import numpy as np, onnxruntime as ort
model, feed, threads, seconds = sys.argv[1], dict(np.load(sys.argv[2])), int(sys.argv[3]), 2.0
options = ort.SessionOptions()
options.intra_op_num_threads = threads
session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
run = lambda: session.run(None, feed)
"""
PADDLE = """
import json, sys, time
import numpy as np
from paddle import inference
model, feed, threads, seconds = sys.argv[1], dict(np.load(sys.argv[2])), int(sys.argv[3]), 2.0
config = inference.Config(model, sys.argv[4])
config.enable_mkldnn()
config.set_cpu_math_library_num_threads(threads)
config.switch_ir_optim(True)
predictor = inference.create_predictor(config)
inputs = {n: predictor.get_input_handle(n) for n in predictor.get_input_names()}
outputs = [predictor.get_output_handle(n) for n in predictor.get_output_names()]
def run():
    for name, handle in inputs.items():
        handle.reshape(list(feed[name].shape))
        handle.copy_from_cpu(feed[name])
    predictor.run()
    return [o.copy_to_cpu() for o in outputs]
"""
LOOP = """
for _ in range(20):
    run()
times, begun = [], time.perf_counter()
while time.perf_counter() - begun < seconds:
    start = time.perf_counter()
    run()
    times.append(1000 * (time.perf_counter() - start))
print(json.dumps([sum(times) / len(times), min(times)]))
"""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("case", nargs="?", default="ernie-tiny-ner")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--tries", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--fastest", action="store_true")
    parser.add_argument("--as-it-is", action="store_true", help="with the C library's own limits")
    told = parser.parse_args()
    if not told.as_it_is:
        os.environ.update(KEEPING)  # all processes that are begun have it
    case = parity.load_case(told.case)
    settings = Settings(Roots(), Effort())
    asked, columns = of_case(
        case, settings, precisions=("fp32",), engines=("ort",), threads=told.threads
    )
    fed = feeds.feeds(asked, lengths=(told.length,), batches=(told.batch,))
    ours: dict[str, list[float]] = {"paddle": [], "ort": []}
    theirs: dict[str, list[float]] = {"paddle": [], "ort": []}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "feed.npz")
        npz.save(path, fed.settings[0][1].feed)
        for _ in range(told.tries):
            found = parity.bench(
                told.case, precisions=("fp32",), engines=("ort",), lengths=(told.length,),
                batches=(told.batch,), threads=told.threads, rounds=3,
            )  # fmt: skip
            for one in found.measured:
                if one.column.role != "beside":
                    timing = one.timings[0]
                    best = min(timing.runs if told.fastest else timing.rounds)
                    ours[one.column.side.engine].append(1000 * best)
            for engine, script in (("ort", ORT), ("paddle", PADDLE)):
                model = next(c.side.model for c in columns if c.side.engine == engine)
                files = [
                    str(model.program),
                    str(path),
                    str(told.threads),
                    *map(str, model.files[1:]),
                ]
                command = [sys.executable, "-c", script + LOOP, *files]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                mean, fastest = json.loads(done.stdout.splitlines()[-1])
                theirs[engine].append(float(fastest if told.fastest else mean))
    worst = 0.0
    for engine, values in ours.items():
        mine, own = median(values), median(theirs[engine])
        ratio = mine / own
        worst = max(worst, abs(ratio - 1))
        print(f"{engine}: bench {mine:.3f} ms a run ({_turns(values)}), own loop {own:.3f} "
              f"({_turns(theirs[engine])}): {ratio:.3f}")  # fmt: skip
    return int(worst > MOST)


def _turns(values: list[float]) -> str:
    return " ".join(f"{value:.1f}" for value in values)


if __name__ == "__main__":
    sys.exit(main())
