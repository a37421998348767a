"""What the JSON of a golden must be: keys that are known, each of its very type."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from parity.golden._provenance import Provenance
from parity.golden._review import Refused, Review
from parity.verify.request import Recorded


def keys(data: object, known: Collection[str], what: str) -> None:
    """Raise TypeError where something isn't a table, or has a key that nobody writes."""
    if not isinstance(data, dict):
        raise TypeError(f"{what} is {_said(data)}, not a table of keys")
    for key in data:
        if key not in known:
            raise TypeError(f"{what} has a key {key!r}; there are: {', '.join(sorted(known))}")


def of(data: Mapping[str, Any], key: str, kind: type, *, none: bool = False) -> Any:
    """The value of a key, which is there and of that very type: true is no whole number."""
    if key not in data:
        raise TypeError(f'"{key}" is missing')
    value = data[key]
    if type(value) is not kind and not (none and value is None):
        raise TypeError(f'"{key}" is {_said(value)}, not of type {kind.__name__}')
    return value


def _said(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _strings(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = of(data, key, list)
    if not all(type(item) is str for item in found):
        raise TypeError(f'"{key}" must be a list of strings, not {_said(found)}')
    return tuple(found)


def sentence(data: object) -> Recorded:
    """A sentence with its answer."""
    keys(data, ("text", "shown", "confidence"), "a sentence")
    if not isinstance(data, dict):
        raise TypeError
    confidence = data.get("confidence")
    if confidence is not None:
        sure = type(confidence) in (int, float) and 0 <= confidence <= 1
        if not sure:
            raise TypeError(f'"confidence" is {_said(confidence)}, not a number from 0 to 1')
        confidence = float(confidence)
    return Recorded(of(data, "text", str), _strings(data, "shown"), confidence)


def provenance(made: Mapping[str, Any]) -> Provenance:
    """Where a recording comes from."""
    keys(made, [f.name for f in fields(Provenance)], "provenance")
    versions = of(made, "versions", dict) if "versions" in made else {}
    if not all(type(version) is str for version in versions.values()):
        raise TypeError(f'"versions" must be strings, not {_said(versions)}')
    return Provenance(
        program=of(made, "program", str),
        parameters=of(made, "parameters", str),
        tokenizer=of(made, "tokenizer", str),
        task=of(made, "task", str),
        max_length=of(made, "max_length", int),
        versions=versions,
        cpu=of(made, "cpu", str) if "cpu" in made else "",
        cpu_flags=_strings(made, "cpu_flags") if "cpu_flags" in made else (),
    )


def review(data: object) -> Review:
    """What somebody decided."""
    keys(data, [f.name for f in fields(Review)], "a review")
    if not isinstance(data, dict):
        raise TypeError
    origin = of(data, "origin", str) if "origin" in data else None
    if origin not in (None, "accepted", "rejected"):
        raise TypeError(f'"origin" is {_said(origin)}, not "accepted" or "rejected"')
    return Review(
        by=of(data, "by", str),
        at=of(data, "at", str),
        why=of(data, "why", str),
        origin=origin,
        accepted=_strings(data, "accepted"),
        rejected=tuple(_refused(r) for r in of(data, "rejected", list)),
    )


def _refused(data: object) -> Refused:
    keys(data, ("text", "shown"), "a rejected answer")
    if not isinstance(data, dict):
        raise TypeError
    shown = None if of(data, "shown", list, none=True) is None else _strings(data, "shown")
    return Refused(of(data, "text", str), shown)
