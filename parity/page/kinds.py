"""Which of parity's documents one is, by its keys."""

from typing import Literal

from parity.page.node import Node

Kind = Literal["run", "case", "cells", "models", "deployments", "accuracy", "speed", "other"]

_BY_KEY: tuple[tuple[str, Kind], ...] = (
    ("models", "models"),
    ("deployments", "deployments"),
    ("systems", "accuracy"),
)

GOOD = ("passed", "upgraded", "xfailed")
"""Statuses of a cell with which a release may go through, as the gate says."""


def kind_of(document: Node) -> Kind:
    """What it is of: one run, a case's cells with their runs, a gate's or matrix's …

    "other" is any document without a run: an explanation, weights, a table of times.
    """
    if isinstance(document["cells"].value, list):
        return "case" if isinstance(document["case"].value, str) else "cells"
    for key, kind in _BY_KEY:
        if isinstance(document[key].value, list):
            return kind
    if isinstance(document["columns"].value, list) and "findings" in document:
        return "speed"
    if "findings" in document and "examples" in document:
        return "run"
    return "other"


def run_of(entry: Node, kind: Kind) -> Node:
    """The run in one of a document's cells, models or deployments; an empty place for none."""
    return entry["result"] if kind in ("cells", "deployments") else entry


def alone(kind: Kind) -> bool:
    """Whether a document is one thing, with findings of its own, and no list of cells."""
    return kind in ("run", "accuracy", "speed", "other")


def ratio(run: Node) -> Node | None:
    """The largest share of its allowance that any output used; None where nothing was compared."""
    shares = [out["worst"]["ratio"] for out in run["outputs"]]
    known = [n for n in shares if n.number is not None]
    return max(known, key=lambda n: _order(n.number or 0.0), default=None)


def _order(number: float) -> float:
    return float("inf") if number != number else number


def entries(document: Node, kind: Kind) -> list[Node]:
    """What a document of several lists."""
    key = {"case": "cells", "cells": "cells", "models": "models", "deployments": "deployments"}
    return list(document[key[kind]]) if kind in key else []


def name_of(entry: Node) -> str:
    """Of a cell, model or deployment."""
    return entry["cell"].text or entry["name"].text or "unnamed"


def status_of(entry: Node, kind: Kind) -> str:
    """Its own word for what came of it."""
    return (entry["verdict"] if kind == "models" else entry["status"]).text or "unknown"


def tone_of(status: str) -> str:
    """What a status means."""
    if status in ("passed", "parity"):
        return "good"
    return "bad" if status in ("failed", "xpassed", "differs") else "unsure"
