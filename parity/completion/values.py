"""The names that a parameter may take, found without importing what they name."""

from collections.abc import Callable
from pathlib import Path

import parity
from parity import plugins

ZOO = "zoo:"
FILE = "case.toml"
_GOLDEN = Path("golden")  # where commands look for a case that is named
_RECIPES = Path(parity.__file__).parent / "zoo" / "recipes"
_SCHEMAS = Path(parity.__file__).parent / "schemas"

Values = Callable[[], list[str]]


def recipes() -> list[str]:
    """Models of the zoo."""
    return sorted(path.stem for path in _RECIPES.glob("*.toml"))


def cases() -> list[str]:
    """Cases below ./golden."""
    return sorted(path.parent.name for path in _GOLDEN.glob(f"*/{FILE}"))


def models() -> list[str]:
    """What may stand for a model besides a file."""
    return [ZOO + name for name in recipes()]


def targets() -> list[str]:
    """What `parity check` takes besides a file."""
    return [*cases(), *models()]


def engines() -> list[str]:
    """Engines, also of others."""
    return [name.replace("_", "-") for name in plugins.names("engines")]


def tasks() -> list[str]:
    """Tasks, also of others."""
    return plugins.names("tasks")


def plans() -> list[str]:
    """Input plans, also of others."""
    return plugins.names("inputs")


def kept() -> list[str]:
    """Kinds of what the cache holds."""
    from parity.cache.kinds import KINDS

    return sorted(KINDS)


def schemas() -> list[str]:
    """Documents that have a schema."""
    return sorted(path.stem for path in _SCHEMAS.glob("*.json"))


def shells() -> list[str]:
    """Shells that can be asked for a script."""
    return ["bash", "fish", "zsh"]
