"""Pictures and a list of them: a path, a tab or blank, and a label or text a line."""

from collections.abc import Sequence
from pathlib import Path

from parity.evaluate.data import Bad, Data, Row, Wanted
from parity.evaluate.formats.lines import lines


def read(path: Path, labels: Sequence[str], *, classes: bool) -> Data:
    """Rows of one list; paths count from its folder.

    labels: the model's, of which one may also be given by its number; none if any number is a
    label. classes: whether what stands behind the path is one of them, and not a text.
    """
    rows: list[Row] = []
    bad: list[Bad] = []
    for number, line in enumerate(lines(path), 1):
        name, tab, said = line.partition("\t")
        if not tab:
            name, _, said = line.rpartition(" ")
        label = _label(said.strip(), labels) if classes else said
        picture = path.parent / name
        why = ""
        if not line.strip():
            why = "empty"
        elif not name or label is None:
            why = f"{said!r} is no label of the model" if name else "no path and label"
        elif path.parent.resolve() not in picture.resolve().parents:
            why = f"{name!r} lies outside the data"
        elif not picture.is_file():
            why = f"{name!r}: no such picture"
        if why or label is None:
            bad.append(Bad(path.name, number, why))
        else:
            rows.append(Row(path.name, number, str(picture), Wanted(labels=(label,))))
    return Data(path, "a list of pictures", tuple(rows), tuple(bad))


def _label(said: str, labels: Sequence[str]) -> str | None:
    if said in labels:
        return said
    if not (said.isascii() and said.isdigit()):
        return None
    if not labels:
        return str(int(said))
    return labels[int(said)] if int(said) < len(labels) else None
