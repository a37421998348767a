"""Inputs that say which positions count."""

from parity.model.rules.effect import attention, effects
from parity.model.rules.trace import Trace
from parity.model.spec import AttentionMask, Domain, TensorSpec, Values

_HIDES = 8.0
"""Of scores, from which on less is as good as nothing: exp(-8) is 3e-4. Masks take 1e4 and up."""


def mask(trace: Trace, spec: TensorSpec, words: list[str]) -> tuple[Domain, str] | None:
    """The domain of a mask input and why; None for an input that is none."""
    words = [word for word in words if _as_long(trace, spec, word)]
    if not words or not 2 <= len(spec.shape) <= 4:
        return None
    found = effects(trace, spec.name, own=frozenset((spec.name,)))
    name, ends = spec.name, attention(found)
    if ends is None:
        data = [e for e in found if e.kind == "multiply" and e.one > e.zero]
        of = next((_word(trace, e.node.inputs, words) for e in data), None)
        if of is None or not all(e.one > e.zero for e in found if e.kind == "multiply"):
            return None
        return AttentionMask(of), f"{name}: mask of {of}, since it multiplies what comes from it"
    as_it_is = (ends.zero, ends.one) == (0.0, 1.0) and spec.dtype.startswith("float")
    if abs(ends.one - ends.zero) < _HIDES and not as_it_is:
        return None  # a distance, say, that only weighs what is near
    of = _word(trace, ends.node.inputs, [w for w in words if w != name]) or words[0]
    if as_it_is:
        return Values(-1.0, 0.0), f"{name}: added to attention scores as it is: 0 keeps"
    if ends.one > ends.zero:
        return AttentionMask(of), (
            f"{name}: mask of {of}: at the softmax 1 becomes {ends.one:g}, 0 becomes {ends.zero:g}"
        )
    return Values(0.0, 1.0), (
        f"{name}: reversed mask of {of}: at the softmax 1 becomes {ends.one:g}; "
        "its values are drawn without regard to padding"
    )


def _as_long(trace: Trace, spec: TensorSpec, word: str) -> bool:
    """Whether an input may say something of each position of a text: a state of 16 doesn't."""
    text = next((s.shape for s in trace.graph.inputs if s.name == word), ())
    if not text or not spec.shape:
        return False
    here, there = spec.shape[-1], text[min(1, len(text) - 1)]
    return here == there or not isinstance(here, int) or here <= 1


def _word(trace: Trace, names: tuple[str, ...], words: list[str]) -> str | None:
    near = frozenset[str]().union(*(trace.roots(name, shapes=False) for name in names if name))
    return next((word for word in words if word in near), None)
