"""Which models the zoo has. Imports no engine."""

from pathlib import Path

from parity import plugins
from parity.errors import ZooError
from parity.zoo.recipe import Recipe, read

FOLDER = Path(__file__).parent / "recipes"


def list_recipes() -> list[Recipe]:
    """Every recipe, by name. Raises ZooError if one of the files is wrong."""
    return [read(path) for path in sorted(FOLDER.glob("*.toml"))]


def find(name: str) -> Recipe:
    """The recipe of that name. Raises ZooError, listing the known ones, if there is none."""
    known = [path.stem for path in FOLDER.glob("*.toml")]
    if name not in known:
        raise ZooError(plugins.unknown("model", name, known))
    return read(FOLDER / f"{name}.toml")
