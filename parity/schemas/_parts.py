"""What documents are made of: findings, warnings, tensors, sides, what is to blame."""

import dataclasses
from typing import Any, get_type_hints

from parity.compare import findings, warned
from parity.compare.drawn.chart import Chart
from parity.compare.drawn.octaves import Octaves
from parity.compare.tolerance import Tolerance
from parity.compare.values import Measured
from parity.diagnose.ladder.rung import Rung
from parity.diagnose.stage import Stage
from parity.diagnose.strip import Neighbour
from parity.model import spec
from parity.schemas._of import Defs, Schema, array, closed, mapping, nullable, one_of
from parity.settings import Setting
from parity.written.said import Kind

STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
NUMBER: Schema = {"$ref": "#/$defs/number"}
STRINGS = array(STRING)

HEAD: dict[str, Schema] = {
    "schema": {"const": 1},
    "made_by": {"type": "string", "pattern": "^parity "},
}
"""The first keys of every document."""

_SPARED = ("points", "whole", "lowest", "ordered")
"""Fields of a domain that are left out where they are empty."""


def said(defs: Defs, kinds: tuple[type, ...], name: str) -> Schema:
    """A list of findings or warnings: each its fields, its kind and a line for a person."""
    parts = []
    for kind in kinds:
        word = findings.kind(object.__new__(kind))
        made = closed({"kind": {"const": word}, "message": STRING, **defs.fields(kind)})
        parts.append(defs.part(f"{name} {word}", made))
    return array(one_of(parts))


def found(defs: Defs) -> Schema:
    """Findings."""
    return said(defs, findings.KINDS, "finding")


def warnings(defs: Defs) -> Schema:
    """Warnings."""
    return said(defs, warned.KINDS, "warning")


def tensor(defs: Defs, **more: Schema) -> Schema:
    """An input or output, as parity reads it."""
    domains = [_domain(defs, kind) for kind in spec.Domain.__args__]
    properties = {
        "name": STRING,
        "dtype": STRING,
        "shape": nullable(array({"type": ["integer", "string"]})),
        "domain": one_of(domains),
        "extents": array(defs.of(spec.Extent)),
        **more,
    }
    return closed(properties, optional=("domain", "extents"))


def _domain(defs: Defs, kind: Any) -> Schema:
    fields = {n: s for n, s in defs.fields(kind).items() if n != "suspects"}
    if kind is spec.Columns:
        fields["of"] = array(_spared(defs.fields(spec.Values)))
    made = _spared({"kind": {"const": kind.__name__}, **fields})
    return defs.part(f"domain {kind.__name__}", made)


def _spared(fields: dict[str, Schema]) -> Schema:
    return closed(fields, optional=[name for name in fields if name in _SPARED])


def settings(defs: Defs) -> Schema:
    """What was taken from a project's file."""
    return array(defs.of(Setting))


def outputs(defs: Defs) -> Schema:
    """The worst of each output."""
    rounding = {"noise": NUMBER, "max_abs": NUMBER, "ratio": NUMBER}
    power = {"spread": NUMBER, "magnitude": NUMBER, "allowed": NUMBER}
    oracle = {"reference": NUMBER, "candidate": NUMBER, "feeds": INTEGER}
    return array(
        closed(
            {
                "compared": INTEGER,
                "worst": closed(_measured(defs)),
                "histogram": nullable(defs.of(Octaves)),
                "chart": nullable(defs.of(Chart)),
                "rounding": nullable(closed(rounding)),
                "power": nullable(closed(power)),
                "oracle": nullable(closed(oracle)),
            }
        )
    )


def _measured(defs: Defs) -> dict[str, Schema]:
    kept = [field for field in dataclasses.fields(Measured) if field.name != "octaves"]
    hints = get_type_hints(Measured)
    return {field.name: defs.of(hints[field.name]) for field in kept}


def progress() -> Schema:
    """How the worst share of the tolerance grew."""
    return array(closed({"examples": INTEGER, "ratio": NUMBER}))


def minimal(defs: Defs) -> Schema:
    """The smallest failing feed."""
    values = {"description": "Nested lists of numbers; null where they are many."}
    fed = closed(
        {"dtype": STRING, "shape": array(INTEGER), "values": values,
         "min": NUMBER, "mean": NUMBER, "max": NUMBER},
        optional=("min", "mean", "max"),
    )  # fmt: skip
    return closed(
        {
            "label": STRING,
            "text": nullable(STRINGS),
            "lengths": nullable(array(INTEGER)),
            "feed": mapping(fed),
            "file": nullable(STRING),
            "findings": found(defs),
            "reproduced": BOOLEAN,
            "tried": INTEGER,
            "charts": array(defs.of(Chart)),
            "steps": array(closed({"tried": INTEGER, "positions": INTEGER})),
        }
    )


def side(_: Defs) -> Schema:
    """A model and the engine that ran it."""
    option = {"type": ["string", "number", "boolean"]}
    return closed(
        {
            "model": STRING,
            "files": STRINGS,
            "format": STRING,
            "engine": STRING,
            "version": nullable(STRING),
            "options": mapping(option),
        }
    )


def tolerance(defs: Defs) -> Schema:
    """What a candidate may be off by."""
    return closed({"precision": STRING, **defs.fields(Tolerance)})


def explanation(defs: Defs) -> Schema:
    """Who is to blame."""
    return closed(
        {
            "stage": defs.of(Stage),
            "summary": STRING,
            "weights": array(weight(defs)),
            "culprits": array(culprit(defs)),
            "worst": array(culprit(defs)),
            "aligned": closed({"tensors": INTEGER, "of": INTEGER}),
            "strip": array(defs.of(Neighbour)),
            "rungs": array(defs.of(Rung)),
            "seconds": NUMBER,
        }
    )


def culprit(defs: Defs) -> Schema:
    """An op, and what it adds to the difference."""
    made = closed(
        {
            "node": STRING,
            "op_type": STRING,
            "outputs": STRINGS,
            "reference_op": STRING,
            "own": nullable(NUMBER),
            "inherited": nullable(NUMBER),
            "rounding": nullable(NUMBER),
            "evidence": STRING,
        }
    )
    return defs.part("culprit", made)


def weight(defs: Defs) -> Schema:
    """What became of one weight."""
    made = closed(
        {
            "name": STRING,
            "reference": STRING,
            "kind": defs.of(Kind),
            "elements": INTEGER,
            "of": INTEGER,
            "max_abs": NUMBER,
            "index": array(INTEGER),
            "expected": NUMBER,
            "actual": NUMBER,
            "message": STRING,
        }
    )
    return defs.part("weight", made)
