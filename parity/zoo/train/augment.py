"""Other names in the same sentences, so that a small model learns contexts, not a list.

The news of one month in 1998 hold few foreign names and no player of the
2000s. Names are replaced by others of their kind: seen elsewhere in the
training sentences, put together from a seen surname and seen given-name
characters, or transliterated at random by a chain over the characters of the
seen foreign names. Now and then one name becomes an enumeration.
"""

from collections import defaultdict

import numpy as np

from parity.zoo.train.corpus import Piece, halfwidth

REPLACE = 0.4  # of the entities, each epoch
ENUMERATE = 0.06  # of the people and places, each epoch
CLIP = 0.15  # of the sentences: cut to start or end beside an entity


class Names:
    """Draws names, having seen the training sentences only."""

    def __init__(self, sentences: list[list[Piece]]) -> None:
        seen: dict[str, set[str]] = defaultdict(set)
        for sentence in sentences:
            for word, label in sentence:
                seen[label].add(word)
        seen.pop("", None)
        self._seen = {label: sorted(words) for label, words in seen.items()}
        people = self._seen["PER"]
        chinese = [p for p in people if 2 <= len(p) <= 3 and "·" not in p]
        self._surnames = [p[0] for p in chinese]
        self._given = [c for p in chinese for c in p[1:]]
        # Four characters and more, or a dotted name, is a transliteration here.
        self._follow: dict[str, list[str]] = defaultdict(list)
        for person in people:
            for part in person.split("·"):
                if len(part) >= 4 or ("·" in person and len(part) >= 2):
                    for a, b in zip("^" + part, part + "$", strict=True):
                        self._follow[a].append(b)

    def draw(self, label: str, rng: np.random.Generator) -> str:
        """A name of the kind."""
        if label != "PER" or rng.random() < 0.3:
            return str(rng.choice(self._seen[label]))
        if rng.random() < 0.4:
            given = rng.choice(self._given, size=rng.integers(1, 3))
            return str(rng.choice(self._surnames)) + "".join(given)
        return self._transliterated(rng)

    def _transliterated(self, rng: np.random.Generator) -> str:
        longest = int(rng.integers(2, 6))
        name, last = "", "^"
        while len(name) < longest:
            last = str(rng.choice(self._follow[last]))
            if last == "$":
                if len(name) >= 2:
                    break
                last = "^"
                continue
            name += last
        return name


def vary(sentence: list[Piece], names: Names, rng: np.random.Generator) -> list[Piece]:
    """The sentence, with some of its names replaced or enumerated."""
    varied: list[Piece] = []
    for word, label in sentence:
        if label and rng.random() < REPLACE:
            word = names.draw(label, rng)
        varied.append((word, label))
        if label in ("PER", "LOC") and rng.random() < ENUMERATE:
            varied += _more(label, names, rng)
    if rng.random() < CLIP:
        varied = _clip(varied, rng)
    if rng.random() < 0.5:
        varied = [(halfwidth(word), label) for word, label in varied]
    return varied


def _more(label: str, names: Names, rng: np.random.Generator) -> list[Piece]:
    count = int(rng.integers(1, 4))
    more: list[Piece] = []
    for i in range(count):
        last = i == count - 1
        more.append((str(rng.choice(["和", "、", "与"])) if last else "、", ""))
        more.append((names.draw(label, rng), label))
    return more


def _clip(sentence: list[Piece], rng: np.random.Generator) -> list[Piece]:
    """Start the sentence at one of its entities: the news seldom open with one."""
    starts = [i for i, (_, label) in enumerate(sentence) if label]
    return sentence[int(rng.choice(starts)) :] if starts else sentence
