"""A key that may be set, and one that is."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from parity.shown import shown

Form = Literal["text", "whole", "number", "flag", "path"]

Value = str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True)
class Key:
    """One option. many: whether it is a list. choices: all that it may be; () for no such list."""

    form: Form
    many: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """What a file says of a key.

    key: as people write it, ``max-examples``. value: paths are from the file's folder. file: where
    it stands. weaker: what it would be without, where the setting lets more pass or looks at less;
    "" where it doesn't.
    """

    key: str
    value: Value
    file: str
    weaker: str = ""

    def __str__(self) -> str:
        value = self.value
        told = ", ".join(value) if isinstance(value, tuple) else f"{value}"
        if isinstance(value, bool):
            told = "true" if value else "false"
        weaker = f" (WEAKER: {self.weaker} without it)" if self.weaker else ""
        return f"{self.key} {told}{weaker}"


def line(settings: Iterable[Setting]) -> list[str]:
    """A line a file, for the header of a report."""
    return [
        shown(f"{file}: {', '.join(map(str, inside))}")
        for file, inside in groupby(settings, lambda setting: setting.file)
    ]
