"""Values that are written as text, on a command line and in a project's file."""

import re
from collections.abc import Iterable

from parity.compare.tolerance import DEFAULTS, Rule, Tolerance
from parity.errors import UsageError


def pairs(texts: Iterable[str], *, option: str) -> dict[str, str | int | float | bool]:
    """Options of an engine from ``name=value`` texts. Raises UsageError for another form."""
    chosen: dict[str, str | int | float | bool] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f'{option} "{text}": write it as name=value')
        chosen[name] = _value(value)
    return chosen


def tolerance(precision: str, rule: str, rtol: float | None, atol: float | None) -> Tolerance:
    """The tolerance of a precision, or the one that is given; its two numbers go together."""
    default = DEFAULTS[precision]
    if (rtol is None) != (atol is None):
        given, missing = ("rtol", "atol") if atol is None else ("atol", "rtol")
        raise UsageError(f"--{given} without --{missing}: a tolerance needs both")
    kind: Rule = "elementwise" if rule == "elementwise" else "max"
    if rtol is None or atol is None:
        return Tolerance(default.atol, default.rtol, kind)
    return Tolerance(atol, rtol, kind)


def renamed(pairs: Iterable[str]) -> dict[str, str]:
    """Output names from ``reference=candidate`` texts."""
    names: dict[str, str] = {}
    for pair in pairs:
        reference, equals, candidate = pair.partition("=")
        if not (equals and reference and candidate):
            raise UsageError(f'--map-output "{pair}": write it as reference=candidate')
        if names.get(reference, candidate) != candidate:
            raise UsageError(f'--map-output "{pair}": {reference} is mapped to two outputs')
        if candidate in names.values() and reference not in names:
            raise UsageError(f'--map-output "{pair}": two outputs are mapped to {candidate}')
        names[reference] = candidate
    return names


def _value(text: str) -> str | int | float | bool:
    if text.lower() in ("true", "yes", "on"):
        return True
    if text.lower() in ("false", "no", "off"):
        return False
    if re.fullmatch(r"[+-]?[0-9]{1,30}", text):
        return int(text)
    if re.fullmatch(r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][+-]?[0-9]+)?", text):
        return float(text)
    return text
