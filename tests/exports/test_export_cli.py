"""``parity export``, and ``parity check`` of a Paddle model."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import onnx
import pytest

from parity.model.artifact import Artifact
from tests.exports import encoders
from tests.marks import slowly


def parity(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "parity", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.usefixtures("cache")
def test_it_says_what_came_out_and_what_to_run_next(small: Artifact, tmp_path: Path) -> None:
    out, facts = tmp_path / "new" / "int8.onnx", tmp_path / "facts.json"
    done = parity("export", small.program, "--precision", "int8", "--out", out, "--json", facts)
    assert done.returncode == 0, done.stderr
    assert "coverage  2 of 2 MatMul quantised" in done.stdout
    assert "opset     13\n" in done.stdout
    assert f"next: parity check {out} --reference {small.program} --precision int8" in done.stderr
    said = json.loads(facts.read_text())
    assert said["schema"] == 1
    assert (said["requested_opset"], said["effective_opset"]) == (13, 13)
    assert said["bytes"] == out.stat().st_size
    assert len(said["content"]) == len(said["sha256"]) == 64
    assert "MatMulInteger" in {n.op_type for n in onnx.load(out).graph.node}
    # Its own export it replaces, and the JSON too.
    again = parity("export", small.program, "--out", out, "--json", facts)
    assert again.returncode == 0, again.stderr
    assert json.loads(facts.read_text())["precision"] == "fp32"


@pytest.mark.slow
@pytest.mark.usefixtures("cache")
def test_another_opset_is_said_aloud_and_is_a_finding_if_strict(
    small: Artifact, tmp_path: Path
) -> None:
    out = tmp_path / "model.onnx"
    done = parity("export", small.program, "--opset", 7, "--out", out, "--strict-opset")
    assert done.returncode == 1
    assert "11, NOT 7 as asked" in done.stdout
    assert "warning: asked for opset 7, the exporter emitted 11" in done.stderr
    assert out.is_file()
    assert parity("export", small.program, "--opset", 7, "--out", out).returncode == 0


@pytest.mark.usefixtures("cache")
def test_what_is_somebody_elses_is_not_replaced(small: Artifact, tmp_path: Path) -> None:
    theirs = encoders.save(encoders.encoder(), tmp_path / "theirs.onnx")
    before = theirs.read_bytes()
    done = parity("export", small.program, "--out", theirs)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no export of parity's; --force replaces it" in done.stderr
    assert theirs.read_bytes() == before
    done = parity("export", small.program, "--out", theirs, "--force")
    assert done.returncode == 0, done.stderr
    assert theirs.read_bytes() != before


@pytest.mark.usefixtures("cache")
def test_a_model_is_not_replaced_by_what_is_made_of_it(small: Artifact, tmp_path: Path) -> None:
    mine = tmp_path / "mine.onnx"
    assert parity("export", small.program, "--out", mine).returncode == 0
    before = mine.read_bytes()
    (tmp_path / "link.onnx").symlink_to(mine)
    for out in (mine, tmp_path / "link.onnx"):
        done = parity("export", mine, "--precision", "fp16", "--out", out)
        assert done.returncode == 2
        assert f"{out}: is the model itself; --force replaces it" in done.stderr
        assert mine.read_bytes() == before
    done = parity("export", mine, "--precision", "fp16", "--out", mine, "--force")
    assert done.returncode == 0, done.stderr
    assert mine.read_bytes() != before


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["MODEL", "--opset", "22"], "SIGABRT.*; Paddle2ONNX is known to export up to 21$"),
        (["MODEL", "--out", "model.json"], "--out takes a file that ends in"),
        (["nowhere"], "no such file or folder"),
        (["MODEL", "--out", "."], "is a folder"),
        (["MODEL", "--precision", "int3"], "int3"),
        (["ONNX", "--opset", "11"], "is ONNX already, at opset 13"),
        (["zoo:nothing"], "nothing"),
    ],
)
def test_an_error_is_one_line(
    small: Artifact, tmp_path: Path, arguments: list[str], said: str
) -> None:
    theirs = encoders.save(encoders.encoder(), tmp_path / "theirs.onnx")
    named = {"MODEL": str(small.program), "ONNX": str(theirs)}
    done = parity("export", *(named.get(a, a) for a in arguments))
    assert done.returncode == 2
    assert re.search(said, done.stderr.strip()), done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.slow
@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("form", ["folder", "prefix"])
def test_the_model_of_a_folder_is_the_paddle_model(
    small: Artifact, tmp_path: Path, form: str
) -> None:
    """Whatever was exported before and lies there still."""
    shutil.copytree(small.program.parent, tmp_path / "model")
    stale = encoders.save(encoders.encoder(), tmp_path / "model" / "inference.onnx")
    before = stale.read_bytes()
    place = tmp_path / "model" / ("inference" if form == "prefix" else "")
    done = parity("export", place, "--opset", 12, "--out", tmp_path / "new.onnx")
    assert done.returncode == 0, done.stderr
    assert [o.version for o in onnx.load(tmp_path / "new.onnx").opset_import] == [12]
    assert stale.read_bytes() == before
    done = parity("export", place, "--opset", 12, "--out", stale, "--force")
    assert done.returncode == 0, done.stderr
    assert stale.read_bytes() == (tmp_path / "new.onnx").read_bytes() != before
    # Nor is the export taken for the model where the program is lost.
    (tmp_path / "model" / "inference.json").unlink()
    done = parity("export", place, "--precision", "fp16")
    assert done.returncode == 2
    assert re.search("without (its|their) program|no such file", done.stderr), done.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("cache")
def test_a_file_that_does_not_load_is_no_export(nets: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "model.onnx"
    for extra in ((), ("--opset", 12)):
        done = parity("export", nets / "unloadable", "--out", out, *extra)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "doesn't load in ONNX Runtime: NotImplemented: " in done.stderr
        assert "Elu(6)" in done.stderr
        assert f"it is kept as {out.parent}/model.unloadable.onnx" in done.stderr
        assert "next:" not in done.stderr
        assert [p.name for p in out.parent.iterdir()] == ["model.unloadable.onnx"]
    (out.parent / "model.unloadable.onnx").write_bytes(b"mine")
    assert parity("export", nets / "unloadable", "--out", out).returncode == 2
    assert (out.parent / "model.unloadable.onnx").read_bytes() == b"mine"
    assert (out.parent / "model.unloadable-2.onnx").exists()
    done = parity("export", nets / "unloadable")
    assert done.returncode == 2
    assert "model.onnx\n" in done.stderr


REFUSALS = {
    "unregistered": r"was killed by SIGABRT: it has no converter for lgamma, digamma;",
    "feature": r"SIGABRT: \[OP: pd_op\.softplus\] Only support softplus with beta == 1\.0",
    "doubles": r"MUST be ir::FloatAttribute; .* \(here bicubic_interp: scale\), .* give .* a size",
}


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("net", REFUSALS)
def test_a_refusal_says_why(nets: Path, net: str) -> None:
    done = parity("export", nets / net)
    assert done.returncode == 2
    assert re.search(REFUSALS[net], done.stderr), done.stderr
    assert done.stderr.count("\n") == 1
    assert not re.search(r"it last wrote|Traceback|\x1b|multiply", done.stderr)


@pytest.mark.usefixtures("cache")
def test_an_onnx_file_is_lowered_at_its_own_opset(tmp_path: Path) -> None:
    source = encoders.save(encoders.encoder(constant_nodes=True), tmp_path / "theirs.onnx")
    done = parity("export", source, "--precision", "fp16", "--json", "-")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["effective_opset"] == 13
    assert "coverage  8 of 8 float tensors in FP16" in done.stderr


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("precision", slowly(["fp32", "fp16", "int8"], "fp16", "int8"))
def test_check_of_a_paddle_model_makes_its_candidate(small: Artifact, precision: str) -> None:
    done = parity(
        *("check", small.program.parent, "--precision", precision, "--opset", 16),
        *("--max-examples", 5, "--json", "-"),
    )
    said = json.loads(done.stdout)
    # Random weights vary by less than INT8's tolerance allows, which is told.
    told = ["not-discriminating"] if precision == "int8" else []
    assert [f["kind"] for f in said["findings"]] == told, said
    assert done.returncode == len(told)
    assert said["environment"]["effective_opset"] == 16
    assert said["tolerance"]["precision"] == precision
    assert any("of 2 MatMul" in note for note in said["notes"]) == (precision == "int8")


@pytest.mark.usefixtures("cache")
def test_check_does_not_export_what_is_onnx(tmp_path: Path) -> None:
    path = encoders.save(encoders.encoder(), tmp_path / "model.onnx")
    done = parity("check", path, "--reference", path, "--opset", 11)
    assert done.returncode == 2
    assert "--opset: model.onnx is taken as it is" in done.stderr
