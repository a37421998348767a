"""Read a TOML file whose keys are all known, and say where it is wrong.

Every error names the file, the line, what was expected, and for an unknown key
the nearest known one.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, cast

from parity.errors import CaseError
from parity.plugins import unknown

Value = TypeVar("Value")

MOST_BYTES = 1 << 18
"""Of a file: the largest case here has 2 kB."""

_PARTS = 100

_KINDS: Mapping[type, str] = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "a table",
}

_HEADER = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")


def parsed(path: Path) -> tuple[str, dict[str, object]]:
    """Text and content of a TOML file. Raises CaseError for one that can't be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CaseError(f"{path}: larger than {MOST_BYTES:,} bytes; no case is")
        text = path.read_text("utf-8")
        # tomllib's time grows with the square of a key's parts: minutes for 100 kB of them.
        if any(line.partition("=")[0].count(".") > _PARTS for line in text.splitlines()):
            raise CaseError(f"{path}: not TOML of ours: a key of more than {_PARTS} parts")
        return text, tomllib.loads(text)
    except OSError as error:
        raise CaseError(f"{path}: can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise CaseError(f"{path}: not UTF-8 at byte {error.start}") from error
    except RecursionError:
        raise CaseError(f"{path}: not TOML that can be read: it nests too deep") from None
    except ValueError as error:  # numbers of thousands of digits are one, too
        raise CaseError(f"{path}: not TOML: {' '.join(str(error).split())}") from error


class Table:
    """One table of a file. Keys are taken out; ``finish`` refuses what is left."""

    def __init__(self, file: "File", name: str, data: Mapping[str, object], nth: int = 0) -> None:
        self.file = file
        self.name = name
        self._left = dict(data)
        self._known: list[str] = []
        self._nth = nth

    def get(self, key: str, kind: type[Value], default: Value) -> Value:
        """The value of a key, or the default; CaseError if it is of another type."""
        found = self.maybe(key, kind)
        return default if found is None else found

    def maybe(self, key: str, kind: type[Value]) -> Value | None:
        """The value of a key, None where it is absent."""
        self._known.append(key)
        if key not in self._left:
            return None
        value = self._left.pop(key)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            wanted = _KINDS.get(kind, f"a {kind.__name__}")
            raise self.error(key, f"must be {wanted}, not {value!r}")
        return value

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def need(self, key: str, kind: type[Value]) -> Value:
        """The value of a key that must be there."""
        found = self.maybe(key, kind)
        if found is None:
            where = f"[{self.name}] " if self.name else ""
            near = difflib.get_close_matches(key, self._left, n=1)
            at, hint = (near[0], f'; is "{near[0]}" meant to be it?') if near else ("", "")
            raise CaseError(f'{self.file.path}:{self.line(at)}: {where}"{key}" is missing{hint}')
        return found

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings; () where it is absent."""
        found = cast(Sequence[object], self.get(key, list, []))
        if not all(isinstance(item, str) for item in found):
            raise self.error(key, f"must be a list of strings, not {found!r}")
        return tuple(cast(Sequence[str], found))

    def integers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers; () where it is absent."""
        found = cast(Sequence[object], self.get(key, list, []))
        if not all(isinstance(item, int) and not isinstance(item, bool) for item in found):
            raise self.error(key, f"must be a list of whole numbers, not {found!r}")
        return tuple(cast(Sequence[int], found))

    def table(self, key: str) -> "Table":
        """A table inside; empty where it is absent."""
        return Table(self.file, self._path(key), self.get(key, dict, {}))

    def tables(self, key: str) -> Iterator["Table"]:
        """An array of tables inside."""
        for nth, data in enumerate(self.get(key, list, [])):
            if not isinstance(data, dict):
                raise self.error(key, "must be tables, each under its own [[…]]")
            yield Table(self.file, self._path(key), data, nth)

    def named(self) -> Iterator[tuple[str, "Table"]]:
        """Every table inside, by a name that the file chooses."""
        for key in list(self._left):
            yield key, self.table(key)

    def rest(self) -> dict[str, object]:
        """All that is left, for keys that another file defines."""
        left, self._left = self._left, {}
        return left

    def finish(self) -> None:
        """Raise CaseError for a key that nobody asked for."""
        for key in self._left:
            raise self.error(key, unknown("key", key, self._known), bare=True)

    def error(self, key: str, problem: str, *, bare: bool = False) -> CaseError:
        """An error about a key, with its line."""
        where = f"[{self.name}] " if self.name else ""
        what = problem if bare else f'"{key}" {problem}'
        return CaseError(f"{self.file.path}:{self.line(key)}: {where}{what}")

    def line(self, key: str) -> int:
        """The line of a key, or of the table's header; 1 where neither is found."""
        return self.file.line(self.name, key, self._nth)

    def _path(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key


class File:
    """A TOML file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._text, self._data = parsed(path)

    def root(self) -> Table:
        """The whole file as a table."""
        return Table(self, "", self._data)

    def line(self, table: str, key: str, nth: int) -> int:
        """Where a key of the nth table of that name stands. tomllib doesn't tell."""
        inside, seen, header = table == "", -1, 1
        for number, line in enumerate(self._text.splitlines(), 1):
            found = _HEADER.match(line)
            if found:
                name = found[1].replace('"', "")
                seen += name == table
                inside = name == table and seen == nth
                header = number if inside else header
                whole = f"{table}.{key}" if table else key
                if key and (name == whole or name.startswith(f"{whole}.")):
                    return number
            elif inside and key and re.match(rf'\s*"?{re.escape(key)}"?\s*[=.]', line):
                return number
        return header
