"""What can't be planned is told with the file whose inputs they are."""

from pathlib import Path

import pytest

from parity.errors import InputError
from parity.verify.feeds.planned import about
from tests.verify.conftest import Bench


def test_an_error_of_the_inputs_names_the_reference(bench: Bench) -> None:
    with pytest.raises(InputError) as error, about(bench.request()):
        raise InputError("ids: no number of rows is allowed")
    assert str(error.value) == f"{bench.healthy}: ids: no number of rows is allowed"


@pytest.mark.parametrize("said", ["{}: not UTF-8 at byte 0", "--feeds {}: nothing in it"])
def test_one_that_names_its_file_is_left_as_it_is(bench: Bench, tmp_path: Path, said: str) -> None:
    own = tmp_path / "vocab.txt"
    own.touch()
    with pytest.raises(InputError) as error, about(bench.request()):
        raise InputError(said.format(own))
    assert str(error.value) == said.format(own)


def test_a_name_that_no_file_can_have_is_no_file(bench: Bench) -> None:
    with pytest.raises(InputError, match=r"healthy\.onnx: x{5000}"), about(bench.request()):
        raise InputError(f"{'x' * 5000}: no number of rows is allowed")
