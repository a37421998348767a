"""The documents about what a model costs, and what it may cost elsewhere."""

from parity.compare.tolerance import Tolerance
from parity.lint.about import Lint
from parity.schemas import _parts as parts
from parity.schemas._of import Defs, Schema, array, closed, mapping, nullable
from parity.schemas._parts import BOOLEAN, HEAD, INTEGER, NUMBER, STRING, STRINGS
from parity.timing.machine import Machine
from parity.timing.rounds import Effort as Rounds


def bench(defs: Defs) -> Schema:
    """Of ``parity bench``."""
    timing = closed(
        {
            "batch": INTEGER,
            "length": nullable(INTEGER),
            "speedup": nullable(NUMBER),
            **dict.fromkeys(("latency_ms", "qps", "p50_ms", "p95_ms", "p99_ms"), NUMBER),
            **dict.fromkeys(("first_s", "second_s"), NUMBER),
            "runs": INTEGER,
            "rounds_s": array(NUMBER),
            "spread": NUMBER,
        }
    )
    column = closed(
        {
            "name": STRING,
            "role": {"enum": ["reference", "candidate", "beside"]},
            "engine": STRING,
            "version": nullable(STRING),
            "effective": mapping({"type": ["string", "number", "boolean"]}),
            "precision": STRING,
            "coverage": STRING,
            "file": STRING,
            "bytes": INTEGER,
            "load_s": NUMBER,
            "peak_bytes": nullable(INTEGER),
            "failed": nullable(STRING),
            "timings": array(timing),
        }
    )
    return closed(
        {
            **HEAD,
            "name": STRING,
            "passed": BOOLEAN,
            "verdict": {"enum": ["measured", "differs"]},
            "threads": INTEGER,
            "effort": defs.of(Rounds),
            "machine": defs.of(Machine),
            "noisy": STRINGS,
            "judged": STRING,
            "limited": STRINGS,
            "left_out": STRINGS,
            "columns": array(column),
            "findings": parts.found(defs),
        }
    )


def lint(defs: Defs) -> Schema:
    """Of ``parity lint``."""
    return closed(
        {
            **HEAD,
            "model": STRING,
            "onnxruntime": nullable(STRING),
            "looked": INTEGER,
            "lints": array(defs.of(Lint)),
        }
    )


def alone(defs: Defs) -> Schema:
    """Of ``parity check --self``."""
    invariant = closed(
        {
            **dict.fromkeys(("name", "says", "skipped"), STRING),
            **dict.fromkeys(("feeds", "elements"), INTEGER),
            "moved": NUMBER,
            "holds": BOOLEAN,
        }
    )
    return closed(
        {
            **HEAD,
            "verdict": {"enum": ["parity", "differs"]},
            "passed": BOOLEAN,
            **dict.fromkeys(("model", "engine", "version"), STRING),
            "effective": mapping({"type": ["string", "number", "boolean"]}),
            "tolerance": defs.of(Tolerance),
            **dict.fromkeys(("feeds", "refused"), INTEGER),
            "invariants": array(invariant),
            "findings": parts.found(defs),
        }
    )
