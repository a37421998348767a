"""Files of published packages are found or downloaded, and their hashes are held."""

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from parity.errors import ZooError
from parity.processes.run import Ended
from parity.zoo import _sources
from parity.zoo._sources import Source, fetch, merged

TEXT = b"one\ntwo\n"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "made_up-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("made_up/words.txt", TEXT)
        archive.writestr("made_up/more.txt", TEXT)
    return path


@pytest.fixture
def source(wheel: Path) -> Source:
    return Source(
        "made-up-for-parity", "1.0", digest(wheel.read_bytes()), {"made_up/words.txt": digest(TEXT)}
    )


@pytest.fixture
def served(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pip that serves the wheel."""
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(_sources, "_pip", lambda source, scratch: wheel)
    return wheel


def test_a_downloaded_file_is_kept(served: Path, source: Source) -> None:
    found = fetch(source)["made_up/words.txt"]
    assert found.read_bytes() == TEXT
    served.unlink()
    assert fetch(source)["made_up/words.txt"] == found


def test_another_archive_than_the_recipe_knows_is_refused(served: Path, source: Source) -> None:
    with pytest.raises(ZooError, match="served another file"):
        fetch(Source(source.package, source.version, "0" * 64, source.files))


def test_a_kept_file_that_changed_is_fetched_anew(served: Path, source: Source) -> None:
    found = fetch(source)["made_up/words.txt"]
    found.write_bytes(b"other")
    assert fetch(source)["made_up/words.txt"].read_bytes() == TEXT


def test_files_that_another_recipe_names_stay(served: Path, source: Source) -> None:
    other = Source(
        source.package, source.version, source.sha256, {"made_up/more.txt": digest(TEXT)}
    )
    first, second = fetch(source), fetch(other)
    served.unlink()
    assert (fetch(source), fetch(other)) == (first, second)


def test_what_several_recipes_want_of_a_package_is_one_download(source: Source) -> None:
    more = Source(source.package, source.version, source.sha256, {"made_up/more.txt": "0"})
    later = Source(source.package, "2.0", "1", {})
    assert merged([source, later, more]) == [
        Source(source.package, source.version, source.sha256, {**source.files, **more.files}),
        later,
    ]


def test_a_missing_member_is_named(served: Path, source: Source) -> None:
    with pytest.raises(ZooError, match=r"no readable made_up/none\.txt"):
        fetch(Source(source.package, source.version, source.sha256, {"made_up/none.txt": ""}))


def test_without_a_network_the_pip_command_is_named(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(module: str, arguments: list[str], **rest: Any) -> Ended:
        assert [module, arguments[0]] == ["pip", "download"]
        return Ended(1, 1.0, "ERROR: no matching distribution")

    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(_sources, "run_module", offline)
    with pytest.raises(ZooError, match=r"`pip download --no-deps .* made-up-for-parity==1\.0`"):
        fetch(source)
    assert not list((tmp_path / "cache").rglob("*made*"))
