"""Entities of a sequence of tags, as seqeval's ``get_entities`` finds them.

Source: seqeval 1.2.2, default mode: an entity begins at B-, at an I- of another label, and at
an I- after O.
"""

from collections.abc import Sequence


def entities(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """Label, first and last place, both inclusive. Tags without a prefix but O have no label."""
    found: list[tuple[str, int, int]] = []
    label, start = "", -1
    for place, tag in enumerate([*tags, "O"]):
        kind, _, of = tag.partition("-")
        inside = start >= 0 and kind == "I" and of == label
        if inside:
            continue
        if start >= 0:
            found.append((label, start, place - 1))
            start = -1
        if kind in ("B", "I"):
            label, start = of or "_", place
    return found


def is_tag(tag: str) -> bool:
    """Whether it is one of the BIO scheme, which is read here."""
    return tag == "O" or (tag[:2] in ("B-", "I-") and len(tag) > 2)
