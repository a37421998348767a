"""Documents that hold whole verdicts."""

from typing import get_args

from parity.deployments.deployment import Status
from parity.schemas import _parts as parts
from parity.schemas._of import Defs, Schema, array, closed, mapping, nullable
from parity.schemas._parts import BOOLEAN, HEAD, INTEGER, NUMBER, STRING, STRINGS
from parity.store.count import FromStore
from parity.verify.facts.environment import Environment
from parity.verify.request import Effort

OPTIONAL = ("error", "store")

VERDICT: Schema = {"enum": ["parity", "differs", "error"]}


def result(defs: Defs) -> dict[str, Schema]:
    """The keys of a verdict that was reached."""
    worst = closed({"output": STRING, "max_abs": NUMBER, "max_rel": NUMBER})
    return {
        **HEAD,
        "verdict": VERDICT,
        "passed": BOOLEAN,
        "partial": BOOLEAN,
        "error": STRING,
        **dict.fromkeys(("examples", "boundary", "refused", "feeds", "elements"), INTEGER),
        **dict.fromkeys(("non_finite", "answers", "ties", "second_opinions"), INTEGER),
        "rounding": {},
        "worst": nullable(worst),
        "outputs": parts.outputs(defs),
        "findings": parts.found(defs),
        "progress": parts.progress(),
        "warnings": parts.warnings(defs),
        "minimal": nullable(parts.minimal(defs)),
        "explanation": nullable(parts.explanation(defs)),
        "tolerance": parts.tolerance(defs),
        "effort": defs.of(Effort),
        "command": STRINGS,
        "reference": parts.side(defs),
        "candidate": parts.side(defs),
        "inputs": array(parts.tensor(defs, notation=STRING, said=BOOLEAN)),
        "store": defs.of(FromStore),
        "notes": STRINGS,
        "settings": parts.settings(defs),
        "environment": defs.of(Environment),
        "seconds": mapping(NUMBER),
    }


def failure(_: Defs) -> dict[str, Schema]:
    """The keys of a run that reached no verdict."""
    return {
        **HEAD,
        "verdict": {"const": "error"},
        "passed": {"const": False},
        "partial": BOOLEAN,
        "examples": INTEGER,
        "elements": INTEGER,
        "worst": {"type": "null"},
        "findings": array({}) | {"maxItems": 0},
        "minimal": {"type": "null"},
        "error": STRING,
    }


def whole(defs: Defs) -> Schema:
    """A verdict that was reached, as part of another document."""
    return defs.part("result", closed(result(defs), optional=OPTIONAL))


def plan(defs: Defs) -> Schema:
    """The nodes of a lowered model that stay in FP32, and the check that then holds."""
    ranked = closed({"node": STRING, "op_type": STRING, "cost": NUMBER})
    return closed(
        {
            **HEAD,
            "source": STRING,
            "precision": STRING,
            "file": STRING,
            "keep": STRINGS,
            "of": INTEGER,
            "minimal": BOOLEAN,
            "coverage": STRING,
            "ranked": array(ranked),
            "trials": INTEGER,
            "seconds": NUMBER,
            "check": whole(defs),
        }
    )


def deployments(defs: Defs) -> Schema:
    """One reference, and every deployment that can run here."""
    row = {
        "name": STRING,
        "engine": STRING,
        "options": mapping({"type": ["string", "number", "boolean"]}),
        "status": {"enum": list(get_args(Status))},
        "why": STRING,
        "result": nullable(whole(defs)),
    }
    return closed(
        {**HEAD, "verdict": VERDICT, "passed": BOOLEAN, "deployments": array(closed(row))}
    )


def family(defs: Defs) -> Schema:
    """An export and its siblings, a row a step; the files, where they were made as well."""
    row = {
        "file": STRING,
        "against": nullable(STRING),
        "direct": BOOLEAN,
        "precision": STRING,
        "passed": BOOLEAN,
        "result": whole(defs),
    }
    file = {"file": STRING, "bytes": INTEGER, "sha256": STRING, "made": STRING}
    made = {
        "files": array(closed(file)),
        "requested_opset": nullable(INTEGER),
        "effective_opset": INTEGER,
        "opset_changed": BOOLEAN,
        "inputs": STRINGS,
        "versions": mapping(STRING),
        "seconds": NUMBER,
    }
    checked = {
        **HEAD,
        "verdict": VERDICT,
        "passed": BOOLEAN,
        "steps": array(closed(row)),
        "culprits": STRINGS,
    }
    return closed({**checked, **made}, optional=tuple(made))


def answers(defs: Defs) -> Schema:
    """What a server answered."""
    smallest = {"texts": STRINGS, "at": INTEGER, "beside": BOOLEAN}
    return closed({
        **HEAD,
        "verdict": VERDICT,
        "passed": BOOLEAN,
        "server": STRING,
        **dict.fromkeys(("answers", "ties", "requests"), INTEGER),
        "findings": parts.found(defs),
        "smallest": nullable(closed(smallest)),
        "seconds": NUMBER,
    })  # fmt: skip
