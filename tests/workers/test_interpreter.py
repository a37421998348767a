"""A worker in another environment, and what a worker needs there: Python 3.9, numpy, the engine."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from parity.engines import EngineInfo
from parity.errors import EngineError, UsageError
from parity.model.artifact import Artifact
from parity.processes.interpreter import interpreter
from parity.workers.worker import Worker
from tests.diagnose.ladder.small import floats, linear

ROOT = Path(__file__).parents[2]

ENGINES = ("paddle", "ort", "openvino", "fake", "passes")

MODULES = {
    "parity", "parity.engines", "parity.engines._options", "parity.engines.fake",
    "parity.engines._placed", "parity.engines.openvino", "parity.engines.ort",
    "parity.engines.paddle",
    "parity.engines.passes", "parity.errors", "parity.interrupts", "parity.model",
    "parity.model.artifact", "parity.model.formats", "parity.model.formats.sniff",
    "parity.model.tensors", "parity.plugins", "parity.processes", "parity.processes.channel",
    "parity.version", "parity.workers", "parity.workers.arena", "parity.workers.child",
    "parity.workers.heap",
}  # fmt: skip
"""What a worker imports until its engine does. All of it runs under Python 3.9."""


def venv(folder: Path, *, sees_numpy: bool) -> Path:
    """A venv of this Python without any package, or with this one's numpy alone."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    if sees_numpy:
        (packages,) = folder.glob("lib/python*/site-packages")
        source = Path(np.__file__).parents[1]
        for found in source.glob("numpy*"):
            (packages / found.name).symlink_to(found)
    return folder


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return venv(tmp_path_factory.mktemp("bare") / "env", sees_numpy=False)


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return venv(tmp_path_factory.mktemp("numbers") / "env", sees_numpy=True)


def test_what_a_worker_imports_is_this_and_the_standard_library_and_numpy() -> None:
    program = (
        "import sys, parity.workers.child\n"
        "from parity import plugins\n"
        f"for name in {ENGINES!r}: plugins.load('engines', name)\n"
        "names = {n for n in sys.modules if n.partition('.')[0] == 'parity'}\n"
        "foreign = {n.partition('.')[0] for n in sys.modules} - set(sys.stdlib_module_names)\n"
        "print(sorted(names)); print(sorted(foreign))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{program}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    names, foreign = (set(ast.literal_eval(line)) for line in done.stdout.splitlines())
    assert names == MODULES
    assert foreign - {"__main__", "__mp_main__"} == {"numpy", "parity"}


def annotations(tree: ast.AST) -> list[ast.expr]:
    """Of arguments, results and variables."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            found.append(node.annotation)
        if isinstance(node, ast.FunctionDef) and node.returns is not None:
            found.append(node.returns)
    return found


def too_new(source: str) -> list[str]:
    """What Python 3.9 doesn't take, as far as a look at the text shows."""
    try:
        tree = ast.parse(source, feature_version=(3, 9))
    except SyntaxError as error:
        return [f"line {error.lineno}: {error.msg}"]
    found = []
    if "from __future__ import annotations" not in source:
        found += [f"{ast.unparse(a)} is evaluated" for a in annotations(tree) if " | " in
                  ast.unparse(a)]  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            words = {k.arg for k in node.keywords}
            name = ast.unparse(node.func)
            if name == "zip" and "strict" in words:
                found.append(f"line {node.lineno}: zip(strict=…)")
            if name == "dataclass" and words & {"slots", "kw_only"}:
                found.append(f"line {node.lineno}: dataclass({words})")
            if name == "isinstance" and isinstance(node.args[1], ast.BinOp):
                found.append(f"line {node.lineno}: isinstance(…, a | b)")
    return found


@pytest.mark.parametrize("module", [*sorted(MODULES), "parity.processes._boot"])
def test_what_a_worker_imports_is_old_python(module: str) -> None:
    place = ROOT / module.replace(".", "/")
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    assert too_new(file.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(x: int | None): ...",
        "from __future__ import annotations\ndict(zip(a, b, strict=True))",
        "match x:\n    case 1: pass",
        "isinstance(x, int | float)",
        "@dataclass(slots=True)\nclass A: ...",
    ],
)
def test_the_look_sees_what_is_too_new(source: str) -> None:
    assert too_new(source)


def test_an_engine_runs_there_with_its_own_numpy_and_nothing_of_ours(
    numbers: Path, tmp_path: Path
) -> None:
    """An engine that is our own and needs numpy only would do; the fake needs another inside."""
    onnx.save(linear(), tmp_path / "m.onnx")
    model = Artifact("onnx", tmp_path / "m.onnx")
    found = interpreter(numbers)
    assert found.numpy == np.__version__
    with (
        Worker("ort", model, {}, interpreter=found) as worker,
        pytest.raises(EngineError, match=r"engine ort in .*env: No module named 'onnxruntime'"),
    ):
        worker.ready()


def test_versions_of_the_environment_are_told(tmp_path: Path) -> None:
    onnx.save(linear(), tmp_path / "m.onnx")
    here = interpreter(Path(sys.executable))
    with Worker("ort", Artifact("onnx", tmp_path / "m.onnx"), {}, interpreter=here) as worker:
        info = worker.ready()
        assert isinstance(info, EngineInfo), info
        assert info.effective["environment"] == sys.executable
        assert info.effective["python"] == ".".join(map(str, sys.version_info[:3]))
        assert info.effective["numpy"] == np.__version__
        result = worker.run({"x": floats(2, 4)}).result
        assert isinstance(result, dict), result
        assert result["y"].shape == (2, 3)


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_what_is_no_environment_is_one_line(tmp_path: Path, bare: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    old = script(tmp_path / "old", """echo '{"version": [3, 8, 18], "numpy": "1.24.4"}'""")
    broken = script(tmp_path / "broken", "echo 'no libpython' >&2; exit 127")
    silent = script(tmp_path / "silent", "exit 0")
    odd = script(tmp_path / "odd", "echo 5")
    for path, says in {
        tmp_path / "nowhere": "no such environment; name the folder of a venv, or a python",
        tmp_path / "empty": "there is no bin/python in it",
        tmp_path / "file": "is no environment: file can't be run",
        old: "is Python 3.8.18; an engine is run in 3.9 and up",
        broken: "its python can't be run: no libpython",
        silent: "its python can't be run: it ends with status 0",
        odd: "its python can't be run: it answers something else",
        bare: "has no numpy that can be imported (No module named 'numpy')",
    }.items():
        with pytest.raises(UsageError) as raised:
            interpreter(path)
        assert str(raised.value).startswith(f"{path}: ")
        assert says in str(raised.value)
        assert "\n" not in str(raised.value)


def test_nothing_is_written_beside_our_files(numbers: Path, tmp_path: Path) -> None:
    def caches() -> set[str]:
        return {str(p) for p in (ROOT / "parity").rglob("*.pyc")}

    onnx.save(linear(), tmp_path / "m.onnx")
    before = caches()
    found = interpreter(numbers)
    with (
        Worker("ort", Artifact("onnx", tmp_path / "m.onnx"), {}, interpreter=found) as worker,
        pytest.raises(EngineError),
    ):
        worker.ready()
    assert {c for c in caches() - before if os.path.basename(c).count("cpython")} == set()  # noqa: PTH119
