"""Tagged sentences: CoNLL's, a token a line, or MSRA's, a sentence a line."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from parity.evaluate.data import Bad, Data, Row, Wanted
from parity.evaluate.entities import entities, is_tag
from parity.evaluate.formats.lines import lines

BETWEEN = "\x02"
"""What MSRA's files, as PaddleNLP has them, put between tokens and between tags."""

_HEADER = "text_a\tlabel"


def read(path: Path, labels: Collection[str]) -> Data:
    """Sentences with their entities. labels: the model's tags; a tag of none is a bad line."""
    found = lines(path)
    msra = any(BETWEEN in line for line in found)
    rows: list[Row] = []
    bad: list[Bad] = []
    for number, tokens, tags, why in (_msra if msra else _conll)(found):
        unknown = next((t for t in tags if t not in labels or not is_tag(t)), None)
        if not why and unknown is not None:
            why = f"{unknown!r} is no tag of the model"
        if why:
            bad.append(Bad(path.name, number, why))
        else:
            rows.append(_row(path.name, number, tokens, tags))
    words = "MSRA: tokens, a tab, tags" if msra else "CoNLL: a token and its tag a line"
    return Data(path, words, tuple(rows), tuple(bad))


Sentence = tuple[int, list[str], list[str], str]
"""Number of its first line (or of the bad one), tokens, tags, and why it can't be used."""


def _msra(found: Sequence[str]) -> Iterator[Sentence]:
    for number, line in enumerate(found, 1):
        if number == 1 and line.strip() == _HEADER:
            continue
        text, tab, said = line.partition("\t")
        tokens, tags = text.split(BETWEEN), said.split(BETWEEN)
        why = ""
        if not line.strip():
            why = "empty"
        elif not tab:
            why = "no tab between tokens and tags"
        elif len(tokens) != len(tags):
            why = f"{len(tokens)} tokens, but {len(tags)} tags"
        elif not all(tokens):
            why = "an empty token"
        yield number, tokens, [] if why else tags, why


def _conll(found: Sequence[str]) -> Iterator[Sentence]:
    tokens: list[str] = []
    tags: list[str] = []
    first, why, wrong = 1, "", 0
    for number, line in enumerate([*found, ""], 1):
        columns = line.split("\t") if "\t" in line else line.split(" ")
        if not line.strip():
            if tokens or why:
                # A sentence with a bad line is left out whole: half of one is another sentence.
                yield wrong or first, tokens, [] if why else tags, why
            tokens, tags, first, why, wrong = [], [], number + 1, "", 0
        elif columns[0] == "-DOCSTART-":
            continue
        elif len(columns) < 2 or not columns[0] or not columns[-1]:
            why, wrong = why or "no token and tag with a blank or tab between", wrong or number
        else:
            tokens.append(columns[0])
            tags.append(columns[-1])


def _row(file: str, number: int, tokens: Sequence[str], tags: Sequence[str]) -> Row:
    text, starts = "", []
    for token in tokens:
        # Words are apart, characters of Chinese aren't.
        if text and _word(text[-1]) and _word(token[0]):
            text += " "
        starts.append(len(text))
        text += token
    spans = frozenset(
        (label, starts[first], starts[last] + len(tokens[last]) - 1)
        for label, first, last in entities(tags)
    )
    return Row(file, number, text, Wanted(entities=spans))


def _word(character: str) -> bool:
    return character.isascii() and character.isalnum()
