"""Files and folders that are there whole or not at all, whatever comes in between."""

from pathlib import Path

import pytest

from parity import files
from parity.errors import OutputError


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "report.json").write_text("old")
    return folder


def test_a_folder_is_replaced(old: Path) -> None:
    with files.folder(old, replace=True) as new:
        (new / "report.json").write_text("new")
    assert (old / "report.json").read_text() == "new"
    assert list(old.parent.iterdir()) == [old]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
@pytest.mark.parametrize("at", [1, 2])
def test_interrupted_between_two_renames_the_old_folder_stays(
    old: Path, monkeypatch: pytest.MonkeyPatch, at: int, error: BaseException
) -> None:
    rename, calls = Path.rename, 0

    def interrupted(source: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == at:
            raise error
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with (
        pytest.raises((KeyboardInterrupt, OutputError)),
        files.folder(old, replace=True) as new,
    ):
        (new / "report.json").write_text("new")
    assert (old / "report.json").read_text() == "old"
    assert list(old.parent.iterdir()) == [old]


def test_a_file_in_the_folder_is_named_where_it_was_to_be(old: Path) -> None:
    def fill(folder: Path) -> None:
        with files.folder(folder, replace=True) as new:
            (new / "sub").write_text("a file")
            files.write(new / "sub" / "x", "text")

    with pytest.raises(OutputError, match=r"^\S+/out/sub/x: can't be written: File exists"):
        fill(old)
    assert (old / "report.json").read_text() == "old"
    assert list(old.parent.iterdir()) == [old]


def test_without_replace_what_is_there_wins(old: Path) -> None:
    with files.folder(old) as new:
        (new / "report.json").write_text("new")
    assert (old / "report.json").read_text() == "old"
    assert list(old.parent.iterdir()) == [old]
