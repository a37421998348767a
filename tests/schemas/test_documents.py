"""Real documents by the schemas that are shipped: each holds, and nothing else does."""

import copy
import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from parity.cache.look import look
from parity.doctor import health
from parity.doctor.probe import Answer
from parity.report.document import dumps, head
from parity.schemas import names, schema
from parity.schemas.__main__ import written
from parity.schemas._documents import DOCUMENTS
from tests.schemas.conftest import Document

GOLDEN = Path(__file__).parents[2] / "golden"


def problems(name: str, document: object) -> list[str]:
    """What a document breaks of its schema."""
    validator = jsonschema.Draft202012Validator(schema(name))
    return [
        f"{error.json_path}: {worst.message}"
        for error in validator.iter_errors(document)
        for worst in [jsonschema.exceptions.best_match([error]) or error]
    ]


@pytest.mark.slow
def test_every_document_holds(documents: Sequence[tuple[str, Document]]) -> None:
    assert [(name, problems(name, made)) for name, made in documents if problems(name, made)] == []


@pytest.mark.slow
def test_every_schema_is_tried_on_something(documents: Sequence[tuple[str, Document]]) -> None:
    # These are tried below, or where their commands are.
    elsewhere = {"doctor", "cache", "mutate", "sweep", "evaluate", "plan", "deployments"}
    elsewhere |= {"family", "answers"}
    assert {name for name, _ in documents} | elsewhere == set(DOCUMENTS)


@pytest.mark.slow
def test_documents_are_closed(documents: Sequence[tuple[str, Document]]) -> None:
    for name, made in documents:
        assert problems(name, {**made, "surprise": 1}), name
        for key in (next(iter(made)), [k for k in made if k != "error"][-1]):
            assert problems(name, {k: v for k, v in made.items() if k != key}), (name, key)


@pytest.mark.slow
def test_what_they_hold_is_closed_too(commanded: dict[str, Document]) -> None:
    whole = commanded["check differs"]
    assert whole["findings"]
    assert whole["minimal"]

    def spoilt(*path: Any, value: object) -> Document:
        made = copy.deepcopy(whole)
        inner: Any = made
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value
        return made

    for path, value in [
        (("findings", 0, "kind"), "values-differs"),
        (("findings", 0, "surprise"), 1),
        (("findings", 0, "max_abs"), "large"),
        (("verdict",), "passed"),
        (("outputs", 0, "worst", "elements"), 1.5),
        (("environment", "surprise"), 1),
        (("reference", "engine"), None),
        (("inputs", 0, "domain", "kind"), "Tokens"),
        (("tolerance", "rule"), "loose"),
    ]:
        assert problems("check", spoilt(*path, value=value)), path


@pytest.mark.slow
def test_numbers_that_json_has_not_are_strings(commanded: dict[str, Document]) -> None:
    made = copy.deepcopy(commanded["check differs"])
    made["outputs"][0]["worst"]["ratio"] = float("inf")
    assert problems("check", json.loads(dumps(made))) == []


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*/golden.json")), ids=lambda p: p.parent.name)
def test_shipped_goldens_hold(path: Path) -> None:
    assert problems("golden", json.loads(path.read_text("utf-8"))) == []


def test_what_the_doctor_says(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(questions: Any, *, timeout_s: float) -> dict[str, Answer]:
        return {name: Answer({"version": "1"}, "") for name in questions}

    monkeypatch.setattr(health, "ask", ask)
    made = json.loads(dumps({**head(), **health.health().to_json()}))
    assert problems("doctor", made) == []
    assert problems("doctor", {**made, "ok": "yes"})


def test_what_the_cache_holds() -> None:
    made = json.loads(dumps({**head(), "cache": "x", "kinds": [asdict(held) for held in look()]}))
    assert problems("cache", made) == []
    assert problems("cache", {**made, "kinds": [{}]})


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_what_is_shipped_is_of_today(name: str) -> None:
    """``python -m parity.schemas`` writes it anew, once a document has changed on purpose."""
    shipped = files("parity.schemas").joinpath(f"{name}.json").read_text("utf-8")
    assert shipped == written(name)
    jsonschema.Draft202012Validator.check_schema(json.loads(shipped))


def test_every_file_is_a_document() -> None:
    assert names() == sorted(DOCUMENTS)
