"""Fixtures of the input tests."""

from pathlib import Path

import pytest

from parity.model.spec import TensorSpec
from tests.inputs.input_models import MODELS, WORDS


@pytest.fixture(params=MODELS, ids=str)
def model(request: pytest.FixtureRequest) -> tuple[TensorSpec, ...]:
    """The inputs of each kind of model."""
    return MODELS[request.param]


@pytest.fixture
def vocabulary(tmp_path: Path) -> Path:
    """A small WordPiece vocabulary."""
    path = tmp_path / "vocab.txt"
    path.write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def lac_folder(tmp_path: Path) -> Path:
    """A folder with LAC's dictionaries, cut to a few words."""
    folder = tmp_path / "lac"
    folder.mkdir()
    (folder / "word.dic").write_text("0\t \n1\t!\n2\tA\n3\t张\n4\t三\n5\t北京\n6\tOOV\n", "utf-8")
    (folder / "tag.dic").write_text("0\ta-B\n", "utf-8")
    (folder / "q2b.dic").write_text("Ａ\tA\n\u3000\t \n", "utf-8")
    return folder
