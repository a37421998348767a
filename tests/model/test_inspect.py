"""``parity inspect`` shows what is read of a model, for people and for programs."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from click.testing import CliRunner

from parity.cli.inspect import inspect
from parity.errors import ModelError, UsageError
from parity.inputs import plan
from parity.model.artifact import resolve
from parity.model.domains import signature
from parity.model.notation.applied import told
from tests.verify.conftest import tagger


def shown(*arguments: str) -> str:
    result = CliRunner().invoke(inspect, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_a_person_sees_inputs_domains_evidence_and_files(nets: Path) -> None:
    output = shown(str(nets / "pir" / "ernie" / "opset16.onnx"))
    for words in (
        "opset ai.onnx 16",
        "ir 8",
        "input_ids",
        "[batch, sequence]",
        "token ids below 50, pad 0 (masked), at most 24 long",
        "segment ids below 4",
        "equal(input_ids, 0) makes the attention mask",
        "sha256",
    ):
        assert words in output


@pytest.mark.parametrize(
    ("net", "words"),
    [
        ("bert", "mask of input_ids: 1 valid, 0 padding"),
        ("lac", "lengths of token_ids"),
        ("picture", "pictures of 3 channels"),
        ("explicit", "positions below 24"),
        ("mlp", "values in [-3, 3]"),
    ],
)
def test_every_domain_has_words(nets: Path, net: str, words: str) -> None:
    assert words in shown(str(nets / "pir" / net / "inference.json"))


def test_a_program_gets_json(nets: Path) -> None:
    path = nets / "pdmodel" / "ernie" / "inference.pdmodel"
    document = json.loads(shown(str(path), "--json"))
    assert document["schema"] == 1
    assert document["format"] == "pdmodel"
    assert document["parameters"] == {"tensors": 18, "elements": 1031}
    assert [Path(file["path"]).name for file in document["files"]] == [
        "inference.pdmodel",
        "inference.pdiparams",
    ]
    assert all(len(file["sha256"]) == 64 for file in document["files"])
    ids = next(spec for spec in document["inputs"] if spec["name"] == "input_ids")
    assert ids == {
        "name": "input_ids",
        "dtype": "int64",
        "shape": ["batch", "sequence"],
        "domain": {
            "kind": "TokenIds",
            "vocabulary": 50,
            "pad": 0,
            "positions": 24,
            "masked": True,
        },
        "notation": "input_ids: int64[batch,sequence] ids of 50 pad 0 masked at most 24",
    }


def options(path: Path) -> list[str]:
    """What inspect prints to be pasted, as a shell reads it."""
    words = [shlex.split(line) for line in shown(str(path)).splitlines() if "--input" in line]
    assert all(first == "--input" for first, _ in words)
    return [text for _, text in words]


def test_what_is_printed_can_be_pasted_and_says_the_same(nets: Path) -> None:
    paths = sorted([*nets.glob("pir/*/inference.json"), *nets.glob("*/*/*.onnx")])
    assert len(paths) > 20
    for path in paths:
        found = signature(resolve(path))
        made = told(found, options(path))
        assert made.inputs == found.inputs
        assert made.outputs == found.outputs
        assert set(made.said) == {spec.name for spec in found.inputs}


@pytest.mark.parametrize("net", ["ernie", "bert", "lac", "picture", "mlp"])
def test_what_is_pasted_feeds_the_same(nets: Path, net: str) -> None:
    path = nets / "pir" / net / "inference.json"
    found = signature(resolve(path))
    feeds = [
        [example.feed for example in plan(spec.inputs).boundary()]
        for spec in (found, told(found, options(path)))
    ]
    assert len(feeds[0]) > 5
    for one, other in zip(*feeds, strict=True):
        assert one.keys() == other.keys()
        assert all(np.array_equal(one[name], other[name]) for name in one)


def test_json_goes_where_it_is_told(nets: Path, tmp_path: Path) -> None:
    path, out = str(nets / "pir" / "mlp" / "inference.json"), tmp_path / "out.json"
    shown(path, "--json", str(out))
    assert json.loads(out.read_text()) == json.loads(shown(path, "--json", "-"))
    out.write_text("mine")
    with pytest.raises(UsageError, match="is no report of parity's"):
        CliRunner().invoke(inspect, [path, "--json", str(out)], catch_exceptions=False)
    assert out.read_text() == "mine"


def test_of_a_model_and_its_export_the_model_is_shown(nets: Path, tmp_path: Path) -> None:
    shutil.copytree(nets / "pir" / "mlp", tmp_path / "both")
    for path in (tmp_path / "both").glob("*.onnx"):
        path.rename(path.with_name("inference.onnx"))
    for place in ("both", "both/inference"):
        output = shown(str(tmp_path / place))
        assert output.startswith("this is inference.json; beside it: inference.onnx, not shown\n")
        assert "Paddle 3 (PIR)" in output
        made = json.loads(shown(str(tmp_path / place), "--json"))
        assert (made["format"], made["beside"]) == ("pir", [str(tmp_path / "both/inference.onnx")])
    (tmp_path / "both" / "inference.json").unlink()
    assert "ONNX" in shown(str(tmp_path / "both"))


def test_an_undeclared_shape_is_no_scalar(tmp_path: Path) -> None:
    model = tagger()
    model.graph.output[0].type.tensor_type.ClearField("shape")
    onnx.save(model, tmp_path / "open.onnx")
    assert re.search(r"output +logits +float32 +not declared", shown(str(tmp_path / "open.onnx")))
    (output,) = json.loads(shown(str(tmp_path / "open.onnx"), "--json"))["outputs"]
    assert output["shape"] is None
    model.graph.output[0].type.tensor_type.shape.SetInParent()
    onnx.save(model, tmp_path / "scalar.onnx")
    assert re.search(r"output +logits +float32 +\[\]", shown(str(tmp_path / "scalar.onnx")))


def test_a_bad_file_is_a_parity_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        CliRunner().invoke(inspect, [str(tmp_path / "no.onnx")], catch_exceptions=False)


@pytest.mark.parametrize("name", ["inference.json", "inference.pdmodel"])
def test_no_engine_is_imported_and_no_onnx_for_paddle(nets: Path, name: str) -> None:
    form = "pir" if name.endswith(".json") else "pdmodel"
    code = (
        "import sys; from parity.cli.inspect import inspect;"
        f"inspect([{str(nets / form / 'ernie' / name)!r}, '--json'], standalone_mode=False);"
        "print(sorted({'paddle', 'onnxruntime', 'onnx'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr.strip() == "[]"
