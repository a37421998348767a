"""Who is to blame, and what was asked to find out."""

from collections.abc import Iterator

from parity.page import figures
from parity.page.blocks import Block, Code, Listing, Para, Piece, Pieces, Table
from parity.page.node import Node
from parity.page.parts.tables import cells


def shortly(run: Node) -> Pieces:
    """The sentence for the first screen; () where nothing says whom."""
    explanation = run["explanation"]
    return (explanation["summary"].text,) if explanation["summary"] else ()


def op(run: Node) -> Pieces:
    """The op that is blamed, and what it is made of; () where none is."""
    for culprit in run["explanation"]["culprits"]:
        made = culprit["reference_op"].text
        return (Code(f"{culprit['op_type'].text} {culprit['node'].text}"),
                *((", made of ", Code(made)) if made else ()))  # fmt: skip
    for weight in run["explanation"]["weights"]:
        return ("the weight ", Code(weight["name"].text), ": ", weight["kind"].text)
    return ()


def told(run: Node) -> Iterator[Block]:
    """Why it is so, in full."""
    explanation = run["explanation"]
    if not explanation:
        return
    stage = explanation["stage"].text
    yield Para((explanation["summary"].text or f"stage: {stage}",))
    if explanation["strip"]:
        yield _strip(explanation["strip"])
    for key, caption in (("culprits", "Blamed ops"), ("worst", "What ops add to the difference")):
        if explanation[key]:
            yield _ops(explanation[key], caption)
    if explanation["weights"]:
        yield Para(("Weights:",), "dim")
        yield Listing(tuple((weight["message"].text,) for weight in explanation["weights"]))
    if explanation["rungs"]:
        yield _rungs(explanation["rungs"])


def _strip(strip: Node) -> Block:
    """The neighbourhood in the graph, the guilty one in the middle."""
    steps: dict[float, list[Node]] = {}
    for node in strip:
        steps.setdefault(node["distance"].number or 0.0, []).append(node)
    pieces: list[Piece] = []
    for number, distance in enumerate(sorted(steps)):
        if number:
            pieces.append(" → ")
        named = ", ".join(f"{n['op_type'].text} {n['node'].text}" for n in steps[distance])
        more = sum(n["further"].whole or 0 for n in steps[distance])
        named += f" and {more} more" if more else ""
        pieces += ["blamed: ", Code(named)] if not distance else [named]
    return Para(tuple(pieces), "graph")


def _ops(listed: Node, caption: str) -> Table:
    return Table(
        caption,
        ("op", "node", "made of", "own", "inherited", "rounding", "evidence"),
        tuple(
            cells((c["op_type"].text,), (c["node"].text,), (c["reference_op"].text,),
                  (figures.small(c["own"]),), (figures.small(c["inherited"]),),
                  (figures.small(c["rounding"]),), (c["evidence"].text,))
            for c in listed
        ),
        right=frozenset({3, 4, 5}),
    )  # fmt: skip


def _rungs(rungs: Node) -> Table:
    return Table(
        "What was asked, in turn",
        ("question", "answer", "seconds"),
        tuple(
            cells((r["name"].text,),
                  (r["said"].text if r["ran"].true else f"not asked: {r['said'].text}",),
                  (figures.seconds(r["seconds"]),))
            for r in rungs
        ),
        right=frozenset({2}),
    )  # fmt: skip
