"""What tests of several folders share: two small models, built once a session."""

import os
import sys
from pathlib import Path

import pytest

from tests.once import built, once

BUILD = Path(__file__).with_name("build_tiny.py")

# Hundreds of tests start Python anew. Where nothing may keep bytecode, each of them compiles all
# of parity again (and pytest rewrites it), which is half of what a small run costs.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# What commands print there beside their reports is asked for by the tests that are about it.
os.environ.pop("GITHUB_ACTIONS", None)
# Nor do tests share what they make, but where they are about that.
os.environ.pop("PARITY_STORE", None)
sys.dont_write_bytecode = False


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``tiny`` and ``other``, each of them model.json, .pdiparams and .onnx.

    Both take ``input_ids`` (batch, sequence) int64 and give ``fetch_name_0``
    (batch, sequence, 3). Copy what you change.
    """
    return once(tmp_path_factory, "models", lambda folder: built(BUILD, folder))
