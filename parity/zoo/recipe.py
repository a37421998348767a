"""A recipe: the one data file that describes a model of the zoo.

``recipes/<name>.toml``, read closed: a key that nobody knows is an error.

    summary = "…"            one line for `parity zoo list`
    licence = "…"            of the weights and data
    builder = "ernie"        a module of parity.zoo.builders
    trained = true           weights lie in parity/zoo/weights/<name>/
    [config]                 sizes, as parity.zoo.shapes names them
    [heads]                  default = "…", and the labels of each head on offer
    [[sources]]              package, version, sha256 and [sources.files]
"""

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from parity import plugins
from parity.errors import ZooError
from parity.zoo._sources import Source

Value = TypeVar("Value")

KEYS = ("summary", "licence", "builder", "trained", "config", "heads", "sources")
SOURCE_KEYS = ("package", "version", "sha256", "files", "sdist")
HEADS = ("token_cls", "seq_cls", "qa")


@dataclass(frozen=True)
class Recipe:
    """One model that the zoo can build.

    heads: head -> its labels ("qa" has none); empty for a model with one fixed
        head. path: the file itself, whose hash is part of the build's name.
    """

    name: str
    summary: str
    licence: str
    builder: str
    path: Path
    trained: bool = False
    config: Mapping[str, Any] = field(default_factory=dict)
    heads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default_head: str | None = None
    sources: tuple[Source, ...] = ()

    @property
    def weights(self) -> Path:
        """Folder of the committed weights, of a trained recipe."""
        return self.path.parents[1] / "weights" / self.name

    def shape(self, kind: type[Value]) -> Value:
        """The sizes as one of the dataclasses of parity.zoo.shapes. Raises ZooError."""
        known = {f.name for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
        for key in self.config:
            if key not in known:
                raise ZooError(f"{self.path}: [config]: {plugins.unknown('key', key, known)}")
        try:
            return kind(**self.config)
        except TypeError as error:
            raise ZooError(f"{self.path}: [config]: {error}") from None


def read(path: Path) -> Recipe:
    """Read and check one recipe. Raises ZooError with the file, the key and what it expects."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ZooError(f"{path}: can't be read: {error}") from error
    _closed(data, KEYS, str(path))
    heads = dict(_get(data, "heads", dict, path, {}))
    default = heads.pop("default", None)
    _closed(heads, HEADS, f"{path}: [heads]")
    if heads and default not in heads:
        raise ZooError(f"{path}: [heads]: default must be one of {', '.join(heads)}")
    return Recipe(
        name=path.stem,
        summary=_get(data, "summary", str, path),
        licence=_get(data, "licence", str, path),
        builder=_get(data, "builder", str, path),
        path=path,
        trained=_get(data, "trained", bool, path, False),
        config=_get(data, "config", dict, path, {}),
        heads={head: tuple(labels) for head, labels in heads.items()},
        default_head=default,
        sources=tuple(_source(s, path) for s in _get(data, "sources", list, path, [])),
    )


def _source(table: dict[str, Any], path: Path) -> Source:
    where = f"{path}: [[sources]]"
    _closed(table, SOURCE_KEYS, where)
    return Source(
        package=_get(table, "package", str, where),
        version=_get(table, "version", str, where),
        sha256=_get(table, "sha256", str, where),
        files=_get(table, "files", dict, where),
        sdist=_get(table, "sdist", bool, where, False),
    )


def _closed(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in known:
            raise ZooError(f"{where}: {plugins.unknown('key', key, known)}")


def _get(
    table: Mapping[str, Any],
    key: str,
    kind: type[Value],
    where: object,
    default: Value | None = None,
) -> Value:
    value = table.get(key, default)
    if value is None:
        raise ZooError(f'{where}: "{key}" is missing')
    if not isinstance(value, kind):
        raise ZooError(f'{where}: "{key}" must be a {kind.__name__}, not {value!r}')
    return value
