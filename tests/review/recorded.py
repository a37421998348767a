"""Goldens and recordings that differ from them, made up: what is asked is what becomes of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from parity import golden
from parity.golden import Golden, Provenance, Review
from parity.review.decide import propose
from parity.verify.request import Recorded

MADE = Provenance("a" * 64, "b" * 64, "c" * 64, "token_cls strict", 128, {"numpy": "2"})
SAID = Review("Ann <ann@example.org>", "2026-11-26T14:03:00Z", "new weights")


def sentence(text: str, *answer: str, score: float = 1.0) -> Recorded:
    """A text of which two characters are one entity; score: of its class over the other."""
    logits = np.array([[0.0, score], [0.0, 0.5]], np.float32)
    return Recorded(text, answer, None, logits)


BEFORE = Golden(
    (
        sentence("北京大学的人", "北京大学 ORG [0, 3]", score=3.0),
        sentence("上海来的人", "上海 ORG [0, 1]", score=0.25),
        sentence("张伟在南京", "张伟 PER [0, 1]", "南京 LOC [3, 4]", score=2.0),
        sentence("李白写诗", "李白 PER [0, 1]"),
        sentence("没有", score=1.5),
        sentence("旧的文字", "旧 TIME [0, 0]"),
    ),
    MADE,
    "parity record x",
)
AFTER = replace(
    BEFORE,
    sentences=(
        sentence("北京大学的人", "北京大学 LOC [0, 3]", score=-3.0),
        sentence("上海来的人", "上海 LOC [0, 1]", score=-0.25),
        sentence("张伟在南京", "张伟 PER [0, 1]", score=-2.0),
        sentence("李白写诗", "李白 PER [0, 1]"),
        sentence("没有", "没 LOC [0, 0]", score=-1.0),
        sentence("新的文字", "新 TIME [0, 0]"),
    ),
)


def waiting(folder: Path, before: Golden | None = BEFORE, now: Golden = AFTER) -> Path:
    """A case's folder with a golden, and a recording that waits; where the golden lies."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "golden.json"
    if before is not None:
        golden.save(path, before)
    propose(path, now)
    return path


def answers(path: Path) -> dict[str, tuple[str, ...]]:
    """What a golden says, text by text."""
    return {s.text: s.shown for s in golden.load(path).sentences}
