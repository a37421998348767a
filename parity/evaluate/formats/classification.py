"""The text-classification guide's files: a text, a tab and its label, or labels with commas.

``data.txt`` holds texts alone. Of sentence pairs a line has two texts with a tab between.
``label.txt`` lists the labels, one a line.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

from parity import pairs
from parity.errors import InputError
from parity.evaluate.data import Bad, Data, Row, Wanted
from parity.evaluate.formats.lines import lines

LABELS = "label.txt"


def read(path: Path, labels: Sequence[str], *, several: bool, paired: bool) -> Data:
    """Rows of one file. labels: the model's. Raises InputError for a ``label.txt`` with others."""
    known = _known(path.with_name(LABELS), labels)
    columns = 2 if paired else 1
    alone = path.stem == "data"
    rows: list[Row] = []
    bad: list[Bad] = []
    for number, line in enumerate(lines(path), 1):
        parts = line.split("\t")
        texts, said = (parts, None) if alone else (parts[:-1], parts[-1])
        why = _wrong(texts, said, columns, known, several=several)
        if why:
            bad.append(Bad(path.name, number, why))
            continue
        text = pairs.SEPARATOR.join(texts)
        wanted = None if said is None else Wanted(labels=_split(said, several=several))
        rows.append(Row(path.name, number, text, wanted))
    of = "two texts" if paired else "a text"
    words = f"{of} a line" + ("" if alone else ", a tab, " + ("labels" if several else "a label"))
    return Data(path, words, tuple(rows), tuple(bad))


def _wrong(
    texts: Sequence[str],
    said: str | None,
    columns: int,
    known: Collection[str],
    *,
    several: bool,
) -> str:
    """Why a line can't be used; "" for one that can."""
    if not any(texts) and not said:
        return "empty"
    if len(texts) != columns:
        expected = columns + (said is not None)
        return f"{len(texts) + (said is not None)} columns, expected {expected} with tabs between"
    if said is None:
        return ""
    found = _split(said, several=several)
    if not found and not several:
        return "no label"
    unknown = [label for label in found if label not in known]
    return f"{unknown[0]!r} is no label of the model" if unknown else ""


def _split(said: str, *, several: bool) -> tuple[str, ...]:
    if not several:
        return (said.strip(),) if said.strip() else ()
    return tuple(dict.fromkeys(part.strip() for part in said.split(",") if part.strip()))


def _known(path: Path, labels: Sequence[str]) -> Collection[str]:
    if not path.is_file():
        return labels
    listed = [line.strip() for line in lines(path) if line.strip()]
    others = sorted(set(listed) - set(labels))
    if others:
        raise InputError(
            f"{path}: lists {others[0]!r}, which is no label of the model; "
            f"there are: {', '.join(labels)}"
        )
    return labels
