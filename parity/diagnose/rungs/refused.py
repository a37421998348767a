"""The rung of a candidate that doesn't load: the node at which the runtime stopped reading it."""

import re
from typing import Any

from parity.diagnose.rung import Asked, Said
from parity.diagnose.stage import Stage
from parity.model.parts.onnx_cut import Graph
from parity.written.culprit import Culprit

_NAMED = (
    re.compile(r"\bnode ?\((?P<node>[^()]+)\)", re.IGNORECASE),
    re.compile(r"node[ _]name: ?'?(?P<node>[^'\s,]+)", re.IGNORECASE),
    re.compile(r"Name: ?'(?P<node>[^']+)'"),
    re.compile(r"In Node, \(\"(?P<node>[^\"]+)\""),
    re.compile(r"-> \(\"(?P<node>[^\"]+)\""),  # what a node without a name makes
    re.compile(r"implementation for [\w.]+\(\d+\) node with name '(?P<node>[^']*)'"),
)
"""How ONNX Runtime names the node that it stopped at, which differs by who in it refuses."""

_MISSING = "Could not find an implementation"

_MADE = re.compile(r"^p2o\.(?P<op>[\w.]+?)\.\d+\.\d+$")


def by_refusal(asked: Asked) -> Said | None:
    """The node that the runtime names; None for a candidate that loads, or where none is named."""
    if asked.refusal is None or asked.request.candidate.model.format != "onnx":
        return None
    graph = Graph(asked.request.candidate.model.program)
    found = _named(graph, asked.refusal)
    if found is None:
        return None
    node, what = graph.nodes[found], " ".join(asked.refusal.split())
    kernel = _MISSING in what
    name = node.name or next(iter(node.output), "")
    made = _made_of(graph, found)
    culprit = Culprit(name, node.op_type, tuple(node.output), made, what)
    whose: Stage = "kernel" if kernel else "exporter"
    of = f", made of `{made}`" if made else ""
    why = "has no kernel for it" if kernel else "stops reading the file there"
    if _unknown(node):
        why = "knows no operator of that name"
    sentence = f"blamed: the {whose}. {node.op_type} `{name}`{of}: the runtime {why}"
    return Said("refusal", sentence, whose, culprits=(culprit,))


def _unknown(node: Any) -> bool:
    """Whether ONNX itself has no such operator."""
    from onnx import defs

    return node.domain in ("", "ai.onnx") and not defs.has(node.op_type)


def _named(graph: Graph, refusal: str) -> int | None:
    for pattern in _NAMED:
        for match in pattern.finditer(refusal):
            wanted = match["node"]
            for at, node in enumerate(graph.nodes):
                if wanted and wanted in (node.name, *node.output):
                    return at
    return None


def _made_of(graph: Graph, at: int) -> str:
    """The reference's op, by the name of the first result on the way from a node."""
    for node in _onwards(graph, at):
        for name in node.output:
            made = _MADE.match(name)
            if made:
                return made["op"]
    return ""


def _onwards(graph: Graph, at: int) -> list[Any]:
    """A node, and what reads it, one after the other; few, since an op becomes few nodes."""
    found, seen = [at], {at}
    for current in found:
        names = set(graph.nodes[current].output)
        for reader in range(current + 1, min(len(graph.nodes), current + 40)):
            if reader not in seen and names & set(graph.reads[reader]):
                seen.add(reader)
                found.append(reader)
        if len(found) > 8:
            break
    return [graph.nodes[n] for n in found]
