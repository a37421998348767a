"""What decides the bytes of a build, and so its name in the cache."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import parity.exports
from parity.errors import ZooError
from parity.exports._installed import installed
from parity.model.hashes import sha256
from parity.zoo.options import Options
from parity.zoo.recipe import Recipe

PACKAGES = {"paddlepaddle": ("paddlepaddle", "paddlepaddle-gpu"), "paddle2onnx": ("paddle2onnx",)}
_MODULES = {"paddle": "paddlepaddle", "paddle2onnx": "paddle2onnx"}
SHARED_CODE = ("_child.py", "_pictures.py", "_save.py", "_state.py", "shapes.py")


@dataclass(frozen=True)
class Order:
    """Two builds with equal facts hold the same model.

    facts: JSON-like: hashes of recipe, code and weights, versions, choices.
    """

    facts: dict[str, Any]

    @property
    def identity(self) -> str:
        """Hex SHA-256 of the facts."""
        return hashlib.sha256(json.dumps(self.facts, sort_keys=True).encode()).hexdigest()


def order(recipe: Recipe, options: Options, opset: int | None) -> Order:
    """opset: None where nothing is exported.

    Raises ZooError if Paddle or Paddle2ONNX is not installed.
    """
    given = [options.weights, *options.beside] if options.weights else []
    return Order(
        {
            "name": recipe.name,
            "recipe": sha256(recipe.path),
            "trained": _hashes(recipe.weights.iterdir()) if recipe.trained else {},
            "code": _hashes(_code(recipe.builder)),
            "versions": {name: _version(names) for name, names in PACKAGES.items()},
            "installed": {m: installed(m, *PACKAGES[name]) for m, name in _MODULES.items()},
            "sources": [f"{s.package} {s.version}" for s in recipe.sources],
            "head": options.head,
            "seed": options.seed,
            "weights": _hashes(given),
            "opset": opset,
        }
    )


def _code(builder: str) -> list[Path]:
    zoo, exports = Path(__file__).parent, Path(parity.exports.__file__).parent
    own = [zoo / folder / f"{builder}.py" for folder in ("builders", "nets")]
    exporter = [exports / name for name in ("_child.py", "paddle2onnx.py")]
    # A third party's builder lies elsewhere: its version is not known here.
    return [p for p in (*own, *(zoo / name for name in SHARED_CODE), *exporter) if p.is_file()]


def _hashes(paths: Iterable[Path]) -> dict[str, str]:
    return {f"{p.parent.name}/{p.name}": sha256(p) for p in sorted(paths) if p.is_file()}


def _version(names: tuple[str, ...]) -> str:
    for name in names:
        try:
            return f"{name} {version(name)}"
        except PackageNotFoundError:
            continue
    raise ZooError(f"{names[0]} is not installed: `pip install {names[0]}`")
