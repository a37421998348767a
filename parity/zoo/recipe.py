"""A recipe: the one data file that describes a model of the zoo.

``recipes/<name>.toml``, read closed: a key that nobody knows is an error.

    summary = "…"            one line for `parity zoo list`
    licence = "…"            of the weights and data
    builder = "ernie"        a module of parity.zoo.builders
    trained = true           weights lie in parity/zoo/weights/<name>/
    published = true         the builder writes model.onnx as it was published; none is exported
    [config]                 sizes, as parity.zoo.shapes names them
    [heads]                  default = "…", and the labels of each head on offer
    [[sources]]              package, version, sha256 and [sources.files]
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from parity import plugins
from parity.closed import File, Table
from parity.errors import CaseError, ZooError
from parity.zoo._sources import Source

Value = TypeVar("Value")

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
    published: bool = False
    config: Mapping[str, Any] = field(default_factory=dict)
    heads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default_head: str | None = None
    sources: tuple[Source, ...] = ()

    @property
    def weights(self) -> Path:
        """Folder of the committed weights, of a trained recipe."""
        return self.path.parents[1] / "weights" / self.name

    @property
    def seeded(self) -> bool:
        """Whether weights are invented from a seed, where the user gives none."""
        return not self.trained and bool(self.heads or not self.sources)

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
    """Read and check one recipe. Raises ZooError with the file, the line and what it expects."""
    try:
        return _recipe(path, File(path).root())
    except CaseError as error:
        raise ZooError(str(error)) from error


def _recipe(path: Path, table: Table) -> Recipe:
    given = table.table("heads")
    default = given.maybe("default", str)
    heads = {head: given.strings(head) for head in HEADS if head in given}
    given.finish()
    if heads and default not in heads:
        raise table.error("heads", f"default must be one of {', '.join(heads)}", bare=True)
    recipe = Recipe(
        name=path.stem,
        summary=table.need("summary", str),
        licence=table.need("licence", str),
        builder=table.need("builder", str),
        path=path,
        trained=table.get("trained", bool, False),
        published=table.get("published", bool, False),
        config=table.get("config", dict, {}),
        heads=heads,
        default_head=default,
        sources=tuple(_source(source) for source in table.tables("sources")),
    )
    table.finish()
    return recipe


def _source(table: Table) -> Source:
    source = Source(
        package=table.need("package", str),
        version=table.need("version", str),
        sha256=table.need("sha256", str),
        files={name: str(digest) for name, digest in table.need("files", dict).items()},
        sdist=table.get("sdist", bool, False),
    )
    table.finish()
    return source
