"""Failing examples kept from one run to the next."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from parity.errors import InputError
from parity.inputs import Example, Plan, replay
from parity.model.spec import TensorSpec


class Known:
    """A folder of failing examples, by what they were made for.

    Examples fit every model with the same inputs, so a defect found with one
    export is tried first on the next.
    """

    def __init__(self, folder: Path, plan: Plan, inputs: tuple[TensorSpec, ...]) -> None:
        # Imported late: it costs a fifth of a second, in which the engines load.
        from hypothesis.database import DirectoryBasedExampleDatabase

        self._database = DirectoryBasedExampleDatabase(folder)
        self._plan = plan
        text = repr((plan.name, plan.describe(), inputs))
        self._key = hashlib.sha256(text.encode()).digest()

    def __iter__(self) -> Iterator[Example]:
        from hypothesis.database import choices_from_bytes

        for raw in sorted(self._database.fetch(self._key), key=len):
            choices = choices_from_bytes(raw)
            try:
                yield replay.example(self._plan, choices or (), label="known from an earlier run")
            except InputError:
                # Made by another version of the plan: it stands for nothing any more.
                self._database.delete(self._key, raw)

    def add(self, example: Example) -> None:
        """Keep a failing example."""
        from hypothesis.database import choices_to_bytes

        self._database.save(self._key, choices_to_bytes(example.choices))

    def forget(self, example: Example) -> None:
        """Drop an example that passes now."""
        from hypothesis.database import choices_to_bytes

        self._database.delete(self._key, choices_to_bytes(example.choices))
