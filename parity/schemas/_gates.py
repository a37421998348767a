"""What the documents of gates are made of, and of many of them."""

from typing import get_args

from parity.gate.cell import Status
from parity.schemas._of import Defs, Schema, array, closed, mapping, nullable
from parity.schemas._parts import BOOLEAN, HEAD, INTEGER, NUMBER, STRING, STRINGS


def selection() -> Schema:
    """What a gate was to run, whichever part of it was run here."""
    cell = closed({"cell": STRING, "id": STRING})
    return closed(
        {
            "commit": nullable(STRING),
            "asked": mapping({}),
            "cases": mapping(STRING),
            "cells": array(cell),
            "left_out": STRINGS,
        }
    )


def history(_: Defs) -> Schema:
    """Of many gates, cell by cell."""
    run = {"file": STRING, "finished": STRING, "passed": BOOLEAN, "commit": nullable(STRING)}
    point = {"file": STRING, "status": {"enum": list(get_args(Status))}, "off": nullable(NUMBER)}
    worse = {"since": STRING, "file": STRING, "before": STRING, "how": STRING, "changed": STRINGS}
    cell = {
        "cell": STRING, "case": STRING, "precision": STRING, "worse_now": BOOLEAN, "gone": BOOLEAN,
        "points": array(closed({**point, "allowed": nullable(NUMBER), "elements": INTEGER})),
        "worse": array(closed(worse)),
    }  # fmt: skip
    return closed(
        {
            **HEAD,
            "worse": INTEGER,
            "runs": array(closed({**run, "versions": mapping(STRING)})),
            "cells": array(closed(cell)),
            "unread": STRINGS,
        }
    )
