"""What a session collected, held against what came of it: a gate that ran nothing is not green."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

_ASKED = ("--parity-json", "--parity-markdown", "--require-all", "--parity-require-all")
_LISTS = ("--collect-only", "--co")
_FOREIGN_SHOWN = 5


class Account:
    """Cells by name.

    collected: of every case, before anything was left out. selected: what was to run when
    collection ended. foreign: files named case.toml that are another program's.
    """

    def __init__(self, config: pytest.Config) -> None:
        words = [str(word).partition("=")[0] for word in config.invocation_params.args]
        # Said on the command line itself: what stands in a configuration goes for every run.
        self.lists_only = any(word in _LISTS for word in words)
        self._asked = [word for word in _ASKED if word in words]
        self.collected: Counter[str] = Counter()
        self.selected: Counter[str] = Counter()
        self.foreign: list[str] = []

    @property
    def concerned(self) -> bool:
        """Whether anybody expects something of the gate here."""
        return bool(self.collected or self._asked) and not self.lists_only

    def pack(self) -> dict[str, Any]:
        """For the controller of pytest-xdist, in types that it can send."""
        return {
            "collected": dict(self.collected),
            "selected": dict(self.selected),
            "foreign": self.foreign,
        }

    def unpack(self, packed: Mapping[str, Any]) -> None:
        """What a worker saw; all of them collect the same."""
        self.collected |= Counter(packed["collected"])
        self.selected |= Counter(packed["selected"])
        self.foreign += [path for path in packed["foreign"] if path not in self.foreign]

    def silent(self, told: Iterable[str]) -> list[str]:
        """Cells that were to run and of which no result came."""
        return sorted((self.selected - Counter(told)).elements())

    def nothing(self) -> str:
        """Why a session has no row at all."""
        if not self.collected:
            return f"{self._asked[0]} is given, and no cell was collected"
        count = self.collected.total()
        return f"not one of the {count} cells that were collected was run: all were deselected"

    def lines(self) -> list[str]:
        """What was passed over, for a person."""
        shown = [
            f"parity: {path}: has no key of a case, so it is left alone as another program's"
            for path in self.foreign[:_FOREIGN_SHOWN]
        ]
        more = len(self.foreign) - len(shown)
        return [*shown, *([f"parity: and {more} more such files"] if more > 0 else [])]
