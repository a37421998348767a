"""The reference's inner tensors of small models, kept; a candidate judged by them."""

import functools
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from parity.diagnose.inner.force import Judgement, align, judge, tapped
from parity.diagnose.inner.taps import Tap
from parity.model.artifact import resolve
from parity.model.parts.onnx_cut import Graph
from parity.model.tensors import Feed
from parity.workers.worker import Worker
from tests.diagnose.conftest import Folder, Plant

Judge = Callable[[str, Plant], Judgement]

FEEDS: dict[str, Feed] = {
    "tagger": {"ids": np.array([[3, 7, 1, 40], [5, 2, 9, 0]])},
    "picture": {"image": np.random.default_rng(3).random((2, 3, 16, 16), np.float32)},
    "lac": {
        "token_ids": np.array([[1200, 35, 18, 7], [9, 4000, 0, 0]]),
        "length": np.array([4, 2]),
    },
    "ppocr-v4-det": {"x": np.random.default_rng(5).random((1, 3, 32, 64), np.float32)},
}


@pytest.fixture(scope="session")
def known(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[Path, tuple[Tap, ...]]]:
    """What the reference of a model has inside, and the folder that it lies in."""

    @functools.cache
    def run(name: str) -> tuple[Path, tuple[Tap, ...]]:
        place = tmp_path_factory.mktemp(name)
        reference = resolve(folder(name), want="paddle")
        return place, tapped(reference, FEEDS[name], place, time.monotonic() + 300)

    return run


@pytest.fixture
def judged(
    folder: Folder, known: Callable[[str], tuple[Path, tuple[Tap, ...]]],
    planted: Callable[[str, Plant], Path], tmp_path: Path,
) -> Judge:  # fmt: skip
    """A planted export, judged op by op."""

    def run(name: str, plant: Plant) -> Judgement:
        place, found = known(name)
        path = planted(name, plant)
        reference = resolve(folder(name), want="paddle")
        until, graph, feed = time.monotonic() + 300, Graph(path), FEEDS[name]
        alignment = align(
            reference, resolve(path), graph, found, feed, renamed={}, folder=tmp_path, until=until
        )
        with Worker("forced", resolve(path), {"folder": str(place)}) as worker:
            return judge(worker, graph, reference, found, feed, alignment, until=until)

    return run
