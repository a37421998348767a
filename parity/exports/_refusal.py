"""Why an exporter refused, from what it printed and from the program that it refused.

Paddle2ONNX aborts: behind its own lines comes the trace of a crash, and the lines themselves don't
always name the operator.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from parity.errors import ModelError

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_ERROR = re.compile(r"\[ERROR\](?:\[\w+\])?\s*(.*)")
_RAISED = re.compile(r"^\w*(?:Error|Exception)\b: .+")
_TRACE = re.compile(
    r"^(-+|\d+ +\S.*|C\+\+ Traceback.*|Error Message Summary:|FatalError: .*|\[\w+: .*|\.)$"
)

_VAGUE = ("There are unsupported features.", "Due to the unsupported operators")
_NO_CONVERTER = "Due to the unsupported operators"
_CODES = "Only support e4m3 or e5m2"
_QUANTISED = (
    "of models that Paddle quantised it exports those in FP8 alone; export the model in FP32 and "
    "lower that (--precision int8-static), or export it with Paddle2ONNX 1.3 (--env)"
)
_DOUBLES = "MUST be ir::FloatAttribute"

_ARITHMETIC = {
    "subtract": "sub",
    "multiply": "mul",
    "divide": "div",
    "maximum": "max",
    "minimum": "min",
    "floor_divide": "floordiv",
    "remainder": "mod",
}
_OLD = {
    "argmax": "arg_max",
    "argmin": "arg_min",
    "arange": "range",
    "nonzero": "where_index",
    "topk": "top_k_v2",
    "flatten": "flatten_contiguous_range",
    "norm": "p_norm",
    "grid_sample": "grid_sampler",
    "hardswish": "hard_swish",
    "hardsigmoid": "hard_sigmoid",
    "if": "select_input",
    "while": "select_input",
}
"""Names of Paddle 2, where Paddle2ONNX 2.1 still goes by them; branches and loops are built in."""

_MOST = 1000  # characters; a hundred operators refuse in as many lines


def reason(log: str, program: Path, registered: Collection[str]) -> str:
    """All that the exporter complained of, on one line; "" where it said nothing.

    registered: operators that it has a converter for, as it names them; empty if it didn't say.
    """
    lines = [_COLOUR.sub("", line).strip() for line in log.splitlines()]
    said = [m[1].strip() for line in lines if (m := _ERROR.search(line)) and m[1].strip()]
    said = said or [line for line in lines if _RAISED.match(line) and not _TRACE.match(line)]
    told = [line for line in said if not line.startswith(_VAGUE)]
    if any(line.startswith(_NO_CONVERTER) for line in said):
        told.append(_unregistered(program, registered))
    if any(_CODES in line for line in said):
        told.append(_QUANTISED)
    if any(_DOUBLES in line for line in said):
        told.append(_doubles(program))
    told = list(dict.fromkeys(told or said))
    text = "; ".join(line.rstrip(". ") for line in told)
    return text if len(text) <= _MOST else f"{text[:_MOST]}…"


def last_words(log: str) -> str:
    """The last line that isn't part of a crash's trace; "" where there is none."""
    lines = [_COLOUR.sub("", line).strip() for line in log.splitlines()]
    return next((line[:300] for line in reversed(lines) if line and not _TRACE.match(line)), "")


def _unregistered(program: Path, registered: Collection[str]) -> str:
    ops = dict.fromkeys(name for name, _ in _operators(program))
    missing = [name for name in ops if not _names(name) & {*registered}]
    if not registered or not missing:
        return f"{_NO_CONVERTER}, the conversion is aborted"
    return f"it has no converter for {', '.join(missing)}; replace what the network makes of them"


def _names(operator: str) -> set[str]:
    """What converters of an operator may be registered as: Paddle 2 named many otherwise."""
    name = operator.rstrip("_")
    short = _ARITHMETIC.get(name, name)
    made = {f"elementwise_{short}", f"reduce_{name}", f"{name}_v2", f"{name}2"}
    return {operator, name, f"{name}_", *made, _OLD.get(name, name)}


def _doubles(program: Path) -> str:
    """A defect of today's releases, and the way out. Source: Paddle2ONNX issues 1618, 1641."""
    held = [f"{name}: {', '.join(keys)}" for name, keys in _operators(program) if keys]
    named = f" (here {'; '.join(dict.fromkeys(held))})" if held else ""
    return (
        f"Paddle2ONNX 2.1 can't read attributes that Paddle 3 stores as double{named}, a known "
        "defect; give interpolate a size in place of a scale_factor, or export a copy of the "
        'program in which "0.a_f64" is replaced by "0.a_f32"'
    )


def _operators(program: Path) -> Iterator[tuple[str, list[str]]]:
    """Name of every operator, those in branches and loops too, with its attributes of doubles."""
    try:
        if program.suffix == ".json":
            from parity.model.formats import pir_graph

            yield from _pir(pir_graph.load(program).get("program"))
        else:
            from parity.model.formats import pdmodel_graph

            for block in pdmodel_graph.load(program).blocks:
                yield from ((op.type, []) for op in block.ops if op.type not in ("feed", "fetch"))
    except ModelError:
        return


def _pir(value: Any) -> Iterator[tuple[str, list[str]]]:
    if isinstance(value, list):
        for item in value:
            yield from _pir(item)
    elif isinstance(value, dict):
        dialect, _, name = str(value.get("#", "")).partition(".")
        if dialect == "1" and name not in ("data", "fetch", "feed"):
            yield name, [a["N"] for a in value.get("A", ()) if _of_doubles(a.get("AT"))]
        for key in ("regions", "blocks", "ops"):
            yield from _pir(value.get(key))


def _of_doubles(attribute: Any) -> bool:
    values = attribute.get("D") if isinstance(attribute, dict) else None
    return isinstance(values, list) and any(
        isinstance(value, dict) and value.get("#") == "0.a_f64" for value in values
    )
