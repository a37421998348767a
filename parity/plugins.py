"""Find an engine, task, input kind or builder by name.

The name of a plugin is the stem of its file: ``parity/engines/ort.py`` is
engine ``ort``. A package's files that start with ``_`` are its own helpers, and so are its folders.
Third parties add to a kind with an entry point of the group ``parity.<kind>``
that names a module. Nothing is imported until it is asked for by name, so that
listing engines imports none.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from parity.errors import UsageError
from parity.interrupts import Terminated

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ENDS = (KeyboardInterrupt, Terminated)
"""What ends a command from outside. Any other exception is somebody's error."""


_FOR_PARITY = {"engines": frozenset(("forced", "inner", "noise", "passes", "ranges"))}
"""Those that answer questions of parity's own, which nobody names."""


_LISTED = 60  # names in one line


def names(kind: str) -> list[str]:
    """The known plugins of a kind ("engines", "tasks", "zoo.builders" …), sorted."""
    mine = set(own(kind)) - _FOR_PARITY.get(kind, frozenset())
    return sorted(mine | {p.name for p in _points(kind)})


def load(kind: str, name: str) -> ModuleType:
    """Import one plugin.

    Raises UsageError, listing the known ones, when there is none of the name, and for
    one of others that can't be imported, whatever it does instead.
    """
    stem = _stem(name)
    if stem in own(kind):
        return importlib.import_module(f"parity.{kind}.{stem}")
    for point in _points(kind):
        if point.name != name:
            continue
        try:
            loaded = point.load()
        except ENDS:
            raise
        except BaseException as error:  # it may call sys.exit(0), and so have it all pass
            why = " ".join(f"{type(error).__name__}: {error}".split())
            raise UsageError(
                f'entry point "{name}" of parity.{kind} ({point.value}) can\'t be imported: {why}'
            ) from error
        if not isinstance(loaded, ModuleType):
            raise UsageError(f'entry point "{name}" of parity.{kind} is not a module')
        return loaded
    singular = kind.rsplit(".", 1)[-1].removesuffix("s")
    raise UsageError(unknown(singular, name, names(kind)))


def known(kind: str, name: str) -> bool:
    """Whether there is a plugin of a name, without importing it."""
    return not {name, _stem(name)}.isdisjoint(names(kind))


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """One line that says a name is unknown, the nearest known one and the rest, unless too many."""
    known = sorted(known)
    if len(known) > _LISTED:
        few = difflib.get_close_matches(name, known, n=5, cutoff=0.3) or known[:5]
        return f'no {what} "{name}"; of {len(known)} there are, the nearest: {", ".join(few)}'
    near = difflib.get_close_matches(name, known, n=1)
    hint = f'; did you mean "{near[0]}"?' if near else ""
    return f'no {what} "{name}"{hint}; there are: {", ".join(known) or "none"}'


def own(kind: str) -> list[str]:
    """Parity's own plugins of a kind, sorted, by their files: the kind itself isn't imported."""
    folder = Path(__file__).parent.joinpath(*kind.split("."))
    found = pkgutil.iter_modules([str(folder)])
    return sorted(m.name for m in found if not m.ispkg and not m.name.startswith("_"))


def _stem(name: str) -> str:
    """onnx-reference is onnx_reference, which Python can import."""
    return name.replace("-", "_")


def _points(kind: str) -> list[EntryPoint]:
    """What other packages add."""
    from importlib.metadata import entry_points

    every: Any = entry_points()
    if hasattr(every, "select"):
        return [*every.select(group=f"parity.{kind}")]
    return [*every.get(f"parity.{kind}", ())]  # Python 3.9, in a worker's environment
