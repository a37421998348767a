"""Candidates are made once, found again, made anew when damaged; exporters' ends are reported."""

import json
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import onnx
import pytest

from parity.errors import ExportError, ModelError, UsageError
from parity.exports import derive as deriving
from parity.exports import paddle2onnx
from parity.exports.derive import Derived, derive
from parity.model.artifact import Artifact, resolve
from parity.processes import run
from tests.exports import encoders


@pytest.fixture
def exports(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The processes that were started, by module."""
    started: list[str] = []

    def counted(module: str, arguments: list[str], **rest: Any) -> run.Ended:
        started.append(module.rsplit(".", 1)[-1])
        return run.run_module(module, arguments, **rest)

    monkeypatch.setattr(paddle2onnx, "run_module", counted)
    monkeypatch.setattr(deriving, "run_module", counted)
    return started


@pytest.mark.usefixtures("fresh_cache")
def test_one_export_serves_every_precision(small: Artifact, exports: list[str]) -> None:
    made = {p: derive(small, opset=13, precision=p) for p in ("int8", "fp32", "fp16")}
    assert exports == ["_child", "_variant", "_variant"]
    assert {p: d.precision for p, d in made.items()} == {p: p for p in made}
    assert [d.effective_opset for d in made.values()] == [13, 13, 13]
    assert made["fp32"].coverage == ""
    assert made["int8"].coverage == "2 of 2 MatMul quantised; 1 of 1 lookup tables quantised"
    assert made["fp16"].coverage.startswith("11 of 11 float tensors in FP16")
    assert len({d.content for d in made.values()}) == 3
    again = {p: derive(small, opset=13, precision=p) for p in made}
    assert again == made
    assert len(exports) == 3


@pytest.mark.slow
@pytest.mark.usefixtures("cache")
def test_lower_opsets_than_the_model_needs_give_one_content(small: Artifact) -> None:
    made = {opset: derive(small, opset=opset, precision="fp32") for opset in (7, 10, 11, 13)}
    assert [d.requested_opset for d in made.values()] == [7, 10, 11, 13]
    assert [d.effective_opset for d in made.values()] == [11, 11, 11, 13]
    assert made[7].content == made[10].content == made[11].content != made[13].content
    assert made[7].path != made[10].path  # what was asked for is noted inside


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "model.onnx").write_bytes(b"\0" * 100),
        lambda folder: (folder / "model.onnx").unlink(),
        lambda folder: (folder / "candidate.json").write_text("{"),
        lambda folder: (folder / "candidate.json").write_text("[]"),
        lambda folder: (folder / "candidate.json").unlink(),
    ],
    ids=["other bytes", "no model", "half a card", "another card", "no card"],
)
def test_what_is_damaged_is_made_again(
    fresh_cache: Path, tmp_path: Path, damage: object, exports: list[str]
) -> None:
    model = resolve(encoders.save(encoders.encoder(), tmp_path / "model.onnx"))
    made = derive(model, opset=13, precision="fp16")
    digest = json.loads((made.path.parent / "candidate.json").read_text())["sha256"]
    assert callable(damage)
    damage(made.path.parent)
    assert derive(model, opset=13, precision="fp16") == made
    assert exports == ["_variant", "_variant"]
    assert json.loads((made.path.parent / "candidate.json").read_text())["sha256"] == digest
    assert {p.name for p in made.path.parent.iterdir()} == {"model.onnx", "candidate.json"}
    assert [p.name for p in (fresh_cache / "candidates").glob("[!.]*")] == [made.path.parent.name]


@pytest.mark.usefixtures("fresh_cache")
def test_who_comes_second_waits_for_the_first(tmp_path: Path, exports: list[str]) -> None:
    model = resolve(encoders.save(encoders.encoder(), tmp_path / "model.onnx"))

    def work(_: int) -> Derived:
        return derive(model, opset=13, precision="int8")

    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(work, range(3)))
    assert made[0] == made[1] == made[2]
    assert exports == ["_variant"]


@pytest.mark.usefixtures("cache")
def test_an_onnx_reference_keeps_its_opset(tmp_path: Path) -> None:
    path = encoders.save(encoders.encoder(), tmp_path / "model.onnx")
    same = derive(resolve(path), opset=7, precision="fp32")
    assert (same.path, same.requested_opset, same.effective_opset) == (path, 7, 13)
    half = derive(resolve(path), opset=7, precision="fp16")
    assert half.effective_opset == 13
    assert half.path != path


@pytest.mark.usefixtures("cache")
def test_a_changed_weight_is_another_candidate(tmp_path: Path) -> None:
    model = encoders.encoder()
    first = derive(resolve(encoders.save(model, tmp_path / "a.onnx")), opset=13, precision="int8")
    words = next(t for t in model.graph.initializer if t.name == "words")
    words.raw_data = words.raw_data[:-4] + b"\0\0\x80?"
    second = derive(resolve(encoders.save(model, tmp_path / "b.onnx")), opset=13, precision="int8")
    assert first.path != second.path
    assert first.content != second.content


@pytest.mark.slow
@pytest.mark.usefixtures("fresh_cache")
def test_errors_leave_nothing_behind(small: Artifact, fresh_cache: Path) -> None:
    with pytest.raises(ExportError, match="SIGABRT"):
        derive(small, opset=99, precision="int8")
    with pytest.raises(UsageError, match='no variant "int3"; there are: fp16, fused, int8_dynamic'):
        derive(small, opset=13, precision="int3")
    missing = Artifact("pir", small.program.with_name("none.json"), small.parameters)
    with pytest.raises(ModelError):
        derive(missing, opset=13, precision="fp32")
    kept = [p.name for p in (fresh_cache / "candidates").glob("[!.]*")]
    assert [name.split("-")[:2] for name in kept] == [["fp32", "13"]]


FAKE = """
import json, os, sys, time
asked = json.load(open(sys.argv[1]))
def answer(size, opset=asked["opset"]):
    json.dump({"opset": opset, "bytes": size}, open(asked["result"], "w"))
print("began", file=sys.stderr, flush=True)
MODE
"""


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("os.abort()", r"was killed by SIGABRT; it last wrote .*"),
        ("os.kill(os.getpid(), 11)", r"was killed by SIGSEGV"),
        ("time.sleep(60)", r"took longer than 2 s and was ended"),
        ("sys.exit(3)", r'exited with status 3; it last wrote "began"'),
        ("pass", r"exited with status 0"),
        ("open(asked['file'], 'w'); answer(0)", r"left an incomplete file"),
        ("open(asked['file'], 'w').write('abc'); answer(9)", r"left an incomplete file"),
        ("answer(9)", r"left an incomplete file"),
    ],
    ids=["abort", "segfault", "hang", "status", "silent", "empty", "truncated", "no file"],
)
@pytest.mark.usefixtures("fresh_cache")
def test_every_way_an_exporter_fails_is_an_error(
    small: Artifact,
    tmp_path: Path,
    fresh_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    said: str,
) -> None:
    (tmp_path / "fake_exporter.py").write_text(FAKE.replace("MODE", mode), "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def fake(
        _: str, arguments: list[str], *, timeout_s: float, scratch: Path, interpreter: None
    ) -> run.Ended:
        assert timeout_s == paddle2onnx.TIMEOUT_S
        ended = run.run_module("fake_exporter", arguments, timeout_s=2, scratch=scratch)
        monkeypatch.setattr(ended.__class__, "why", lambda self, _, why=why: why(self, 2))
        return ended

    why = run.Ended.why
    monkeypatch.setattr(paddle2onnx, "run_module", fake)
    with pytest.raises(ExportError, match=said):
        derive(small, opset=13, precision="fp32")
    assert not list((fresh_cache / "candidates").glob("[!.]*"))


def test_the_parent_imports_neither_runtime_nor_onnx() -> None:
    code = textwrap.dedent("""
        import sys, parity.exports.derive, parity.cli.export
        from parity import plugins
        for name in plugins.names("exports.variants"):
            plugins.load("exports.variants", name)
        heavy = ("paddle", "paddle2onnx", "onnx", "onnxruntime")
        print([m for m in heavy if m in sys.modules])
    """)
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
@pytest.mark.usefixtures("cache")
def test_ernie_nano_at_every_opset_and_precision() -> None:
    from parity.zoo import build

    nano = resolve(build("ernie-3.0-nano"), want="paddle")
    made = {opset: derive(nano, opset=opset, precision="fp32") for opset in (7, 8, 9, 10, 13, 16)}
    assert [d.effective_opset for d in made.values()] == [11, 11, 11, 11, 13, 16]
    assert len({made[opset].content for opset in (7, 8, 9, 10)}) == 1
    assert len({d.content for d in made.values()}) == 3
    int8 = derive(nano, opset=13, precision="int8")
    assert int8.coverage.startswith("25 of 33 MatMul quantised; 8 multiply activations")
    ops = [n.op_type for n in onnx.load(int8.path).graph.node]
    assert (ops.count("MatMulInteger"), ops.count("MatMul")) == (25, 8)
    half = derive(nano, opset=16, precision="fp16")
    assert half.coverage.startswith("115 of 115 float tensors in FP16")
    assert half.path.stat().st_size < 0.6 * made[16].path.stat().st_size


@pytest.mark.slow
@pytest.mark.usefixtures("cache")
def test_lac_in_fp16_loads_at_full_optimisation() -> None:
    """With its Transpose and Reshape in FP16 too, ONNX Runtime 1.31.1 dies."""
    from parity.zoo import build

    lac = resolve(build("lac"), want="paddle")
    made = derive(lac, opset=13, precision="fp16")
    load = "import sys, onnxruntime; onnxruntime.InferenceSession(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", load, str(made.path)], check=False)
    assert done.returncode == 0
    assert derive(lac, opset=13, precision="int8").coverage == (
        "1 of 1 MatMul quantised; 1 of 1 lookup tables quantised; 2 GRU left in FP32"
    )
