"""A Hugging Face folder to three ONNX files by PyTorch; the real thing has an environment."""

import json
import os
import sys
from pathlib import Path

import onnx
import pytest
from click.testing import CliRunner, Result

from parity.cli.check import check
from parity.cli.export import export
from parity.errors import ExportError, UsageError
from parity.exports.pytorch.siblings import optimised, quantised
from parity.exports.torch import names
from tests.family.folders import sentiment
from tests.schemas.test_documents import problems
from tests.verify.conftest import tagger

ENV = "PARITY_TORCH_ENV"
"""An environment with torch, transformers, onnx, onnxscript and onnxruntime: 5.8 GB."""


def asked(command: object, *words: object) -> Result:
    return CliRunner().invoke(command, [str(w) for w in words], standalone_mode=False)  # type: ignore[arg-type]


def test_the_three_are_named_as_transformers_names_them() -> None:
    assert [p.name for p in names(Path("a/model.onnx"))] == [
        "model.onnx", "model-optimized.onnx", "model-optimized-quantized.onnx"
    ]  # fmt: skip


def test_what_is_no_folder_of_hugging_face_is_refused(tmp_path: Path) -> None:
    done = asked(export, tmp_path, "--exporter", "torch")
    assert isinstance(done.exception, UsageError)
    assert "is no Hugging Face folder" in str(done.exception)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--exporter", "torch", "--export-option", "kind=poem"], 'kind "poem" is none of'),
        (["--exporter", "torch", "--export-option", "kin=x"], 'no torch option "kin"'),
        (["--exporter", "torch", "--variant", "onnxslim"], "--variant doesn't go with"),
        (["--exporter", "torch", "--precision", "int8"], "which makes all three"),
        (["--quantized-rtol", "0.2"], "goes with --exporter torch, not paddle2onnx"),
        ([], "is a Hugging Face folder; --exporter torch"),
    ],
)
def test_what_makes_no_sense_is_one_line(tmp_path: Path, words: list[str], said: str) -> None:
    done = asked(export, sentiment(tmp_path / "hf"), *words)
    assert isinstance(done.exception, UsageError)
    assert said in str(done.exception)


@pytest.mark.skipif("torch" in sys.modules, reason="torch is here")
def test_where_torch_is_not_installed_one_line_says_so(tmp_path: Path) -> None:
    done = asked(export, sentiment(tmp_path / "hf"), "--exporter", "torch")
    assert isinstance(done.exception, ExportError)
    assert "can't be imported: No module named" in str(done.exception)
    assert "name one that has it with --env" in str(done.exception)


def test_a_paddle_model_is_none_that_torch_exports() -> None:
    done = asked(check, "zoo:ernie-tiny-ner", "--exporter", "torch")
    assert isinstance(done.exception, UsageError)
    assert "torch exports Hugging Face folders" in str(done.exception)


def test_the_optimised_and_the_quantised_say_what_was_done(tmp_path: Path) -> None:
    first, second, third = names(tmp_path / "model.onnx")
    onnx.save(tagger(), first)
    said = optimised(first, second, {"model_type": "ernie"}, "onnxruntime")
    assert said.startswith("by ONNX Runtime: 7 nodes before, ")
    assert quantised(second, third, per_channel=True) == (
        "1 MatMulInteger; 1 of 1 products by constant weights; a scale for each column"
    )


def test_a_quantiser_that_did_nothing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import onnxruntime.quantization

    from parity.exports._finish import RefusedError

    first = tmp_path / "model.onnx"
    onnx.save(tagger(), first)
    monkeypatch.setattr(
        onnxruntime.quantization, "quantize_dynamic",
        lambda source, target, **_: onnx.save(onnx.load(source), target),
    )  # fmt: skip
    with pytest.raises(RefusedError, match="quantised 0 of 1 products"):
        quantised(first, tmp_path / "quantised.onnx", per_channel=False)


@pytest.fixture
def there() -> str:
    if not os.environ.get(ENV):
        pytest.skip(f"{ENV} names no environment with torch, transformers and onnxruntime")
    return os.environ[ENV]


@pytest.mark.slow
def test_a_trained_ernie_and_its_siblings_at_parity(tmp_path: Path, there: str) -> None:
    folder, file = sentiment(tmp_path / "hf"), tmp_path / "onnx" / "model.onnx"
    report = tmp_path / "report.json"
    done = asked(export, folder, "--exporter", "torch", "--env", there, "--out", file,
                 "--quantized-rtol", 0.15, "--json", report)  # fmt: skip
    assert done.return_value == 0, done.output
    told = json.loads(report.read_text())
    assert problems("family", told) == []
    assert told["passed"]
    assert [Path(f["file"]).is_file() for f in told["files"]] == [True] * 3
    assert told["steps"][0]["result"]["reference"]["engine"] == "torch"
    assert "13 of 13 products" in told["files"][2]["made"]
    broken = onnx.load(names(file)[1])
    (node, *_) = (n for n in broken.graph.node if n.op_type == "SkipLayerNormalization")
    next(a for a in node.attribute if a.name == "epsilon").f = 0.05
    onnx.save(broken, names(file)[1])
    said = [word for text in told["inputs"] for word in ("--input", text)]
    done = asked(check, file, "--family", "--reference", folder, "--reference-env", there,
                 "--max-examples", 2, "--max-length", 32, *said)  # fmt: skip
    assert done.return_value == 1
    assert "model-optimized.onnx: the optimiser broke it" in done.output
    assert "the quantiser broke it" not in done.output
