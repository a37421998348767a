"""Which of a session's cells are run here, and which cells there are on all machines together."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from parity.pytest_plugin._account import Account

if TYPE_CHECKING:
    from parity.gate.shard import Shard


class Part:
    """shard: None where all is run here. named: "IDENTITY NAME" of every cell that was collected.

    cases: SHA-256 of each case's text and golden, by its name.
    """

    def __init__(self, shard: "Shard | None") -> None:
        self.shard = shard
        self.named: Counter[str] = Counter()
        self._cases: dict[str, set[str]] = {}

    def note(self, items: Iterable[pytest.Item]) -> None:
        """Take down cells, before anything was left out."""
        from parity.errors import ParityError
        from parity.gate import identity

        known: dict[object, str] = {}
        for item in items:
            cell = getattr(item, "cell", None)
            self.named[f"{_identity(item)} {item.name}"] += 1
            if cell is None:
                self._note_case(item.path.parent.name, identity.of_text(_bytes(item)))
            elif cell.case.folder not in known:
                try:
                    found = identity.of_case(cell.case)
                except ParityError as error:
                    found = identity.of_text(str(error))
                known[cell.case.folder] = found
                self._note_case(cell.case.name, found)

    def take(self, items: list[pytest.Item], account: Account) -> None:
        """Leave in the list what is run here, and nothing of other parts in the account."""
        if self.shard is None or not self.named:
            return
        from parity.gate.shard import tell_bazel

        tell_bazel()
        items[:] = [i for i in items if not hasattr(i, "packed") or self._is_mine(i)]
        mine = Counter({_name(n): count for n, count in self.named.items() if self._holds(n)})
        account.settled &= mine

    def cells(self, account: Account) -> list[dict[str, str]]:
        """Every cell that one of the parts must run, by name."""
        left = Counter(account.deselected)
        made = []
        for named in sorted(self.named.elements(), key=_name):
            if left[_name(named)]:
                left[_name(named)] -= 1
                continue
            made.append({"cell": _name(named), "id": named.partition(" ")[0]})
        return made + [{"cell": path, "id": _of_path(path)} for path in sorted(account.ignored)]

    def left_out(self, account: Account) -> list[str]:
        """Cells that were collected and that no part runs: -k, or a node's name on its own."""
        return sorted({*account.collected} - {cell["cell"] for cell in self.cells(account)})

    @property
    def cases(self) -> dict[str, str]:
        """SHA-256 by name of a case."""
        return {name: "+".join(sorted(found)) for name, found in sorted(self._cases.items())}

    def tells(self, path: str) -> bool:
        """Whether it is this part that tells of a case that was kept from being collected."""
        return self.shard is None or self.shard.holds(_of_path(path))

    def is_one_of_many(self) -> bool:
        """Whether the gate is judged by ``parity merge``, and not here alone."""
        return self.shard is not None and self.shard.count > 1

    def pack(self) -> dict[str, Any]:
        """For the controller of pytest-xdist."""
        return {"named": dict(self.named), "cases": {n: sorted(f) for n, f in self._cases.items()}}

    def unpack(self, packed: Mapping[str, Any]) -> None:
        """What a worker saw; all of them collect the same."""
        self.named |= Counter(packed["named"])
        for name, found in packed["cases"].items():
            self._cases.setdefault(name, set()).update(found)

    def _note_case(self, name: str, digest: str) -> None:
        self._cases.setdefault(name, set()).add(digest)

    def _is_mine(self, item: pytest.Item) -> bool:
        # What stands for a wrong selection is no cell, and every part tells it.
        named = f"{_identity(item)} {item.name}"
        return named not in self.named or self._holds(named)

    def _holds(self, named: str) -> bool:
        return self.shard is None or self.shard.holds(named)


def shard_asked(text: str | None) -> "Shard | None":
    """The part that an option or Bazel asks for. Raises UsageError."""
    if text is None and "TEST_TOTAL_SHARDS" not in os.environ:
        return None
    from parity.gate.shard import from_bazel, shard_of

    return from_bazel() if text is None else shard_of(text)


def _identity(item: pytest.Item) -> str:
    from parity.gate import identity

    cell = getattr(item, "cell", None)
    return identity.of_text(item.name) if cell is None else identity.identity(cell)


def _name(named: str) -> str:
    return named.partition(" ")[2]


def _of_path(path: str) -> str:
    from parity.gate.identity import of_text

    return of_text(path)


def _bytes(item: pytest.Item) -> str:
    try:
        return item.path.read_bytes().hex()
    except OSError as error:
        return str(error)
