"""What a session collected, held against what came of it: a gate that ran nothing is not green."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

_ASKED = (
    "--parity-json",
    "--parity-markdown",
    "--parity-html",
    "--require-all",
    "--parity-require-all",
)
_LISTS = ("--collect-only", "--co")
_FOREIGN_SHOWN = 5


class Account:
    """Cells by name.

    collected: of every case, before anything was left out. settled: each once, before anybody
    else's hook. deselected: what was left out and reported, as by -k. selected: what was to run
    when collection ended. foreign: files named case.toml that are another program's. ignored:
    cases that a conftest or a hook kept from being collected.
    """

    def __init__(self, config: pytest.Config) -> None:
        words = [str(word).partition("=")[0] for word in config.invocation_params.args]
        # Said on the command line itself: what stands in a configuration goes for every run.
        self.lists_only = any(word in _LISTS for word in words)
        self._asked = [word for word in _ASKED if word in words]
        self.collected: Counter[str] = Counter()
        self.settled: Counter[str] = Counter()
        self.deselected: Counter[str] = Counter()
        self.selected: Counter[str] = Counter()
        self.foreign: list[str] = []
        self.ignored: list[str] = []

    @property
    def concerned(self) -> bool:
        """Whether anybody expects something of the gate here."""
        return bool(self.collected or self.ignored or self._asked) and not self.lists_only

    def pack(self) -> dict[str, Any]:
        """For the controller of pytest-xdist, in types that it can send."""
        return {
            "collected": dict(self.collected),
            "settled": dict(self.settled),
            "deselected": dict(self.deselected),
            "selected": dict(self.selected),
            "foreign": self.foreign,
            "ignored": self.ignored,
        }

    def unpack(self, packed: Mapping[str, Any]) -> None:
        """What a worker saw; all of them collect the same."""
        self.collected |= Counter(packed["collected"])
        self.settled |= Counter(packed["settled"])
        self.deselected |= Counter(packed["deselected"])
        self.selected |= Counter(packed["selected"])
        self.foreign += [path for path in packed["foreign"] if path not in self.foreign]
        self.ignored += [path for path in packed["ignored"] if path not in self.ignored]

    def silent(self, told: Iterable[str]) -> list[str]:
        """Cells that were to run and of which no result came."""
        return sorted((self.selected - Counter(told)).elements())

    def left_out(self, tells: Callable[[str], bool]) -> list[tuple[str, str]]:
        """What somebody kept from being run without a word, and how.

        tells: whether it is here that a case is told of which was kept from being collected.
        """
        removed = (self.settled - self.selected - self.deselected).elements()
        told = [(name, "a hook took it out of the selection") for name in sorted(removed)]
        why = "a conftest or hook keeps it from being collected"
        return [*told, *((path, why) for path in sorted(self.ignored) if tells(path))]

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
