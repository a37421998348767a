"""A served model, by name."""

from pathlib import Path

import pytest

from parity.errors import UsageError
from parity.model.artifact import resolve
from parity.target import is_case, is_served, pair, served, several
from tests.verify.conftest import Bench


@pytest.mark.parametrize(
    ("name", "options"),
    [
        (
            "kserve:http://127.0.0.1:8000/tagger",
            {"url": "http://127.0.0.1:8000", "model": "tagger"},
        ),
        ("kserve:grpc://h:1/t:3", {"url": "grpc://h:1", "model": "t", "version": "3"}),
        ("kserve:http://h/base/t", {"url": "http://h/base", "model": "t"}),
        ("kserve:http://[::1]:80/a%2Fb", {"url": "http://[::1]:80", "model": "a/b"}),
    ],
)
def test_a_name_says_server_model_and_version(name: str, options: dict[str, str]) -> None:
    assert is_served(name)
    assert served(name).options == options
    assert served(Path(name)).options == options  # which has lost a slash
    assert not is_case(name)
    assert several([Path(name)]).names == (str(Path(name)),)


@pytest.mark.parametrize(
    "name",
    ["kserve:", "kserve:127.0.0.1:8000/t", "kserve:ftp://h/t", "kserve:http://h:1", "answers:x"],
)
def test_what_is_no_address_of_a_model_is_one_line(name: str) -> None:
    assert is_served(name)
    with pytest.raises(UsageError, match="write a served model as"):
        served(name)


def test_what_a_path_has_lost_is_told_whole() -> None:
    with pytest.raises(UsageError, match=r"^kserve:http://h:1: names no model"):
        served(Path("kserve:http://h:1"))
    with pytest.raises(UsageError, match=r"^kserve:http://h:1/t: nothing lies beside"):
        pair(Path("kserve:http://h:1/t"))


def test_other_names_are_none() -> None:
    assert not any(map(is_served, ("zoo:lac", "a/kserve.onnx", "kserve.onnx", "C:kserve")))


def test_a_server_has_nothing_beside_it(tmp_path: Path) -> None:
    bench, name = Bench(tmp_path), "kserve:http://127.0.0.1:1/tagger"
    found = pair(name, bench.healthy)
    assert found.reference == found.candidate == resolve(bench.healthy)
    with pytest.raises(UsageError, match="name its --reference"):
        pair(name)
    with pytest.raises(UsageError, match="is served as it is"):
        pair(name, bench.healthy, opset=13)
