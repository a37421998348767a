"""What one build is asked for, beyond its recipe."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parity.errors import ZooError
from parity.zoo.recipe import Recipe

BESIDE = ("vocab.txt", "labels.json")


@dataclass(frozen=True)
class Options:
    """A checked order, as a builder gets it.

    head: a head of the recipe; None for a model with one fixed head.
    seed: of the invented weights; None where the weights are given.
    weights: the user's own checkpoint. files: the recipe's source files, by
        their last name; empty until they are fetched.
    """

    head: str | None = None
    seed: int | None = None
    weights: Path | None = None
    files: Mapping[str, Path] = field(default_factory=dict)

    @property
    def beside(self) -> list[Path]:
        """Vocabulary and labels that lie beside the user's checkpoint and go with it."""
        if self.weights is None:
            return []
        found = (self.weights.parent / name for name in BESIDE)
        return [path for path in found if path.is_file()]

    def file(self, name: str) -> Path:
        """A source file. Raises ZooError if the recipe names none of that name."""
        if name not in self.files:
            raise ZooError(f"the recipe names no source file {name}")
        return self.files[name]

    def to_json(self) -> dict[str, Any]:
        """For the worker process."""
        return {
            "head": self.head,
            "seed": self.seed,
            "weights": str(self.weights) if self.weights else None,
            "files": {name: str(path) for name, path in self.files.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Options":
        """Back from ``to_json``."""
        weights = data["weights"]
        return cls(
            head=data["head"],
            seed=data["seed"],
            weights=Path(weights) if weights else None,
            files={name: Path(path) for name, path in data["files"].items()},
        )


def check(recipe: Recipe, *, head: str | None, seed: int | None, weights: Path | None) -> Options:
    """Raises ZooError for a choice that the recipe doesn't offer or a file that isn't there."""
    if head is not None and head not in recipe.heads:
        offered = ", ".join(recipe.heads) or "none, its head is fixed"
        raise ZooError(f'{recipe.name} has no head "{head}"; there are: {offered}')
    if weights is not None and not (recipe.heads or recipe.seeded):
        raise ZooError(f"{recipe.name} has its own weights and takes no others")
    if weights is not None and not weights.is_file():
        raise ZooError(f"{weights}: no such file; give a .pdparams or .safetensors file")
    given = weights is not None or not recipe.seeded
    if seed is not None and given:
        raise ZooError(f"a seed changes nothing here: the weights of {recipe.name} are given")
    if seed is not None and seed < 0:
        raise ZooError(f"seed {seed}: must not be negative")
    chosen = head or recipe.default_head
    if recipe.trained and weights is None and chosen != recipe.default_head:
        raise ZooError(
            f"{recipe.name} was trained with the head {recipe.default_head}, not {chosen}"
        )
    if recipe.trained and not (recipe.weights / "model.safetensors").is_file():
        raise ZooError(f"{recipe.weights}: no model.safetensors; install parity anew or train it")
    return Options(head=chosen, seed=None if given else (seed or 0), weights=weights)
