"""What a machine is said to have, and when no check could run on it."""

import json
import resource
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from parity.doctor import health as room
from parity.doctor import packages, space
from parity.doctor.health import health
from parity.doctor.memory import memory
from parity.doctor.probe import Answer
from parity.doctor.processor import processor
from parity.doctor.said import lines
from tests.cli.command import Command

GIB = 1 << 30

X86 = """processor\t: 0
model name\t: A Processor
flags\t\t: fpu avx2 fma avx512f avx512_vnni amx_tile amx_int8

processor\t: 1
model name\t: Another
flags\t\t: fpu
"""


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every library answers well, without a process: what is asked here is something else."""

    def ask(questions: Mapping[str, Sequence[str]], *, timeout_s: float) -> dict[str, Answer]:
        return {name: Answer({}, "") for name in questions}

    monkeypatch.setattr(room, "ask", ask)


def test_the_command_tells_all_and_says_that_a_check_can_run(tmp_path: Path) -> None:
    done = Command(tmp_path).run("doctor", "--json")
    assert done.code == 0, done.err
    assert done.left == []
    told = json.loads(done.out)
    tools = {tool["name"]: tool for tool in told["tools"]}
    assert {name for name, tool in tools.items() if not tool["why"]} >= {
        "paddle", "ort", "openvino", "paddle2onnx",
    }  # fmt: skip
    assert tools["torch"]["kind"] == "engines"
    assert told["ok"] is True
    assert "CPUExecutionProvider" in tools["ort"]["facts"]["providers"]
    assert tools["paddle"]["facts"]["version"] == told["versions"]["paddlepaddle"]
    assert told["space"]["cache"] == str(tmp_path / "cache")
    assert told["memory"]["total"] > GIB


@pytest.mark.parametrize("missing", room.NEEDED)
def test_without_an_engine_no_check_runs(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    libraries = {"paddle": "json", "ort": "json", missing: "not_installed"}
    monkeypatch.setattr(room, "LIBRARIES", libraries)
    found = health()
    assert found.problem.startswith(f"engine {missing}: ModuleNotFoundError")
    assert list(lines(found))[-1] == f"a check   can't run: {found.problem}"
    assert found.to_json()["ok"] is False


def test_without_an_exporter_a_check_of_a_file_still_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        room, "LIBRARIES", {"paddle": "json", "ort": "json", "paddle2onnx": "not_installed"}
    )
    found = health()
    assert found.problem == ""
    assert any("paddle2onnx: can't be used" in line for line in lines(found))


@pytest.mark.usefixtures("light")
def test_without_shared_memory_no_check_runs() -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    assert health().problem == ""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))  # also of what has no name
    try:
        problem = space.reserve(space.NEEDED)
        found = health()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert problem.startswith("no 64 MiB of shared memory for arrays: ")
    assert found.problem == problem


@pytest.mark.usefixtures("light")
def test_in_too_little_memory_no_check_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "memory.max").write_text(f"{GIB // 2}\n")
    small = memory(cgroup=tmp_path)
    assert small.container == GIB // 2
    monkeypatch.setattr(room, "memory", lambda: small)
    assert "limited to 512 MiB by the container" in health().problem


def test_a_container_without_a_limit_has_none(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    assert memory(cgroup=tmp_path).container is None
    assert processor(cgroup=tmp_path).quota == 1.5


def test_features_are_read_by_what_people_call_them(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text(X86)
    found = processor(tmp_path / "cpuinfo", tmp_path)
    assert found.name == "A Processor"
    assert {"AVX2", "AVX512", "VNNI", "AMX"} <= set(found.has)
    assert "BF16" in found.lacks
    assert processor(tmp_path / "none", tmp_path).lacks == ()


@pytest.mark.usefixtures("light")
def test_a_cache_that_cannot_be_written_is_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "file" / "cache"))
    found = health()
    assert found.problem == ""
    (note,) = found.notes
    assert note.startswith("the cache can't be used")


@pytest.mark.usefixtures("light")
def test_the_text_names_no_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "home-of-somebody"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PARITY_CACHE", str(home / ".cache" / "parity"))
    told = "\n".join(lines(health()))
    assert "home-of-somebody" not in told
    assert "~/.cache/parity" in told


def test_versions_say_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "ENGINES", (("x", ("not-installed", "nor-this")),))
    assert packages.versions()["not-installed"] is None
    assert packages.line().endswith("(not-installed not installed)")


def test_two_packages_of_one_library_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert packages.twice() == []
    monkeypatch.setattr(packages, "ENGINES", (("x", ("numpy", "click")),))
    (told,) = packages.twice()
    assert told.startswith("numpy and click are both installed")
