"""Which output of the candidate is which output of the reference."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parity.compare.findings import Finding, OutputExtra, OutputMissing

# Names that Paddle and its exporter make up. Nobody chose them, so an output may bear one on one
# side and another on the other. The first two count outputs: another number is another output.
_COUNTED = (
    re.compile(r"fetch_name_\d+"),
    re.compile(r"save_infer_model/scale_\d+(\.tmp_\d+)?"),
)
_INNER = re.compile(r".*\.tmp_\d+")
_MADE_UP = (*_COUNTED, _INNER)


@dataclass(frozen=True)
class Pairing:
    """expected output name to actual output name, how, and what found no partner."""

    names: Mapping[str, str]
    rule: str
    findings: tuple[Finding, ...] = ()


def pair(
    expected: Sequence[str],
    actual: Sequence[str],
    *,
    renamed: Mapping[str, str] | None = None,
) -> Pairing:
    """Pair outputs by name.

    renamed: candidate's name by reference's name, as the user says; it wins.
    What is left is paired in order of the outputs only if there are as many on
    both sides and all names left of the candidate are of one pattern that is made
    up, and those of the reference aren't of it: chosen, or made up in another way.
    ``fetch_name_1`` for ``fetch_name_0`` is a renamed output, not an exporter's
    habit; names of inner tensors, such as ``softmax_0.tmp_0``, count nothing, and
    pair if they are the same but for their numbers, or alone. Whatever is unpaired
    then is a finding, never dropped.
    """
    renamed = dict(renamed or {})
    names = {e: a for e, a in renamed.items() if e in expected and a in actual}
    taken = set(names.values())
    names |= {e: e for e in expected if e not in names and e in actual and e not in taken}
    rule = "by name" if not renamed else "by name, and as told"
    left = [e for e in expected if e not in names]
    free = [a for a in actual if a not in names.values()]
    if left and len(left) == len(free) and _made_up(left, free):
        names |= dict(zip(left, free, strict=True))
        pairs = ", ".join(f"{a} as {e}" for e, a in zip(left, free, strict=True))
        rule = f"by name, and in order where the exporter made up names: {pairs}"
        left, free = [], []
    findings: tuple[Finding, ...] = (
        *(OutputMissing(e, tuple(free)) for e in left),
        *(OutputExtra(a) for a in free),
    )
    return Pairing(names, rule, findings)


def _made_up(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether nobody chose the names of the candidate, so that the order is all there is."""
    kinds = {_kind(name) for name in actual}
    others = {_kind(name) for name in expected}
    chosen = others == {None}
    if None in kinds or (len(kinds) > 1 and not (chosen and kinds <= {_INNER, _COUNTED[1]})):
        return False
    if not kinds & others:
        return True
    inner = kinds == others == {_INNER}
    return inner and (len(expected) == 1 or [*map(_stem, expected)] == [*map(_stem, actual)])


def _kind(name: str) -> re.Pattern[str] | None:
    """How a name is made up; None for one that was chosen."""
    return next((pattern for pattern in _MADE_UP if pattern.fullmatch(name)), None)


def _stem(name: str) -> str:
    return re.sub(r"\d+", "", name)
