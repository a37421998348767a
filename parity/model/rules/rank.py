"""Ids of rank 1: one a row of a table, or one text without a batch."""

from collections.abc import Sequence

from parity.model.graph import Graph
from parity.model.spec import Domain, PositionIds, SegmentIds, TensorSpec, TokenIds, Values


def texts(graph: Graph, words: Sequence[str]) -> list[str]:
    """Of the inputs of word ids those that are texts: no single index a row has a length."""
    shapes = {spec.name: spec.shape for spec in graph.inputs}
    rows = _rows(graph)
    return [n for n in words if len(shapes[n]) > 1 or (len(shapes[n]) == 1 and not rows)]


def _rows(graph: Graph) -> list[str]:
    """The inputs with rows: an open first axis before others."""
    return [spec.name for spec in graph.inputs if len(spec.shape) > 1 and _open(spec.shape[0])]


def by_row(graph: Graph, domains: dict[str, Domain | None], evidence: list[str]) -> None:
    """Make single values of the ids that a row has one of, in ``domains``.

    Where another input has rows (an open first axis before others), the one axis of an
    input is those rows, as in tables of users and items. Otherwise it is the length of
    the one text that a speech synthesiser is fed.
    """
    rows = _rows(graph)
    for spec in graph.inputs:
        domain = domains[spec.name]
        if not isinstance(domain, TokenIds | SegmentIds | PositionIds):
            continue
        if isinstance(domain, PositionIds) and len(spec.shape) == 1:
            continue  # positions that all rows share
        if not spec.shape or (len(spec.shape) == 1 and rows):
            low, high = _span(domain)
            domains[spec.name] = Values(float(low), float(high), whole=True)
            why = f"{rows[0]} has rows" if spec.shape else "it is a single number"
            evidence.append(f"{spec.name}: one index a row in [{low}, {high}], since {why}")
        elif len(spec.shape) == 1:
            evidence.append(f"{spec.name}: its one axis is a length: no input has rows")


def _span(domain: TokenIds | SegmentIds | PositionIds) -> tuple[int, int]:
    if isinstance(domain, TokenIds):
        return domain.lowest, domain.vocabulary - 1
    bound = domain.kinds if isinstance(domain, SegmentIds) else domain.bound
    return 0, bound - 1


def lone_text(spec: TensorSpec, domain: Domain | None) -> bool:
    """Whether an input is a text without a batch."""
    return len(spec.shape) == 1 and isinstance(domain, TokenIds | SegmentIds)


def _open(axis: int | str) -> bool:
    return isinstance(axis, str) or axis < 0
