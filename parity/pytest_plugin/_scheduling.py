"""Cells of a case in one worker of pytest-xdist, without the hang when a worker dies.

Up to pytest-xdist 3.8.0 its schedulers by scope (loadscope, loadfile, loadgroup) hand the whole
workload of a dead worker out again: what it had finished, for which nobody waits for the next
(pytest-xdist issues 1323, 1378), and the test that killed it. A new worker that is given a single
test waits for a second one before it starts (issue 1327).
"""

from importlib.metadata import version
from typing import Any

from xdist.scheduler import (  # type: ignore[import-untyped, unused-ignore]
    LoadFileScheduling,
    LoadGroupScheduling,
    LoadScopeScheduling,
)

_LAST_BROKEN = (3, 8, 0)


class _Steady(LoadScopeScheduling):  # type: ignore[misc, unused-ignore]
    """Gives out again only what is left, and leaves no worker to wait."""

    def remove_node(self, node: Any) -> str | None:
        """Take a worker out; the test that it died of, if it did."""
        workload = self.assigned_work.pop(node)
        left = {
            scope: pending
            for scope, unit in workload.items()
            if (pending := {name: done for name, done in unit.items() if not done})
        }
        if not left:
            return None
        scope, unit = next(iter(left.items()))
        died_of = str(next(iter(unit)))
        # Already told as failed: run again it would only take the next worker with it.
        del unit[died_of]
        if not unit:
            del left[scope]
        self.workqueue.update(left)
        for other in self.nodes:
            self._reschedule(other)
        return died_of

    def _reschedule(self, node: Any) -> None:
        if node not in self.registered_collections:
            return  # it is still collecting, and asks again
        while not node.shutting_down:
            super()._reschedule(node)
            # A worker starts a test once it knows the next, or that there is none.
            if self._pending_of(self.assigned_work[node]) > 1:
                return

    def add_node_collection(self, node: Any, collection: Any) -> None:
        """Take in what a worker collected; one that has other tests is sent home."""
        super().add_node_collection(node, collection)
        if node not in self.registered_collections:
            node.shutdown()


class _Scope(_Steady):
    pass


class _File(_Steady, LoadFileScheduling):  # type: ignore[misc, unused-ignore]
    pass


class _Group(_Steady, LoadGroupScheduling):  # type: ignore[misc, unused-ignore]
    pass


_BY_NAME = {"loadscope": _Scope, "loadfile": _File, "loadgroup": _Group}


def scheduler(config: Any, log: Any) -> Any:
    """The scheduler to take in place of pytest-xdist's; None where its own will do."""
    made = _BY_NAME.get(config.getvalue("dist"))
    return None if made is None or _version() > _LAST_BROKEN else made(config, log)


def _version() -> tuple[int, ...]:
    """As far as it is numbers: a pre-release of 3.9 counts as 3.9."""
    parts = []
    for part in version("pytest-xdist").split(".")[:3]:
        if not part.isdigit():
            break
        parts.append(int(part))
    return tuple(parts)
