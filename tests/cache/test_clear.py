"""What parity made goes; what is somebody's, in use, or behind a link stays."""

import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from parity import cached
from parity.cache.clear import clear
from parity.cache.kinds import KINDS
from parity.cache.look import look
from parity.zoo import list_recipes

DAY = 24 * 3600.0
HASH = "0123456789abcdef"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def write(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def export(root: Path, name: str = "fp32-13-a", *, days: float = 0.0) -> Path:
    folder = root / "candidates" / name
    write(folder / "model.onnx", "y" * 100)
    card = write(folder / "candidate.json", "{}")
    write(folder.parent / f".{name}.lock", "")
    then = time.time() - days * DAY
    os.utime(card, (then, then))
    return folder


def model(root: Path, name: str = "lac-0123") -> Path:
    folder = root / "zoo" / name
    write(folder / "published" / "model.onnx")
    card = {"identity": "0123", "files": {"published/model.onnx": {}}}
    write(folder / "zoo.json", json.dumps(card))
    return folder


def everything(root: Path) -> list[Path]:
    """One of each kind."""
    source = next(source for recipe in list_recipes() for source in recipe.sources)
    kept = root / "sources" / f"{source.package}-{source.version}"
    return [
        export(root),
        model(root),
        write(root / "fleet" / (2 * HASH) / "case" / "lac" / "case.toml").parents[2],
        write(kept / next(iter(source.files))) and kept,
        write(root / "sweep" / "0123" / "sweep.json").parent,
        write(root / "tensorrt" / HASH / "graph.engine").parent,
        write(root / "examples" / HASH / HASH).parent,
        write(root / "hypothesis" / "constants" / HASH).parent,
    ]


def test_all_kinds_go_and_each_is_counted(root: Path) -> None:
    made = everything(root)
    assert len(made) == len(KINDS)
    held = {h.kind: h for h in look()}
    assert {h.entries for h in held.values()} == {1}
    assert all(h.bytes > 0 and h.foreign == () for h in held.values())
    done = clear()
    assert [(c.removed, c.stayed) for c in done] == [(1, ())] * len(KINDS)
    assert sum(c.bytes for c in done) == sum(h.bytes for h in held.values())
    assert not any(path.exists() for path in made)
    assert [p for p in root.rglob("*") if not p.is_dir()] == []


def test_one_kind_goes_alone(root: Path) -> None:
    made = everything(root)
    (done,) = clear(["zoo"])
    assert done.removed == 1
    assert [path.exists() for path in made] == [True, False, *[True] * (len(KINDS) - 2)]


def test_only_what_is_older_goes(root: Path) -> None:
    old, young = export(root, "old", days=31), export(root, "young", days=29)
    (done,) = clear(["exports"], older_than_s=30 * DAY)
    assert (done.removed, old.exists(), young.exists()) == (1, False, True)


def test_a_dry_run_counts_and_removes_nothing(root: Path) -> None:
    made = everything(root)
    assert [c.removed for c in clear(dry_run=True)] == [1] * len(KINDS)
    assert all(path.exists() for path in made)


def test_an_entry_with_a_foreign_file_stays_whole(root: Path) -> None:
    for folder in everything(root):
        write(folder / "notes.txt", "mine")
    assert all(any(name.endswith("notes.txt") for name in h.foreign) for h in look())
    done = clear()
    assert [c.removed for c in done] == [0] * len(KINDS)
    assert all("notes.txt" in why for c in done for _, why in c.stayed)
    assert sum(1 for _ in root.rglob("notes.txt")) == len(KINDS)
    assert (root / "candidates" / "fp32-13-a" / "model.onnx").exists()


def test_folders_and_files_that_are_nobodys_entry_stay(root: Path) -> None:
    kept = [
        write(root / "candidates" / "mine" / "model.onnx"),
        write(root / "zoo" / "mine" / "zoo.json", '{"files": {}}'),
        write(root / "zoo" / "broken" / "zoo.json", "{"),
        write(root / "sources" / "my-package-1.0" / "data"),
        write(root / "examples" / "README"),
        write(root / "examples" / "not-a-hash" / HASH),
        write(root / "thesis.pdf"),
    ]
    assert sum(len(h.foreign) for h in look()) == len(kept)
    clear()
    assert all(path.exists() for path in kept)


def test_links_are_not_followed(root: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    far = export(elsewhere)
    inside = write(tmp_path / "precious")
    folder = export(root)
    (folder / "model.onnx.link").symlink_to(inside)
    (root / "zoo").symlink_to(elsewhere / "candidates")
    (root / "candidates" / "linked").symlink_to(far)
    done = {c.kind: c for c in clear()}
    assert done["zoo"].stayed == (("zoo", "is a link, which isn't followed"),)
    assert done["exports"].removed == 0
    assert (far / "model.onnx").exists()
    assert inside.exists()
    assert (folder / "model.onnx").exists()
    assert next(h for h in look() if h.kind == "zoo").link


def test_the_cache_itself_may_be_a_link(root: Path, tmp_path: Path) -> None:
    folder = export(tmp_path / "large-disk")
    root.symlink_to(tmp_path / "large-disk")
    assert next(c for c in clear() if c.kind == "exports").removed == 1
    assert not folder.exists()


@pytest.fixture
def other_run(root: Path) -> "Iterator[subprocess.Popen[str]]":
    """Another process that uses an entry until it is told to end."""
    folder = export(root)
    program = (
        "import sys, pathlib; from parity.cached import hold\n"
        f"print(hold(pathlib.Path({str(folder)!r})), flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    yield process
    process.communicate()


def test_what_a_run_uses_stays_and_goes_once_it_has_ended(
    root: Path, other_run: "subprocess.Popen[str]"
) -> None:
    (done,) = clear(["exports"])
    assert done.stayed == (("fp32-13-a", "is in use"),)
    assert (root / "candidates" / "fp32-13-a" / "model.onnx").exists()
    other_run.kill()
    other_run.wait()
    (done,) = clear(["exports"])
    assert done.removed == 1


def test_a_model_of_the_cache_that_is_named_is_in_use(root: Path, models: Path) -> None:
    folder = model(root)
    (folder / "published" / "model.onnx").write_bytes((models / "tiny/model.onnx").read_bytes())
    program = (
        "import pathlib, sys; from parity.model.artifact import resolve\n"
        f"resolve(pathlib.Path({str(folder / 'published' / 'model.onnx')!r}))\n"
        "print('open', flush=True); sys.stdin.read()"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    assert run.stdout.readline() == "open\n"
    (done,) = clear(["zoo"])
    run.communicate()
    assert done.stayed == ((folder.name, "is in use"),)
    assert clear(["zoo"])[0].removed == 1


def test_what_a_run_is_making_stays(root: Path) -> None:
    folder = export(root)
    with (folder.parent / f".{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (done,) = clear(["exports"])
    assert done.stayed == ((folder.name, "is in use"),)


def test_what_goes_at_this_moment_is_not_taken_for_whole(root: Path) -> None:
    folder = export(root)
    lock = os.open(folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    assert not cached.hold(folder)
    os.close(lock)
    assert cached.hold(folder)
    assert not cached.hold(folder.with_name("never there"))


def test_what_killed_runs_left_goes_too(root: Path) -> None:
    left = write(root / "candidates" / ".parity.abc.tmp" / "half").parent
    assert next(h for h in look() if h.kind == "exports").foreign == ()
    clear(["exports"])
    assert not left.exists()


def test_every_folder_that_the_code_keeps_things_in_is_a_kind() -> None:
    import re

    source = "\n".join(p.read_text() for p in Path(cached.__file__).parent.rglob("*.py"))
    used = set(re.findall(r'files\.cache\(\) / "([^"]+)"', source))
    used |= set(re.findall(r'cache\(\)\.joinpath\("([^"]+)"', source))
    assert used >= {"candidates", "zoo", "sources", "hypothesis"}
    assert used <= {kind.folder for kind in KINDS.values()}
