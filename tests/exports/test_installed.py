"""What is installed is told by its files: the same version built anew is another exporter."""

import base64
import hashlib
import os
from pathlib import Path

import pytest

from parity.exports._installed import installed
from parity.exports.derive import derive
from parity.model.artifact import Artifact

FILES = {"exporter_x/__init__.py": b"from ._core import run\n", "exporter_x/_core.so": b"\x7fELF 1"}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path with one package of version 1.0, as pip leaves it."""
    folder = tmp_path / "site"
    install(folder)
    monkeypatch.syspath_prepend(str(folder))
    return folder


def install(folder: Path, files: dict[str, bytes] = FILES) -> None:
    lines = []
    for name, body in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
        digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).decode().rstrip("=")
        lines.append(f"{name},sha256={digest},{len(body)}")
    card = folder / "exporter_x-1.0.dist-info"
    card.mkdir(exist_ok=True)
    (card / "METADATA").write_text("Metadata-Version: 2.1\nName: exporter_x\nVersion: 1.0\n")
    lines.append("exporter_x-1.0.dist-info/RECORD,,")
    (card / "RECORD").write_text("\n".join(lines) + "\n")


def seen() -> str:
    installed.cache_clear()
    return installed("exporter_x")


def test_the_same_files_installed_again_are_the_same(site: Path) -> None:
    before = seen()
    install(site)
    assert seen() == before


def test_another_build_of_the_same_version_is_another(site: Path) -> None:
    before = seen()
    install(site, {**FILES, "exporter_x/_core.so": b"\x7fELF 2"})
    assert seen() != before


def test_a_library_built_anew_in_place_is_another_and_taken_back_the_same(site: Path) -> None:
    """Of the same size and with the old time: what RECORD says of it is no longer so."""
    before, library = seen(), site / "exporter_x" / "_core.so"
    times = library.stat().st_atime_ns, library.stat().st_mtime_ns
    library.write_bytes(b"\x7fELF 2")
    os.utime(library, ns=times)
    assert seen() != before
    library.unlink()
    assert seen() != before


def test_a_folder_that_comes_first_on_the_path_is_what_counts(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seen()
    first = tmp_path / "first" / "exporter_x"
    first.mkdir(parents=True)
    (first / "__init__.py").write_text("def run(): ...\n")
    monkeypatch.syspath_prepend(str(first.parent))
    assert seen() != before


def test_an_editable_install_is_told_by_its_sources(site: Path, tmp_path: Path) -> None:
    source = tmp_path / "source" / "exporter_x"
    (site / "exporter_x").rename(tmp_path / "gone")
    source.mkdir(parents=True)
    (source / "__init__.py").write_text("one = 1\n")
    (site / "exporter_x").symlink_to(source)
    (site / "exporter_x-1.0.dist-info" / "RECORD").write_text("exporter_x-1.0.dist-info/RECORD,,\n")
    before = seen()
    (source / "__init__.py").write_text("one = 2\n")
    assert seen() != before


def test_what_is_nowhere_is_none() -> None:
    assert installed("exporter_y") == "none"


@pytest.mark.slow
@pytest.mark.usefixtures("fresh_cache")
def test_a_rebuilt_exporter_is_run(small: Artifact, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way: the same version, another build."""
    first = derive(small, opset=13, precision="fp32")

    def rebuilt(module: str, *packages: str) -> str:
        return "another build" if module == "paddle2onnx" else installed(module, *packages)

    assert derive(small, opset=13, precision="fp32").path == first.path
    monkeypatch.setattr("parity.exports._candidates.installed", rebuilt)
    assert derive(small, opset=13, precision="fp32").path != first.path
