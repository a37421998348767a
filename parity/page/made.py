"""A document as a page."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from parity.page import kinds, verdict
from parity.page.blocks import (
    Badge,
    Block,
    Code,
    Fold,
    Page,
    Para,
    Picture,
    Pieces,
    Section,
)
from parity.page.kinds import Kind
from parity.page.node import Node
from parity.page.parts import (
    accuracy,
    facts,
    findings,
    generic,
    glance,
    grid,
    replay,
    since,
    speed,
)
from parity.page.parts import run as runs

Pictures = Mapping[str, Sequence[Picture]]
"""Pictures of the smallest failing feed, by where it stands: the pointer of its run."""


def page(
    document: Node, *, name: str = "", bundle: Path | None = None, pictures: Pictures | None = None,
    baseline: Node | None = None,
) -> Page:  # fmt: skip
    """The page of a document.

    name: of its file. bundle: the folder it lies in, if that is one. baseline: an older document
    that this one is to be held against.
    """
    kind = kinds.kind_of(document)
    said = verdict.verdict(document, kind)
    first = tuple(glance.blocks(document, kind, bundle))
    sections = [*_since(document, kind, baseline), *_sections(document, kind, pictures or {})]
    about = _about(document, kind) or (name,)
    title = f"{said.word}: {''.join(p for p in about if isinstance(p, str)) or name or 'report'}"
    return Page(title, about, said, first, tuple(sections))


def _about(document: Node, kind: Kind) -> Pieces:
    if kind == "run":
        candidate, reference = document["candidate"]["model"].text, document["reference"]["model"]
        if candidate:
            return (_last(candidate), " against ", _last(reference.text))
    if kind == "case":
        return (document["case"].text,)
    if kind == "cells":
        cases = dict.fromkeys(cell["case"].text for cell in document["cells"])
        return (", ".join([*cases][:4]) + ("…" if len(cases) > 4 else ""),)
    if kind == "accuracy":
        return (_last(document["data"]["file"].text),)
    if kind in ("speed", "other"):
        named = (document[key].text for key in ("name", "model", "candidate", "file"))
        return (_last(next(filter(None, named), "")),)
    if kind in ("models", "deployments"):
        return (", ".join([kinds.name_of(e) for e in kinds.entries(document, kind)][:4]),)
    return ()


def _last(path: str) -> str:
    """A file with its folder."""
    return "/".join(path.rstrip("/").split("/")[-2:])


def _since(document: Node, kind: Kind, baseline: Node | None) -> Iterator[Section]:
    if baseline is not None:
        blocks = tuple(since.blocks(document, kind, baseline, kinds.kind_of(baseline)))
        yield Section("Since the baseline", blocks, "since")


def _sections(document: Node, kind: Kind, pictures: Pictures) -> Iterator[Section]:
    if kind == "run":
        yield from runs.sections(document, level=2, pictures=pictures.get(document.at, ()))
    elif kind == "accuracy":
        yield from accuracy.sections(document)
    elif kind == "speed":
        yield from speed.sections(document)
    elif kind == "other":
        yield from _other(document)
    else:
        yield from _several(document, kind, pictures)
    if kind not in ("run", "case"):
        yield Section("Provenance", tuple(facts.environment(document)), "environment")


def _other(document: Node) -> Iterator[Section]:
    for title, blocks in (("Findings", findings.found(document)),
                          ("Warnings", findings.warned(document)),
                          ("Notes", findings.notes(document))):  # fmt: skip
        if made := tuple(blocks):
            yield Section(title, made, title.lower())
    yield from generic.sections(document)


def _several(document: Node, kind: Kind, pictures: Pictures) -> Iterator[Section]:
    title = {"models": "Models", "deployments": "Deployments"}.get(kind, "Cells")
    yield Section(title, tuple(grid.of(document, kind)), "cells")
    details = [
        _detail(entry, number, kind, document, pictures)
        for number, entry in enumerate(kinds.entries(document, kind))
    ]
    if details:
        yield Section("In detail", tuple(details), "detail")
    if document["passed_over"]:
        names = ", ".join(entry.text for entry in document["passed_over"])
        yield Section("Passed over", (Para((names,)),), "passed-over")


def _detail(entry: Node, number: int, kind: Kind, document: Node, pictures: Pictures) -> Fold:
    status, run = kinds.status_of(entry, kind), kinds.run_of(entry, kind)
    tone = kinds.tone_of(status)
    head: Pieces = (Badge(status, tone), " ", kinds.name_of(entry))
    blocks: list[Block] = []
    for key, name in (("reason", ""), ("why", ""), ("error", ""), ("coverage", ""),
                      ("same_as", "the graph of ")):  # fmt: skip
        if entry[key]:
            blocks.append(Para((f"{name}{entry[key].text}",)))
    if command := replay.of_cell(entry, kind, document):
        blocks.append(Para(("Run it alone: ", Code(command))))
    if run.value is not None and not (kind == "case" and entry["same_as"]):
        drawn = pictures.get(run.at, ())
        blocks += runs.sections(run, level=3, pictures=drawn, charts=tone != "good")
    if not blocks:
        blocks.append(Para(("Nothing more is known of it.",), "dim"))
    return Fold(head, tuple(blocks), grid.target(number), open=tone == "bad")
