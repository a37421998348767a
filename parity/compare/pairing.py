"""Which output of the candidate is which output of the reference."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parity.compare.findings import Finding, OutputExtra, OutputMissing

# Names that Paddle and its exporter make up. Nobody chose them, so an output may bear one on one
# side and another on the other.
_MADE_UP = (
    re.compile(r"fetch_name_\d+"),
    re.compile(r"save_infer_model/scale_\d+(\.tmp_\d+)?"),
    re.compile(r".*\.tmp_\d+"),
)


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
    both sides and all names left of the candidate are of one pattern that the
    exporter makes up, and none of the reference is: ``fetch_name_1`` for
    ``fetch_name_0`` is a renamed output, not an exporter's habit. Whatever is
    unpaired then is a finding, never dropped.
    """
    renamed = dict(renamed or {})
    names = {e: a for e, a in renamed.items() if e in expected and a in actual}
    taken = set(names.values())
    names |= {e: e for e in expected if e not in names and e in actual and e not in taken}
    rule = "by name" if not renamed else "by name, and as told"
    left = [e for e in expected if e not in names]
    free = [a for a in actual if a not in names.values()]
    if left and len(left) == len(free) and _exporter_renames(left, free):
        names |= dict(zip(left, free, strict=True))
        pairs = ", ".join(f"{a} as {e}" for e, a in zip(left, free, strict=True))
        rule = f"by name, and in order where the exporter made up names: {pairs}"
        left, free = [], []
    findings: tuple[Finding, ...] = (
        *(OutputMissing(e, tuple(free)) for e in left),
        *(OutputExtra(a) for a in free),
    )
    return Pairing(names, rule, findings)


def _exporter_renames(expected: Sequence[str], actual: Sequence[str]) -> bool:
    return any(
        all(pattern.fullmatch(name) for name in actual)
        and not any(pattern.fullmatch(name) for name in expected)
        for pattern in _MADE_UP
    )
