"""Whatever a model's files hold, the answer is a signature or one line that names the file."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parity.errors import ModelError
from parity.model.artifact import resolve
from parity.model.domains import signature

FILES = [
    "pir/lac/inference.json",
    "pdmodel/ernie/inference.pdmodel",
    "pir/ernie/opset13.onnx",
    "pir/ernie/inference.pdiparams",
]


@pytest.mark.parametrize("name", FILES)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damage_anywhere_ends_in_a_signature_or_a_model_error(
    nets: Path, tmp_path: Path, name: str, data: st.DataObject
) -> None:
    source = nets / name
    for beside in source.parent.glob("inference.*"):
        (tmp_path / beside.name).write_bytes(beside.read_bytes())
    content = bytearray(source.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    removed = data.draw(st.integers(0, 40))
    content[at : at + removed] = data.draw(st.binary(max_size=40))
    (tmp_path / source.name).write_bytes(content)
    try:
        found = signature(resolve(tmp_path / source.name))
    except ModelError as error:
        message = str(error)
        assert "\n" not in message
        assert str(tmp_path) in message
    else:
        assert found.outputs


def test_a_name_that_is_no_text(nets: Path, tmp_path: Path) -> None:
    content = (nets / "pdmodel" / "ernie" / "inference.pdmodel").read_bytes()
    path = tmp_path / "model.pdmodel"
    path.write_bytes(content.replace(b"embedding_0.w_0", b"embedding_0\xff\xfe_0"))
    with pytest.raises(ModelError, match="its graph makes no sense"):
        resolve(path)
