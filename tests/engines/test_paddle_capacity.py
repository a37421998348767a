"""oneDNN keeps weights for each shape that it remembers: few, and one of a large model."""

from pathlib import Path

import pytest

from parity.engines import paddle
from parity.model.artifact import Artifact


@pytest.mark.parametrize(("size", "shapes"), [(90e6, 4), (255e6, 4), (302e6, 1), (1.2e9, 1)])
def test_the_larger_the_model_the_fewer_shapes(size: float, shapes: int, tmp_path: Path) -> None:
    parameters = tmp_path / "m.pdiparams"
    with parameters.open("wb") as file:
        file.truncate(int(size))
    assert paddle._capacity(Artifact("pir", tmp_path / "m.json", parameters)) == shapes


def test_a_model_without_parameters_keeps_the_usual_number(tmp_path: Path) -> None:
    assert paddle._capacity(Artifact("pir", tmp_path / "m.json")) == 4
