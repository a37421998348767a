"""An explanation that Ctrl-C or a signal may end: the verdict that it is of stands all the same."""

from dataclasses import replace

from parity.diagnose import explain
from parity.diagnose.explain import Explanation
from parity.diagnose.inner.force import Started
from parity.interrupts import Terminated
from parity.verify.early import number
from parity.verify.progress import Step, Watcher, nobody
from parity.verify.result import Result


def explained(
    result: Result, *, budget_s: float, watch: Watcher = nobody, sides: Started | None = None
) -> tuple[Result, Explanation | None]:
    """A result and why it came out so, as `explain` says; ended early, the result is partial.

    sides: as of `explain`.
    """
    if result.passed and result.disagreed is None:
        return result, None  # nothing is to be explained, and nobody waits for it
    watch(Step("explain"))
    try:
        return result, explain.explain(result, budget_s=budget_s, sides=sides)
    except (KeyboardInterrupt, Terminated) as error:
        return replace(result, ended_by=number(error)), None
