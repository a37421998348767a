"""The models of ``nets``, saved in both of Paddle's formats and exported, once a session."""

from pathlib import Path

import pytest

from tests.once import built, once

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``pir/<net>/inference.json`` and ``pdmodel/<net>/inference.pdmodel``, with model.onnx."""

    def make(root: Path) -> None:
        for form in ("pir", "pdmodel"):
            built(HERE / "build.py", root / form, form)

    return once(tmp_path_factory, "kinds", make)
