"""Every figure on a page is the JSON's, in its value and as it reads."""

import copy
from collections.abc import Mapping

import pytest

from tests.page.conftest import Document, rendered
from tests.page.read import _reads, at, read, wrong

LEAST = {
    "good": 30,
    "bad": 45,
    "cells": 80,
    "models": 80,
    "accuracy": 20,
    "bench": 8,
    "speed": 50,
    "green": 60,
}


@pytest.mark.parametrize("name", LEAST)
def test_every_figure_is_the_documents(name: str, documents: Mapping[str, Document]) -> None:
    page = rendered(documents[name])
    assert wrong(page, documents[name]) == []
    assert len(read(page).figures) >= LEAST[name]


def test_what_matters_is_there(documents: Mapping[str, Document]) -> None:
    found = {figure.at for figure in read(rendered(documents["bad"])).figures}
    for pointer in ("/findings#", "/examples", "/elements", "/outputs/0/worst/max_abs",
                    "/outputs/0/worst/ratio", "/outputs/0/compared",
                    "/minimal/tried", "/tolerance/atol", "/environment/cores"):  # fmt: skip
        assert pointer in found
    counts = [f for f in found if f.startswith("/outputs/0/histogram/counts/")]
    assert len(counts) == sum(n > 0 for n in documents["bad"]["outputs"][0]["histogram"]["counts"])
    assert any(f.startswith("/outputs/0/chart/cells/") for f in found)
    good = {figure.at for figure in read(rendered(documents["good"])).figures}
    assert any(f.startswith("/progress/") for f in good)
    assert any(f.startswith("/minimal/feed/ids/values/") for f in found)


def test_another_documents_figure_is_caught(documents: Mapping[str, Document]) -> None:
    page = rendered(documents["bad"])
    for pointer in ("/elements", "/outputs/0/worst/max_abs", "/outputs/0/histogram/counts/0"):
        other = copy.deepcopy(documents["bad"])
        *path, last = pointer.split("/")[1:]
        inner = at(other, "".join(f"/{step}" for step in path))
        inner[int(last) if isinstance(inner, list) else last] *= 2
        inner[int(last) if isinstance(inner, list) else last] += 1
        assert any(told.startswith(f"{pointer}:") for told in wrong(page, other)), pointer


@pytest.mark.parametrize(
    ("text", "number", "reads"),
    [
        ("7.8", 7.8144, True), ("7.8", 7.95, False), ("1.2e-05", 1.2345e-5, True),
        ("1.2e-05", 1.4e-5, False), ("6%", 0.0640, True), ("8%", 0.064, False),
        ("56,926x", 56926.2, True), ("56,926x", 5692.6, False), ("1,234", 1234, True),
        ("1,234", 1235, False), ("-0.88", -0.8812, True), ("-0.88", 0.8812, False),
        ("nan", float("nan"), True), ("inf", float("-inf"), False), ("99%", 0.9999, True),
        ("99%", 0.9, False),
    ],
)  # fmt: skip
def test_the_check_itself(text: str, number: float, reads: bool) -> None:
    assert _reads(text, number) == reads
