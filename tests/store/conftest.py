"""A store of a test's own: a folder, or the same folder at an address."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from parity.store import place, room
from parity.store.places.protocol import CARD
from parity.store.places.service import SERVICE
from tests.store.served.backends import ALL
from tests.verify.conftest import Bench

FOLDER, ADDRESS = "folder", "address"


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it lies. By ``both`` a test runs twice: named as a folder, and as ``file://…``."""
    folder = tmp_path / "store"
    named = f"file://{folder}" if getattr(request, "param", FOLDER) == ADDRESS else str(folder)
    monkeypatch.setenv("PARITY_STORE", named)
    return folder


both = pytest.mark.parametrize("store", [FOLDER, ADDRESS], indirect=True)


def lies_at(entry: Path, name: str) -> Path:
    """A file of an entry: at an address it is called after its content."""
    held: dict[str, str] = json.loads((entry / CARD).read_text())["files"][name]
    return entry / held.get("at", name)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = tmp_path / "made"
    (folder / "inner").mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"x" * 1000)
    (folder / "inner" / "weights").write_bytes(b"y" * 10)
    return folder


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def backends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """File systems that go wrong, installed as a package beside fsspec's own."""
    folder = tmp_path / "installed"
    told = folder / "failing_backends-1.dist-info"
    told.mkdir(parents=True)
    shutil.copy(Path(__file__).parent / "served" / "backends.py", folder / "failing_backends.py")
    lines = [f"{kind.protocol} = failing_backends:{kind.__name__}" for kind in ALL]
    (told / "entry_points.txt").write_text("\n".join(["[fsspec.specs]", *lines]))
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: failing-backends\nVersion: 1\n")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(place, "_opened", {})
    monkeypatch.setattr(room, "_written", {})
    SERVICE.close()  # it knows what was installed when it began
    yield folder
    SERVICE.close()


@pytest.fixture
def ftp(tmp_path: Path) -> Iterator[str]:
    """The address of a folder that a server on this machine serves: ``tmp_path / "served"``."""
    (tmp_path / "served").mkdir()
    program = str(Path(__file__).parent / "served" / "ftp.py")
    served = subprocess.Popen(
        [sys.executable, program, str(tmp_path / "served")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with served:
        assert served.stdout is not None
        yield f"ftp://me:secret@127.0.0.1:{served.stdout.readline().strip()}/store"
        served.kill()
