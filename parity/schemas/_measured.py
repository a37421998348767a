"""Documents of what is measured over many models or faults."""

from parity.evaluate.data import Bad
from parity.evaluate.system import Flips
from parity.mutate.score import Mutant
from parity.schemas import _parts as parts
from parity.schemas._of import Defs, Schema, array, closed, mapping, nullable
from parity.schemas._parts import BOOLEAN, HEAD, INTEGER, NUMBER, STRING, STRINGS
from parity.sweep.against import Changes
from parity.sweep.row import Row


def mutate(defs: Defs) -> Schema:
    """The score of a gate."""
    fates = dict.fromkeys(("killed", "survived", "equivalent", "broken", "unloadable"), INTEGER)
    mutant = {**defs.fields(Mutant), "shape": mapping(array(INTEGER))}
    seconds = {"mutants": NUMBER, "recording": NUMBER, "stronger": NUMBER}
    return closed(
        {
            **HEAD,
            "name": STRING,
            "passed": BOOLEAN,
            "score": nullable(NUMBER),
            "min_score": nullable(NUMBER),
            **dict.fromkeys(("killed", "counted", "seed", "feeds", "stronger"), INTEGER),
            "classes": mapping(closed({**fates, "same": INTEGER})),
            "mutants": array(defs.part("mutant", closed(mutant))),
            "notes": STRINGS,
            "seconds": closed(seconds),
        }
    )


def sweep(defs: Defs) -> Schema:
    """A sweep of operators."""
    row = {"family": STRING, **defs.fields(Row), "known": nullable(STRING)}
    gone = closed({"net": STRING, "exporter": STRING, "opset": INTEGER, "where": STRING})
    changes = closed(defs.fields(Changes))
    return closed(
        {
            **HEAD,
            "passed": BOOLEAN,
            "partial": BOOLEAN,
            "versions": mapping(STRING),
            "seed": INTEGER,
            "nets": INTEGER,
            "totals": STRING,
            "rows": array(defs.part("row", closed(row))),
            "gone": array(gone),
            "against": nullable(changes),
        }
    )


def evaluate(defs: Defs) -> Schema:
    """Accuracy over labelled data."""
    data = {
        "file": STRING, "format": STRING, "rows": INTEGER, "left_out": INTEGER,
        "bad": array(defs.of(Bad)),
    }  # fmt: skip
    figures = mapping(NUMBER)
    system = {
        **dict.fromkeys(("case", "role", "engine", "precision"), STRING),
        "failed": nullable(STRING),
        "figures": figures,
        "change": figures,
        "flips": nullable(closed({"total": INTEGER, **defs.fields(Flips)})),
        "answers": INTEGER,
        "seconds": NUMBER,
    }
    return closed(
        {
            **HEAD,
            "verdict": {"enum": ["measured", "differs"]},
            "passed": BOOLEAN,
            "judged": STRINGS,
            "data": closed(data),
            "systems": array(closed(system)),
            "findings": parts.found(defs),
        }
    )
