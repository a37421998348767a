"""Which file of a folder holds the data of a task."""

from collections.abc import Sequence
from pathlib import Path

from parity.errors import InputError
from parity.evaluate.data import Data
from parity.evaluate.formats import classification, ner, pictures, reading

SPLITS = ("dev", "test", "data")
_ENDS = {"texts": (".txt", ".tsv", ".conll"), "json": (".json",)}
_LISTS = ("list", "label_list", "val_list")


def read(folder: Path, task: str, labels: Sequence[str], *, split: str, paired: bool,
         several: bool) -> Data:  # fmt: skip
    """The rows of a split. Raises InputError for a folder, split or task without any."""
    if not folder.exists():
        raise InputError(f"{folder}: no such folder")
    json = task == "question_answering"
    path = folder if folder.is_file() else _path(folder, split, json=json, lists=task in _PICTURES)
    if json:
        found = reading.read(path)
    elif task in ("token_cls", "lac_crf"):
        found = ner.read(path, labels)
    elif task in _PICTURES:
        found = pictures.read(path, labels, classes=task == "image_cls")
    elif task == "seq_cls":
        found = classification.read(path, labels, several=several, paired=paired)
    else:
        raise InputError(f"task {task}: there is no measure of accuracy for it")
    if not found.rows:
        first = f"; the first: {found.bad[0]}" if found.bad else ""
        raise InputError(f"{path}: no line can be used, of {len(found.bad)}{first}")
    return found


_PICTURES = ("image_cls", "ctc")


def _path(folder: Path, split: str, *, json: bool, lists: bool) -> Path:
    ends = _ENDS["json" if json else "texts"]
    stems = (split, *(_LISTS if lists and split == SPLITS[0] else ()))
    for stem in stems:
        for end in ends:
            if (folder / f"{stem}{end}").is_file():
                return folder / f"{stem}{end}"
    there = sorted(p.name for p in folder.iterdir() if p.is_file())[:8]
    looked = ", ".join(f"{stem}{end}" for stem in stems for end in ends)
    raise InputError(
        f"{folder}: holds none of {looked}; there are: {', '.join(there) or 'no files'}. "
        "Name the file itself, or another split"
    )
