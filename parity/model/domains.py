"""A model's signature: its inputs, what their values mean, and why."""

from dataclasses import replace

from parity.model.artifact import Artifact
from parity.model.formats.read import graph_of, sense
from parity.model.graph import Graph
from parity.model.rules.axes import Origin, follow
from parity.model.rules.lengths import lengths
from parity.model.rules.masks import mask
from parity.model.rules.names import hint
from parity.model.rules.rank import by_row, texts
from parity.model.rules.symbols import symbols
from parity.model.rules.tokens import tokens
from parity.model.rules.trace import Trace
from parity.model.rules.values import values
from parity.model.spec import Domain, Lengths, Signature, TensorSpec, Values


def signature(artifact: Artifact) -> Signature:
    """Inputs with domains and outputs of a model, concluded from its graph.

    Raises ModelError if the graph can't be read.
    """
    graph = graph_of(artifact.program)
    with sense(artifact.program):
        return of_graph(graph)


def of_graph(graph: Graph) -> Signature:
    """The signature of a graph that was read."""
    trace = Trace(graph)
    found = tokens(trace)
    domains: dict[str, Domain | None] = dict(found.domains)
    evidence = list(found.evidence)
    words = texts(graph, found.words)
    for spec in graph.inputs:
        if spec.name not in domains:
            domains[spec.name], why = _domain(trace, spec, words)
            evidence.append(why)
    by_row(graph, domains, evidence)
    followed = follow(graph)
    inputs, outputs, notes = symbols(graph, domains, found.group, followed.agree)
    least, stride = _by_symbol(inputs, followed.least), _by_symbol(inputs, followed.stride)
    return Signature(
        tuple(replace(spec, domain=domains[spec.name]) for spec in inputs),
        outputs,
        (*evidence, *notes),
        graph.unread,
        least=least,
        stride=stride,
    )


def _by_symbol(inputs: tuple[TensorSpec, ...], found: dict[Origin, int]) -> dict[str, int]:
    """By symbol the largest of what was found of its axes, where that is more than 1."""
    shapes = {spec.name: spec.shape for spec in inputs}
    most: dict[str, int] = {}
    for (name, axis), size in found.items():
        symbol = shapes[name][axis]
        if isinstance(symbol, str) and size > 1:
            most[symbol] = max(size, most.get(symbol, 1))
    return most


def _domain(trace: Trace, spec: TensorSpec, words: list[str]) -> tuple[Domain | None, str]:
    """words: the inputs of ids that are texts, with lengths and masks."""
    if spec.name in trace.graph.unread:
        if hint(spec.name) == "length" and len(spec.shape) == 1 and words:
            return Lengths(words[0]), (
                f"{spec.name}: no output depends on it; lengths of {words[0]} by its name only"
            )
        domain, _ = values(trace, spec)
        return domain or Values(0.0, 1.0), f"{spec.name}: no output depends on it"
    return lengths(trace, spec, words) or mask(trace, spec, words) or values(trace, spec)
