"""What workers of pytest-xdist share is made by the first, whole, and by nobody twice."""

from pathlib import Path

import pytest

from tests.once import once


@pytest.fixture
def factory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.TempPathFactory:
    monkeypatch.setattr(pytest.TempPathFactory, "getbasetemp", lambda self: tmp_path / "popen-gw0")
    (tmp_path / "popen-gw0").mkdir()
    return pytest.TempPathFactory(None, 3, "all", lambda *a: None, _ispytest=True)


def test_made_once_for_all_workers(
    factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    made: list[Path] = []
    for _ in range(2):
        assert once(factory, "x", made.append) == tmp_path / "once-x"
    assert made == [tmp_path / "once-x"]


def test_a_failure_is_told_to_each_and_leaves_nothing_half_made(
    factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("no space")

    for _ in range(2):
        with pytest.raises(OSError, match="no space"):
            once(factory, "x", fail)
    made = once(factory, "x", lambda folder: (folder / "whole").touch())
    assert [path.name for path in made.iterdir()] == ["whole"]
