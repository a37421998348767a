"""The verdict in one sentence. Green is only what the whole document bears out."""

from collections.abc import Iterator

from parity.page import figures, kinds
from parity.page.blocks import Figure, Piece, Pieces, Verdict
from parity.page.kinds import Kind
from parity.page.node import Node

KNOWN = ("parity", "differs", "error", "measured")


def verdict(document: Node, kind: Kind) -> Verdict:
    """Of a whole document. Whatever doesn't fit together is no parity, and says so."""
    wrong = list(_contradictions(document, kind))
    if wrong:
        return Verdict("No verdict", "unsure", ("This report contradicts itself: ", wrong[0], "."))
    if document["error"] or document["verdict"].text == "error":
        return Verdict("No verdict", "unsure", _error(document, kind))
    if kind in ("accuracy", "speed"):
        return _measured(document, judged="judged" if kind == "accuracy" else "limited")
    if document["passed"].true and kind == "other":
        return Verdict("Passed", "good", (*_passed(document, kind), "."))
    if document["passed"].true:
        return Verdict("Parity", "good", (*_passed(document, kind), "."))
    if document["partial"].true and not _bad(document, kind):
        told: Pieces = ("This run was ended before its end, so there is no verdict.",)
        return Verdict("No verdict", "unsure", told)
    if kind == "other" and document["passed"].value is None:
        return Verdict("Report", "", ("This report has no verdict.",))
    if kind in _ONE and not _bad(document, kind):
        return Verdict("No verdict", "unsure", _differs(document, kind))
    return Verdict("Differs", "bad", _differs(document, kind))


def _contradictions(document: Node, kind: Kind) -> Iterator[str]:
    word = document["verdict"].text
    if word and word not in KNOWN:
        yield f'this parity knows no verdict "{word}"'
    passed = document["passed"]
    if not isinstance(passed.value, bool) and kind != "other":
        yield 'it doesn\'t say whether it is "passed"'
    if not passed.true:
        return
    if word not in ("", "parity", "measured"):
        yield f'it says "passed", and the verdict is "{word}"'
    if "partial" in document and document["partial"].value is not False:
        yield 'it says "passed", and was ended before its end'
    if document["error"]:
        yield 'it says "passed", and has an error'
    # A case's document repeats a cell, which may be expected to fail.
    if document["findings"] and kinds.alone(kind):
        yield 'it says "passed", and has findings'
    yield from _of_parts(document, kind)


def _of_parts(document: Node, kind: Kind) -> Iterator[str]:
    """The same of what a document that says "passed" is made of."""
    if kind == "run":
        yield from _nothing(document)
    elif kind == "accuracy":
        if any(system["failed"] for system in document["systems"]) or not document["systems"]:
            yield 'it says "passed", and a system failed, or there is none'
    elif kind == "speed":
        if not any(column["timings"] for column in document["columns"]):
            yield 'it says "passed", and nothing was measured'
        if any(column["failed"] for column in document["columns"]):
            yield 'it says "passed", and a column failed'
    elif kind == "other":
        if any(e["holds"].value is False and not e["skipped"] for e in document["invariants"]):
            yield 'it says "passed", and an invariant doesn\'t hold'
    else:
        yield from _of_several(document, kind)


def _of_several(document: Node, kind: Kind) -> Iterator[str]:
    compared = False
    for entry in kinds.entries(document, kind):
        run, status = kinds.run_of(entry, kind), kinds.status_of(entry, kind)
        name = kinds.name_of(entry)
        if status not in (*kinds.GOOD, "parity", "not run"):
            yield f'it says "passed", and {name} is "{status}"'
        if status in ("passed", "upgraded", "parity") and run.value is not None:
            for wrong in _nothing(run):
                yield f"of {name}, {wrong}"
            if run["findings"] and not entry["same_as"]:
                yield f'{name} is "{status}", and has findings'
        compared = compared or bool(run["elements"].number)
    if not compared:
        yield 'it says "passed", and nothing was compared'


def _nothing(run: Node) -> Iterator[str]:
    if not (run["elements"].number or 0) > 0 or not (run["examples"].number or 0) > 0:
        yield 'it says "passed", and nothing was compared'
    for output in run["outputs"]:
        ratio = output["worst"]["ratio"]
        if "ratio" in output["worst"] and ratio.number is None:
            yield "a share of the tolerance is no number"


def _bad(document: Node, kind: Kind) -> list[Node]:
    """What speaks against it: findings, or the cells and models that differ."""
    if kinds.alone(kind):
        return list(document["findings"])
    return [
        entry
        for entry in kinds.entries(document, kind)
        if kinds.tone_of(kinds.status_of(entry, kind)) == "bad"
    ]


def counted(node: Node, one: str, more: str | None = None) -> Pieces:
    """The length of a list in words: ``3 findings``."""
    number = len(node)
    figure = Figure(f"{number:,}", str(number), f"{node.at}#")
    return (figure, " ", one if number == 1 else more or f"{one}s")


def amount(run: Node) -> Pieces:
    """How much was compared."""
    return (
        figures.count(run["examples"]), " examples, ", figures.count(run["elements"]),
        " elements compared",
    )  # fmt: skip


def _passed(document: Node, kind: Kind) -> Pieces:
    if kind == "run":
        warned: Pieces = ()
        if document["warnings"]:
            warned = ("; ", *counted(document["warnings"], "warning"))
        return ("Nothing differs: ", *amount(document), *warned)
    if kind in ("case", "models"):
        many = counted(document["cells" if kind == "case" else "models"], _ONE[kind])
        return ("Nothing differs in ", *many, ": ", *amount(document))
    if kind == "other":
        return (document["summary"].text.rstrip(".") or "Nothing was found",)
    totals = document["totals"].text
    many = counted(document["cells" if kind == "cells" else "deployments"], _ONE[kind])
    return (f"{totals}" if totals else "Nothing differs in ", *(() if totals else many))


_ONE = {"case": "cell", "cells": "cell", "models": "model", "deployments": "deployment"}


def _differs(document: Node, kind: Kind) -> Pieces:
    early: Pieces = (". The run was ended before its end.",) if document["partial"].true else (".",)
    if kind == "run":
        if document["findings"]:
            return (*counted(document["findings"], "finding"), " in ", *amount(document), *early)
        return ("No finding, but ", *counted(document["warnings"], "warning"),
                ", of which none may pass: ", *amount(document), *early)  # fmt: skip
    if kind == "other":
        return (document["summary"].text or "This report says that it didn't pass", ".")
    bad = _bad(document, kind)
    total = len(kinds.entries(document, kind))
    names = ", ".join(kinds.name_of(entry) for entry in bad[:3])
    more = f" and {len(bad) - 3} more" if len(bad) > 3 else ""
    if not bad:
        many = f"{total} {_ONE[kind]}{'' if total == 1 else 's'}"
        return (f"Of {many} not all could be run, or nothing was compared", *early)
    return (f"{len(bad)} of {total} {_ONE[kind]}s differ{'s' if len(bad) == 1 else ''}: ",
            f"{names}{more}", *early)  # fmt: skip


def _error(document: Node, kind: Kind) -> Pieces:
    said: Piece = document["error"].text or document["reason"].text
    if not said and kind in _ONE:
        failed = [
            f"{kinds.name_of(e)}: {e['error'].text or e['reason'].text or e['why'].text}"
            for e in kinds.entries(document, kind)
            if kinds.status_of(e, kind) in ("error", "not run")
        ]
        said = failed[0] if failed else ""
    return ("This could not be run to its end: ", said or "nothing says why", ".")


def _measured(document: Node, *, judged: str) -> Verdict:
    """judged: the key of what limits are stated for."""
    if document["passed"].true:
        if not document[judged]:
            told = "Measured; no limits are stated, so nothing was judged."
            return Verdict("Measured", "unsure", (told,))
        return Verdict("Within the limits", "good", ("Every figure is within the limits.",))
    many = counted(document["findings"], "finding")
    told = " against the limits, or something failed, or nothing was compared."
    return Verdict("Not within the limits", "bad", (*many, told))
