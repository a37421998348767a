"""Several models at once: more than one name, a folder of models, a pattern."""

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from parity.case import MODELS
from parity.errors import ModelError, UsageError
from parity.model.artifact import programs
from parity.target.case import case_at, is_case
from parity.target.served import is_served
from parity.target.zoo import is_zoo

_DEEPEST = 3  # folders in folders, as releases have them: name, version, precision


@dataclass(frozen=True)
class Several:
    """names: each of one model, in order, none twice; `kinds.model` takes them.

    plural: whether several were asked for, be it that one was found: reports are lists then.
    passed_over: what lies in a folder or fits a pattern, and is no model.
    """

    names: tuple[str, ...]
    plural: bool
    passed_over: tuple[str, ...] = ()


def several(names: Sequence[str | PathLike[str]], *, referenced: bool = False) -> Several:
    """Every model that is meant by names.

    A folder with more than one ONNX file, or with Paddle models alone, is each of them; one
    without a model, each of the folders in it that has one. What isn't there and has ``*``, ``?``
    or ``[`` is a pattern, ``**`` for folders in folders. Everything else is itself.

    referenced: whether one reference is named for all; Paddle models beside ONNX files are no
        candidates then.

    Raises UsageError for a case among several, or an ONNX file with a Paddle model that is meant
    for its reference, and ModelError for a pattern that no model fits.
    """
    found = _Found(referenced)
    for name in names:
        found.add(name)
    unique: dict[object, str] = {}
    for text in found.names:
        unique.setdefault(text if _is_name(text) else Path(text).resolve(), text)
    made = Several(tuple(unique.values()), found.plural or len(names) > 1, tuple(found.passed_over))
    if made.plural:
        _no_cases(names, made)
    if not referenced:
        _no_reference(names)
    return made


class _Found:
    """Gathers, name by name."""

    def __init__(self, referenced: bool) -> None:
        self.referenced = referenced
        self.names: list[str] = []
        self.passed_over: list[str] = []
        self.plural = False

    def add(self, name: str | PathLike[str]) -> None:
        text = str(name)
        if _is_name(text):
            self.names.append(text)
        elif Path(text).is_dir():
            inside = self._folder(Path(text))
            self.plural |= inside is not None
            self.names += [text] if inside is None else inside
        elif _is_pattern(text):
            self.plural = True
            self._pattern(text)
        else:
            self.names.append(text)

    def _folder(self, folder: Path, depth: int = 0) -> list[str] | None:
        """The models of a folder of models; None for any other folder."""
        if case_at(folder):
            return None
        inner = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
        if holds(folder):
            together = self._together(folder)
            if together is not None:
                # Not looked into, and said: nobody shall take them for checked.
                self.passed_over += [str(p) for p in (*inner, *_misspelt(folder))]
            return together
        found: list[str] = []
        for sub in inner:
            if holds(sub):
                found += self._together(sub) or [str(sub)]
            elif depth < _DEEPEST and (deeper := self._folder(sub, depth + 1)):
                found += deeper
            else:
                self.passed_over.append(str(sub))
        if not found:
            self.passed_over = [p for p in self.passed_over if Path(p) not in inner]
        return found or None

    def _together(self, folder: Path) -> list[str] | None:
        """The models that lie in one folder, if they are several; None for a single one."""
        found = programs(folder)
        onnx = [path for path in found if path.suffix == ".onnx"]
        paddle = [path for path in found if path.suffix != ".onnx"]
        if len(onnx) == 1 or (not onnx and len(paddle) < 2):
            return None
        return self._candidates(onnx, paddle)

    def _candidates(self, onnx: list[Path], paddle: list[Path]) -> list[str]:
        """ONNX files; and Paddle models that are the reference of none of them."""
        if onnx and (self.referenced or len(paddle) == 1):
            return [str(path) for path in onnx]
        exported = {path.with_suffix("") for path in onnx}
        alone = [path for path in paddle if path.with_suffix("") not in exported]
        return [str(path) for path in sorted([*onnx, *alone])]

    def _pattern(self, text: str) -> None:
        matches = sorted(map(Path, glob.glob(text, recursive=True)))  # noqa: PTH207  absolute ones too
        files = [path for path in matches if path.is_file()]
        found: list[str] = []
        for folder in dict.fromkeys(path.parent for path in files):
            mine = [path for path in files if path.parent == folder]
            is_model = [path for path in programs(folder) if path in mine]
            onnx = [path for path in is_model if path.suffix == ".onnx"]
            found += self._candidates(onnx, [path for path in is_model if path not in onnx])
            self.passed_over += [str(p) for p in mine if not _is_part(p, is_model)]
        for folder in (path for path in matches if path.is_dir()):
            inside = self._folder(folder)
            if inside is not None:
                found += inside
            elif case_at(folder) or holds(folder):
                found.append(str(folder))
            else:
                self.passed_over.append(str(folder))
        if not found:
            what = f"the {len(matches)} that fit are none" if matches else "nothing is there"
            raise ModelError(f"{text}: no model (.onnx, .json, .pdmodel) fits this pattern: {what}")
        self.names += found


def _is_name(text: str) -> bool:
    """Whether it is no path."""
    return is_zoo(text) or is_served(text)


def _misspelt(folder: Path) -> list[Path]:
    """Files that somebody may take for models: ``.ONNX``."""
    return sorted(
        p for p in folder.iterdir() if p.suffix != ".onnx" and p.suffix.lower() == ".onnx"
    )


def _is_pattern(text: str) -> bool:
    if not glob.has_magic(text) or Path(text).exists():
        return False
    return not any(Path(f"{text}{end}").exists() for end in MODELS)


def holds(folder: Path) -> bool:
    """Whether a model lies in a folder, be it one without its program."""
    return bool(programs(folder)) or any(folder.glob("*.pdiparams"))


def _is_part(path: Path, found: list[Path]) -> bool:
    """Whether a file is a model, or the weights of one."""
    return path in found or path.with_suffix("") in {p.with_suffix("") for p in found}


def _no_reference(names: Sequence[str | PathLike[str]]) -> None:
    """Refuse an ONNX file with one Paddle model behind it, which somebody means to compare it with.

    Each would be held against what lies beside it, and that may pass.
    """
    if [Path(name).suffix == ".onnx" for name in names] != [True, False]:
        return
    other = Path(names[1])
    if other.suffix in MODELS and other.is_file():
        raise UsageError(
            f"{names[0]} and {other}: two models are checked each with its own reference; to "
            f"compare the one with the other write --reference {other}"
        )


def _no_cases(names: Sequence[str | PathLike[str]], made: Several) -> None:
    cases = [n for n in (*map(str, names), *made.names) if is_case(n)]
    if cases:
        raise UsageError(f"{cases[0]}: is a case, which is checked by itself; pytest runs several")
