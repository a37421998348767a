"""Let a plan learn from the reference which sizes it takes."""

import numpy as np

from parity.engines import EngineInfo
from parity.inputs import Answer, Example, Learn, Plan
from parity.model.tensors import Outputs
from parity.verify.progress import Step, Watcher
from parity.verify.reference import Reference
from parity.workers.failure import Raised

_HANG_S = 30.0
"""For one feed: what takes longer at a size is no input either. Far above what small feeds take."""


_VOID = "it answers NaN alone"
"""As a mean of what a window found no room in. Where every size does so, it isn't the size."""


def _void(outputs: Outputs) -> bool:
    """Whether nothing but NaN came out; what is empty says nothing."""
    floats = [a for a in outputs.values() if a.dtype.kind == "f" and a.size]
    return bool(floats) and all(np.isnan(array).all() for array in floats)


def learned(plan: Plan, reference: Reference, watch: Watcher) -> tuple[Plan, tuple[str, ...]]:
    """The plan that fits the reference, which is loaded, and what to say of it.

    Raises InputError if the reference takes no size, and EngineError if it doesn't load again.
    """
    learn: Learn | None = getattr(plan, "learn", None)  # a plan of others may not know of it
    if learn is None:
        return plan, ()
    if not isinstance(reference.ready(), EngineInfo):
        return plan, ()
    worker = reference.worker
    usual, worker.run_timeout_s = worker.run_timeout_s, min(_HANG_S, worker.run_timeout_s)
    asked = 0

    def ask(example: Example) -> Answer:
        nonlocal asked
        asked += 1
        watch(Step("sizes", asked))
        reference.revive()
        reference.submit(example)
        result = reference.collect().result
        if isinstance(result, dict):
            return Answer(_VOID if _void(result) else "")
        return Answer(" ".join(str(result).split()), died=not isinstance(result, Raised))

    try:
        fitted, notes = learn(ask)
    finally:
        worker.run_timeout_s = usual
    reference.revive()
    return fitted, notes
