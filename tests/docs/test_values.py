"""Fences that hold data can be read."""

import json
import tomllib

import pytest
import yaml

from tests.docs.pages import PAGES, PARSED, Fence, fences

DATA = [f for page in PAGES for f in fences(page) if f.language in PARSED]


@pytest.mark.parametrize("fence", DATA, ids=str)
def test_it_parses(fence: Fence) -> None:
    readers = {"toml": tomllib.loads, "yaml": yaml.safe_load, "json": json.loads}
    assert readers[fence.language](fence.text)


def test_there_are_some() -> None:
    assert len(DATA) > 3


def test_python_compiles() -> None:
    every = [f for page in PAGES for f in fences(page) if f.language == "python"]
    assert len(every) > 3
    for fence in every:
        compile(fence.text, str(fence), "exec")
