"""A repository to put cases into, and two models."""

from pathlib import Path

import pytest

from tests.gate.repository import Repository
from tests.verify.conftest import Bench


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)
