"""On which provider the nodes of an ONNX Runtime session really run.

A session that was asked for CUDA runs on the CPU what CUDA has no kernel for, and all of it where
the provider doesn't start; neither is an error to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from parity.errors import EngineError

RECORD = ("session.record_ep_graph_assignment_info", "1")
"""A session's entry, with which it tells; since ONNX Runtime 1.24."""

_MOST = 6  # operators that are named


def placed(session: Any) -> list[tuple[str, str]]:
    """Provider and operator of each node, as the session was cut into. Raises EngineError.

    One that can't tell is refused: what ran where would be a guess.
    """
    ask = getattr(session, "get_provider_graph_assignment_info", None)
    if ask is None:
        raise EngineError("this onnxruntime doesn't tell where nodes run; 1.24 and later do")
    return [(str(part.ep_name), str(n.op_type)) for part in ask() for n in part.get_nodes()]


def told(nodes: Iterable[tuple[str, str]], wanted: Sequence[str], *, refuse: bool) -> str:
    """How many nodes run where, those elsewhere by operator.

    wanted: providers, the one that was asked for first; the others are its usual company.
    Raises EngineError where no node runs on the first, and, with ``refuse``, where any runs on
    none of them.
    """
    counted = list(nodes)
    on = Counter(provider for provider, _ in counted)
    first = wanted[0]
    if not on[first]:
        rest = ", ".join(f"{n} on {p}" for p, n in on.most_common()) or "there is none"
        raise EngineError(f"{first}: not one node runs on it ({rest}); nothing of it was tested")
    elsewhere = Counter(op for provider, op in counted if provider not in wanted)
    if refuse and elsewhere:
        raise EngineError(
            f"{first}: {elsewhere.total()} of {len(counted)} nodes run elsewhere "
            f"({_by_op(elsewhere)}), and fallback=refuse"
        )
    where = ", ".join(f"{n} on {p}" for p, n in on.most_common())
    return f"{where}; elsewhere {_by_op(elsewhere)}" if elsewhere else where


def _by_op(counted: Counter[str]) -> str:
    named = [f"{op} {n}" for op, n in counted.most_common(_MOST)]
    return ", ".join([*named, *(["…"] if len(counted) > _MOST else [])])
