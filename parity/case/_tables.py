"""The tables of a case.toml, each checked."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from parity import plugins
from parity.case._row import OPSETS, PRECISIONS, Allowance, Inputs, Limits, Scalar, Source, Xfail
from parity.closed import Table
from parity.compare.tolerance import DEFAULTS, Rule, Tolerance
from parity.errors import UsageError
from parity.exports._by import exporters
from parity.model.notation.parse import parse
from parity.model.precisions import CALIBRATED, COMPUTED, family
from parity.plugins import unknown
from parity.verify.request import TaskConfig

# Ties and confidence by precision. FP32 decides exactly as the reference; FP16 moved TNEWS
# probabilities by 7e-4 and INT8 by 3e-2 (ERNIE 3.0 and text classification deployment guides);
# BF16's 8 bits lie between.
TIES = {
    "fp32": 0.0, "fp16": 0.02, "int8": 0.1, "int8-static": 0.1, "bf16": 0.05, "optimized": 0.0,
    "fused": 0.0,
}  # fmt: skip
CONFIDENCE = {
    "fp32": 1e-5, "fp16": 2e-3, "int8": 6e-2, "int8-static": 6e-2, "bf16": 2e-2,
    "optimized": 1e-5, "fused": 1e-5,
}  # fmt: skip
"""Share of answers that may flip inside the margin, and how far a probability may move."""


def source(table: Table) -> Source:
    found = Source(
        zoo=table.maybe("zoo", str),
        path=table.maybe("path", str),
        head=table.maybe("head", str),
        tokenizer=table.maybe("tokenizer", str),
        sha256=table.maybe("sha256", str),
    )
    table.finish()
    if (found.zoo is None) == (found.path is None):
        raise table.error("zoo", 'or "path" must say where the reference is, one of the two')
    if found.head is not None and found.zoo is None:
        raise table.error("head", "is for models of the zoo")
    return found


def candidate(
    table: Table, precisions: Sequence[str]
) -> tuple[str | None, int, tuple[int, ...], dict[str, tuple[str, ...]], dict[str, str]]:
    path = table.maybe("path", str)
    opset = table.get("opset", int, 13)  # ERNIE 3.0 deployment guide
    upgrades = table.integers("upgrades")
    for key, values in (("opset", (opset,)), ("upgrades", upgrades)):
        for value in values:
            if value not in OPSETS:
                span = f"{OPSETS[0]}-{OPSETS[-1]}"
                raise table.error(key, f"{value} is outside {span}; take one of these")
    keep: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    for precision in PRECISIONS:
        if family(precision) != "fp32" and precision not in COMPUTED:
            keep[precision] = _made(table, precision, precisions, path, texts)
    table.finish()
    return path, opset, upgrades, keep, texts


def _made(
    table: Table, precision: str, precisions: Sequence[str], path: str | None,
    texts: dict[str, str],
) -> tuple[str, ...]:  # fmt: skip
    """Nodes that stay in FP32 where a candidate of this precision is made.

    One that is calibrated calls them ``exclude`` as well, and may name its texts, which go into
    ``texts``.
    """
    there = precision in table
    inner = table.table(precision)
    keep = inner.strings("keep")
    if precision in CALIBRATED:
        keep = (*keep, *inner.strings("exclude"))
        named = inner.maybe("texts", str)
        if named is not None:
            texts[precision] = named
    inner.finish()
    if there and path is not None:
        raise table.error(precision, 'says how a candidate is made, and "path" names one')
    if there and precision not in precisions:
        raise table.error(precision, f'is of no cell: "precisions" lists {", ".join(precisions)}')
    if "" in keep or len(set(keep)) < len(keep):
        raise inner.error("keep", "must name nodes, each once")
    return keep


def _scalars(table: Table) -> dict[str, Scalar]:
    found: dict[str, Scalar] = {}
    for key, value in table.rest().items():
        if not isinstance(value, str | int | float | bool):
            raise table.error(key, "must be a string, number or true/false")
        found[key] = value
    return found


def precisions(root: Table) -> tuple[str, ...]:
    if "precisions" not in root:
        root.strings("precisions")
        return ("fp32",)
    chosen = root.strings("precisions")
    if not chosen or len(set(chosen)) < len(chosen):
        raise root.error("precisions", "must name at least one, and each once")
    for name in chosen:
        if name not in PRECISIONS:
            raise root.error("precisions", unknown("precision", name, PRECISIONS), bare=True)
    return chosen


def engines(
    table: Table, folder: Path
) -> tuple[dict[str, tuple[str | None, Mapping[str, Scalar]]], dict[str, Path]]:
    """Name and options by role, and the environments, by role, that are another's."""
    engines: dict[str, tuple[str | None, Mapping[str, Scalar]]] = {}
    environments: dict[str, Path] = {}
    for role in ("reference", "candidate"):
        inner = table.table(role)
        name = inner.maybe("engine", str)
        if name is not None and not plugins.known("engines", name):
            raise inner.error(
                "engine", unknown("engine", name, plugins.names("engines")), bare=True
            )
        if (env := inner.maybe("env", str)) is not None:
            if not env:
                raise inner.error("env", "must name the folder of a venv, or a python")
            environments[role] = folder / env
        engines[role] = (name, _scalars(inner))
    table.finish()
    return engines, environments


def inputs(table: Table) -> tuple[Inputs, ...]:
    found = []
    for name, inner in table.named():
        found.append(
            Inputs(
                name,
                inner.maybe("kind", str),
                inner.maybe("max_batch", int),
                inner.maybe("max_length", int),
                inner.maybe("examples", int),
                _said(inner),
                _feeds(inner),
                inner.maybe("picture", str),
            )
        )
        for key in ("max_batch", "max_length", "examples"):
            value = getattr(found[-1], key)
            if value is not None and value < 1:
                raise inner.error(key, f"must be at least 1, not {value}")
        if found[-1].picture is not None and not found[-1].feeds:
            raise inner.error("picture", 'goes with "feeds"')
        inner.finish()
    return tuple(found) or (Inputs("default"),)


def _feeds(table: Table) -> tuple[str, ...]:
    path = table.maybe("feeds", str)
    if path == "":
        raise table.error("feeds", "must name a file or a folder")
    return () if path is None else (path,)


def _said(table: Table) -> tuple[str, ...]:
    texts = table.strings("input")
    for text in texts:
        try:
            parse(text, what="input")
        except UsageError as error:
            raise table.error("input", str(error), bare=True) from error
    return texts


def task(table: Table) -> TaskConfig | None:
    name = table.maybe("name", str)
    options = table.rest()
    if name is None and options:
        raise table.error("name", "is missing: which task are these keys for?")
    if name is not None:
        if name not in plugins.names("tasks"):
            raise table.error("name", unknown("task", name, plugins.names("tasks")), bare=True)
        known = getattr(plugins.load("tasks", name), "OPTIONS", options)
        for key in options:
            if key not in known:
                raise table.error(key, unknown("key", key, ["name", *known]), bare=True)
    return None if name is None else TaskConfig(name, options)


def allowances(table: Table) -> dict[str, Allowance]:
    allowances = {}
    for precision, default in DEFAULTS.items():
        inner = table.table(precision)
        rule = inner.get("rule", str, default.rule)
        if rule not in ("max", "elementwise"):
            raise inner.error("rule", unknown("rule", rule, ("max", "elementwise")), bare=True)
        kind: Rule = "elementwise" if rule == "elementwise" else "max"
        atol, rtol = inner.get("atol", float, default.atol), inner.get("rtol", float, default.rtol)
        ties = inner.get("ties", float, TIES[precision])
        confidence = inner.get("confidence", float, CONFIDENCE[precision])
        for key, value in (("ties", ties), ("confidence", confidence)):
            if not 0 <= value < 1:
                raise inner.error(key, f"must be from 0 up and below 1, not {value:g}")
        try:
            allowances[precision] = Allowance(Tolerance(atol, rtol, kind), ties, confidence)
        except UsageError as error:
            raise inner.error("rtol", f"and atol: {error}", bare=False) from error
        inner.finish()
    table.finish()
    return allowances


def limits(table: Table, precisions: Sequence[str]) -> dict[str, Limits]:
    """What each precision may cost; what the table itself says is for all.

    precisions: those of the case; a limit for another would be judged by nobody.
    """
    general = _limits(table, Limits())
    found = {}
    for precision in PRECISIONS:
        there = precision in table
        inner = table.table(precision)
        found[precision] = _limits(inner, general)
        inner.finish()
        if there and precision not in precisions:
            listed = ", ".join(precisions)
            raise table.error(precision, f'is of no cell: "precisions" lists {listed}')
    table.finish()
    return found


def _limits(table: Table, general: Limits) -> Limits:
    given: dict[str, float] = {}
    for key, (says, fits) in _LIMITS.items():
        value = table.maybe(key, float)
        if value is None:
            continue
        if not fits(value):
            raise table.error(key, f"must be {says}, not {value:g}")
        given[key] = value
    return replace(general, **given)


_LIMITS: Mapping[str, tuple[str, Callable[[float], bool]]] = {
    "max_accuracy_drop": ("points from 0 to 100", lambda v: 0 <= v <= 100),
    "max_flips": ("a share from 0 up and below 1", lambda v: 0 <= v < 1),
    "min_speedup": ("a number above 0", lambda v: 0 < v < math.inf),
    "max_latency_ms": ("milliseconds above 0", lambda v: 0 < v < math.inf),
    "max_size_mb": ("megabytes above 0", lambda v: 0 < v < math.inf),
    "min_score": ("a share above 0, up to 1", lambda v: 0 < v <= 1),
}
"""What each limit may be."""


def accepted(table: Table) -> dict[str, str]:
    """Outputs that may say nothing, with why."""
    reasons = {}
    for output, reason in table.rest().items():
        if not isinstance(reason, str) or not reason.strip():
            raise table.error(output, "must say why an output that nothing moves is let through")
        reasons[output] = reason
    return reasons


def xfail(table: Table, precisions: Sequence[str], inputs: Sequence[str]) -> Xfail:
    reason, issue = table.need("reason", str), table.need("issue", str)
    for key, value in (("reason", reason), ("issue", issue)):
        if not value.strip():
            raise table.error(key, "must say something: it is why a failure is let through")
    row = Xfail(
        reason,
        issue,
        table.maybe("opset", int),
        table.maybe("precision", str),
        table.maybe("engine", str),
        table.maybe("inputs", str),
        table.maybe("exporter", str),
    )
    table.finish()
    # A row that no cell matches would let nothing through, and look as if it did.
    known: Mapping[str, Sequence[object]] = {
        "opset": OPSETS,
        "precision": precisions,
        "inputs": inputs,
        "engine": plugins.names("engines"),
        "exporter": () if row.exporter is None else exporters(),
    }
    for key, values in known.items():
        value = getattr(row, key)
        if value is not None and value not in values:
            raise table.error(key, unknown(key, str(value), map(str, values)), bare=True)
    return row
