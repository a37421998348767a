"""Spans of time, as people write and read them."""

import re

from parity.errors import UsageError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}

_SPAN = re.compile(r"([0-9]{1,6})([smhdw])")


def seconds(text: str) -> float:
    """Seconds of a span such as ``90m``, ``12h``, ``30d``. Raises UsageError."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise UsageError(
            f'"{text}" is no span of time; write a whole number and its unit: 90m, 12h, 30d or 4w'
        )
    return float(int(found[1]) * _UNITS[found[2]])


def ago(span_s: float) -> str:
    """A span in its largest whole unit: ``3 d``."""
    for unit in ("d", "h", "m"):
        if span_s >= _UNITS[unit]:
            return f"{span_s // _UNITS[unit]:.0f} {unit}"
    return f"{span_s:.0f} s"


def size(number: float) -> str:
    """Bytes in the unit that makes them short, powers of 1,000: ``1.8 GB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 999.5:
            short = f"{number:.0f}" if unit == "B" or number >= 99.5 else f"{number:.2g}"
            return f"{short} {unit}"
        number /= 1000
    return f"{number:,.1f} TB"
