"""Where results may go: one rule for every file and folder that parity is told to write.

What is there is replaced only if parity wrote it, which its content says: the first keys of the
JSON, the first line of Markdown, the list of files in a bundle. Anything else is somebody's. The
rule is asked before the work, so that nothing is computed in vain, and again when it is written.
"""

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

from parity import files
from parity.errors import OutputError, UsageError
from parity.report.manifest import foreign
from parity.report.marks import HEADS

STDOUT = Path("-")


def check(*, prefix: str = "--", also: Mapping[str, Path | None] | None = None,
          **chosen: Path | None) -> None:  # fmt: skip
    """Find out before the work that all can be written, and that nothing is lost by it.

    chosen: ``json``, ``markdown``: files; ``bundle``: a folder that is replaced as a whole;
    ``bundles``: one that gets folders. also: other places that are written to, by option.
    prefix: of the options' names. Raises UsageError, OutputError.
    """
    given = {name: p for name, p in chosen.items() if p is not None and p != STDOUT}
    for name, path in given.items():
        if name in HEADS:
            check_file(path, name, prefix=prefix)
            if name == "json":
                from parity.report import feed  # numpy: not for those who only ask for help

                feed.check(path)
        elif name == "bundle":
            _check_bundle(path, prefix + name)
        elif path.exists() and not path.is_dir():
            raise UsageError(f"{path}: is a file; {prefix}{name} takes a folder")
        else:
            files.check_writable(path)
    places = {prefix + name: path for name, path in given.items()}
    places |= {option: path for option, path in (also or {}).items() if path is not None}
    _check_apart(places, whole=f"{prefix}bundle")


def check_file(path: Path, kind: str, *, prefix: str = "--") -> None:
    """The same for one file; ``kind`` is "json" or "markdown"."""
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; {prefix}{kind} takes a file")
    if files.is_special(path):
        return
    if not _replaceable(path, kind):
        raise UsageError(f"{path}: is no report of parity's; {prefix}{kind} would replace it")
    files.check_writable(path.parent)


def write(path: Path, text: str, kind: str) -> None:
    """Write a report, whole or not at all. Raises OutputError, also for what isn't parity's."""
    try:
        check_file(path, kind)
    except UsageError as error:  # it wasn't so before the work
        raise OutputError(str(error)) from error
    files.write(path, text)


def _replaceable(path: Path, kind: str) -> bool:
    """Whether nothing of somebody else's is lost: not there, empty, or written by parity."""
    if not path.exists():
        return True
    try:
        with path.open("rb") as file:
            head = file.read(256)
    except OSError as error:
        raise OutputError(f"{path}: can't be read: {error.strerror}") from error
    return not head.strip() or HEADS[kind].match(head) is not None


def check_bundle_again(folder: Path) -> None:
    """Raise OutputError if a bundle would replace what isn't parity's: it wasn't so before."""
    try:
        _check_bundle(folder, "a bundle")
    except UsageError as error:
        raise OutputError(str(error)) from error


def _check_bundle(folder: Path, option: str) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file; {option} takes a folder")
    if folder.is_dir():
        held = foreign(folder)
        if held:
            named = ", ".join(held[:3])
            raise UsageError(
                f"{folder}: holds other things ({named}), which {option} would replace; "
                "name a new folder"
            )
    files.check_writable(folder.parent)


def _check_apart(places: Mapping[str, Path], *, whole: str) -> None:
    resolved = {option: path.resolve() for option, path in places.items()}
    for one, other in combinations(places, 2):
        if resolved[one] == resolved[other]:
            raise UsageError(f"{places[one]}: {one} and {other} are the same; name two places")
        for inner, outer in ((one, other), (other, one)):
            if outer == whole and resolved[outer] in resolved[inner].parents:
                raise UsageError(
                    f"{places[inner]}: lies in the folder of {whole}, which is replaced as a whole "
                    "and has its own report.json"
                )
            if inner == whole and resolved[outer] in resolved[inner].parents:
                if places[outer].is_dir():
                    continue
                raise UsageError(f"{places[inner]}: lies below {places[outer]}, a file of {outer}")
