"""What freed memory costs Paddle at every run: ``python tests/bench/heap.py [MODEL]``.

The same worker in turns, with glibc's own limits and with those of ``parity.workers.heap``, at
batch 32 and length 128; the median of the processes' fastest and mean runs, and their ratio.
"""

import argparse
import sys
from collections.abc import Mapping
from statistics import median

import numpy as np

from parity import zoo
from parity.model.artifact import Artifact, resolve
from parity.model.tensors import Feed
from parity.workers.worker import Reply, Worker

WAYS: Mapping[str, Mapping[str, bool]] = {"glibc's own": {"spinning": True}, "kept": {}}
"""What is timed runs as it is deployed, with glibc's own limits, as the option has it."""


def seconds(model: Artifact, feed: Feed, options: Mapping[str, bool], runs: int) -> list[float]:
    with Worker("paddle", model, {"threads": 2, **options}) as worker:
        worker.ready()
        worker.submit(feed, times=10)
        worker.collect()
        worker.submit(feed, times=runs)
        reply = worker.collect()
    assert isinstance(reply, Reply)
    return list(reply.seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="ernie-tiny-ner")
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--runs", type=int, default=60)
    given = parser.parse_args()
    model = resolve(zoo.build(given.model), want="paddle")
    ids = np.random.default_rng(0).integers(1, 500, (32, 128))
    feed = {"input_ids": ids, "token_type_ids": np.zeros_like(ids)}
    found: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    for _ in range(given.turns):
        for way, options in WAYS.items():
            found[way].append(seconds(model, feed, options, given.runs))
    told = {}
    for way, turns in found.items():
        fastest = [1000 * min(one) for one in turns]
        means = [1000 * sum(one) / len(one) for one in turns]
        told[way] = median(means)
        print(f"{way:12} fastest {median(fastest):.1f} ms (processes {min(fastest):.1f} to "
              f"{max(fastest):.1f}), mean {median(means):.1f} ms")  # fmt: skip
    print(f"kept over glibc's own, means: {told['kept'] / told[next(iter(WAYS))]:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
