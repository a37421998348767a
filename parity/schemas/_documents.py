"""Every document that parity writes, by the name of its schema."""

from collections.abc import Callable
from typing import get_args

from parity.cache.look import Held
from parity.doctor.health import Health
from parity.duet.found import Duet
from parity.gate.cell import Status
from parity.gate.shard import Shard
from parity.golden import Provenance
from parity.schemas import _costs as costs
from parity.schemas import _gates as gates
from parity.schemas import _measured as measured
from parity.schemas import _parts as parts
from parity.schemas import _verdicts as verdicts
from parity.schemas._of import Defs, Schema, array, closed, mapping, nullable, one_of
from parity.schemas._parts import BOOLEAN, HEAD, INTEGER, NUMBER, STRING, STRINGS
from parity.verify.facts.environment import Environment


def _check(defs: Defs) -> Schema:
    result = verdicts.whole(defs)
    failure = defs.part("failure", closed(verdicts.failure(defs)))
    cell = {"cell": STRING, "status": _status(), "reason": STRING, "same_as": nullable(STRING)}
    of_result = closed({**cell, **verdicts.result(defs)}, optional=verdicts.OPTIONAL)
    of_failure = closed({**cell, **verdicts.failure(defs)})
    cells = array(one_of([defs.part("cell", of_result), defs.part("failed cell", of_failure)]))
    more = {"reason": STRING, "case": STRING, "cells": cells, "partial": BOOLEAN}
    loose = {"verdict": verdicts.VERDICT, "passed": BOOLEAN}
    of_case = [
        closed({**verdicts.result(defs), **more}, optional=verdicts.OPTIONAL),
        closed({**verdicts.failure(defs), **more, **loose}),
    ]
    named = [defs.part(n, c) for n, c in zip(("case", "failed case"), of_case, strict=True)]
    return one_of([result, failure, *named, defs.part("several models", _several(defs))])


def _several(defs: Defs) -> Schema:
    """Several models, one after the other."""
    of_result = closed({"name": STRING, **verdicts.result(defs)}, optional=verdicts.OPTIONAL)
    of_failure = closed({"name": STRING, **verdicts.failure(defs)})
    parts_of = [defs.part("model", of_result), defs.part("failed model", of_failure)]
    return closed(
        {
            **HEAD,
            "verdict": verdicts.VERDICT,
            "passed": BOOLEAN,
            "partial": BOOLEAN,
            "examples": INTEGER,
            "elements": INTEGER,
            "passed_over": STRINGS,
            "models": array(one_of(parts_of)),
        }
    )


def _status() -> Schema:
    return {"enum": list(get_args(Status))}


def _cells(defs: Defs) -> dict[str, Schema]:
    """The keys of a gate or matrix."""
    result = verdicts.whole(defs)
    cell = closed(
        {
            "cell": STRING,
            "case": STRING,
            "requested_opset": nullable(INTEGER),
            "effective_opset": nullable(INTEGER),
            "precision": STRING,
            "inputs": STRING,
            "ir_version": nullable(INTEGER),
            "nodes": nullable(INTEGER),
            "content": nullable(STRING),
            "coverage": STRING,
            "status": _status(),
            "reason": STRING,
            "same_as": nullable(STRING),
            "warnings": STRINGS,
            "seconds": NUMBER,
            "result": nullable(result),
        }
    )
    never = {"cell": STRING, "case": STRING, "status": _status(), "reason": STRING}
    none = closed({**never, "result": {"type": "null"}})
    return {
        **HEAD,
        "passed": BOOLEAN,
        "partial": BOOLEAN,
        "totals": STRING,
        "cells": array(one_of([defs.part("cell", cell), defs.part("never a cell", none)])),
    }


def _matrix(defs: Defs) -> Schema:
    return closed(_cells(defs))


def _gate(defs: Defs) -> Schema:
    fields = defs.fields(Environment)
    known = {n: fields[n] for n in ("versions", "python", "system", "cpu", "cpu_flags")}
    more = {
        "profile": STRING,
        "seed": INTEGER,
        "environment": closed(known),
        "shard": nullable(defs.of(Shard)),
        "selection": gates.selection(),
        "finished": STRING,
        "digest": STRING,
    }
    return closed({**_cells(defs), **more, "settings": parts.settings(defs)})


def _weights(defs: Defs) -> Schema:
    return closed(
        {
            **HEAD,
            "reference": STRING,
            "candidate": STRING,
            "passed": BOOLEAN,
            "summary": STRING,
            "counts": mapping(INTEGER),
            "weights": array(parts.weight(defs)),
            "notes": STRINGS,
            "seconds": NUMBER,
        }
    )


def _tokenizers(defs: Defs) -> Schema:
    return closed({**HEAD, "passed": BOOLEAN, **defs.fields(Duet)})


def _explanation(defs: Defs) -> Schema:
    return closed(
        {
            **HEAD,
            "reference": STRING,
            "candidate": STRING,
            "feed": mapping(array(INTEGER)),
            "explanation": parts.explanation(defs),
        }
    )


def _export(_: Defs) -> Schema:
    return closed(
        {
            **HEAD,
            "file": STRING,
            "bytes": INTEGER,
            "sha256": STRING,
            "content": STRING,
            "source": closed({"format": STRING, "sha256": mapping(STRING)}),
            "precision": STRING,
            "coverage": STRING,
            "requested_opset": INTEGER,
            "effective_opset": INTEGER,
            "opset_changed": BOOLEAN,
            "ir_version": INTEGER,
            "nodes": INTEGER,
            "seconds": NUMBER,
        }
    )


def _inspect(defs: Defs) -> Schema:
    return closed(
        {
            **HEAD,
            "format": {"enum": ["onnx", "pir", "pdmodel"]},
            "facts": mapping(STRING),
            "parameters": closed({"tensors": INTEGER, "elements": INTEGER}),
            "nodes": INTEGER,
            "files": array(closed({"path": STRING, "bytes": INTEGER, "sha256": STRING})),
            "inputs": array(parts.tensor(defs, notation=STRING)),
            "outputs": array(parts.tensor(defs)),
            "unread": STRINGS,
            "evidence": STRINGS,
            "beside": STRINGS,
        }
    )


def _golden(defs: Defs) -> Schema:
    sentence = closed(
        {"text": STRING, "shown": STRINGS, "confidence": NUMBER}, optional=("confidence",)
    )
    return closed(
        {
            "schema": {"const": 1},
            "source": STRING,
            "provenance": nullable(defs.of(Provenance)),
            "logits": nullable(STRING),
            "digest": STRING,
            "sentences": array(sentence) | {"minItems": 1},
        }
    )


def _bundle(_: Defs) -> Schema:
    return closed({**HEAD, "of": STRING, "files": mapping(STRING)})


def _doctor(defs: Defs) -> Schema:
    fields = {name: made for name, made in defs.fields(Health).items() if name != "problem"}
    return closed({**HEAD, "ok": BOOLEAN, "problem": nullable(STRING), **fields})


def _cache(defs: Defs) -> Schema:
    return closed({**HEAD, "cache": STRING, "kinds": array(defs.of(Held))})


DOCUMENTS: dict[str, tuple[str, Callable[[Defs], Schema]]] = {
    "alone": ("parity check --self --json", costs.alone),
    "bench": ("parity bench --json", costs.bench),
    "bundle": ("bundle.json in the evidence of a failing run", _bundle),
    "cache": ("parity cache show --json", _cache),
    "check": ("parity check --json, and report.json of a bundle", _check),
    "deployments": ("parity check --sweep --json", verdicts.deployments),
    "family": ("parity check --family --json", verdicts.family),
    "answers": ("parity check answers:URL --json", verdicts.answers),
    "doctor": ("parity doctor --json", _doctor),
    "evaluate": ("parity evaluate --json", measured.evaluate),
    "explanation": ("parity explain --json", _explanation),
    "export": ("parity export --json", _export),
    "gate": ("pytest --parity-json", _gate),
    "golden": ("golden.json of a case", _golden),
    "history": ("parity history --json", gates.history),
    "inspect": ("parity inspect --json", _inspect),
    "lint": ("parity lint --json", costs.lint),
    "matrix": ("parity matrix --json", _matrix),
    "mutate": ("parity mutate --json", measured.mutate),
    "plan": ("parity plan --json", verdicts.plan),
    "sweep": ("parity sweep --json", measured.sweep),
    "tokenizers": ("parity tokenizers --json", _tokenizers),
    "weights": ("parity weights --json", _weights),
}
"""What each is of, and how it is made."""


def made(name: str) -> Schema:
    """The schema of a document, from what writes it."""
    of, make = DOCUMENTS[name]
    defs = Defs()
    body = make(defs)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:parity:schema:{name}:1",
        "title": f"parity: {of}",
        **body,
        "$defs": dict(sorted(defs.made.items())),
    }
