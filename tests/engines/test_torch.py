"""PyTorch as reference: what is told without it. The real thing has an environment of its own."""

import json
import os
import sys
from pathlib import Path

import pytest

from parity.api import checking
from parity.engines import EngineInfo, Options, reads_model
from parity.errors import EngineError, UsageError
from parity.model.artifact import Artifact
from parity.model.trained import KINDS, is_trained, kind_of
from parity.processes.interpreter import Interpreter, interpreter
from parity.target.trained import names_of
from parity.verify.checks.itself import itself
from parity.verify.request import Request, Side
from parity.workers.worker import Worker
from tests.family.folders import minilm
from tests.verify.conftest import Bench

ENV = "PARITY_TORCH_ENV"
"""An environment with torch and transformers: 5.8 GB, so that no test builds it by itself."""


def folder(path: Path, architecture: str) -> Path:
    path.mkdir(parents=True)
    config = {
        "architectures": [architecture], "model_type": "bert", "hidden_size": 16,
        "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32,
        "vocab_size": 40, "max_position_embeddings": 32, "type_vocab_size": 2, "num_labels": 3,
    }  # fmt: skip
    (path / "config.json").write_text(json.dumps(config))
    (path / "model.safetensors").write_bytes(b"")
    return path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("BertForSequenceClassification", "sequence_classification"),
        ("ErnieForTokenClassification", "token_classification"),
        ("BertForQuestionAnswering", "question_answering"),
        ("RobertaForMaskedLM", "fill_mask"),
        ("BertModel", "feature_extraction"),
    ],
)
def test_the_kind_is_the_architectures(tmp_path: Path, name: str, kind: str) -> None:
    assert kind_of(folder(tmp_path / "m", name)) == kind
    assert kind in KINDS


def test_one_of_no_kind_says_so(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="BertForPreTraining is of no kind here"):
        kind_of(folder(tmp_path / "m", "BertForPreTraining"))
    (tmp_path / "m" / "config.json").write_text("{}")
    with pytest.raises(EngineError, match="names no architecture"):
        kind_of(tmp_path / "m")


def test_what_is_trained(tmp_path: Path) -> None:
    assert is_trained(folder(tmp_path / "m", "BertModel"))
    (tmp_path / "m" / "model.safetensors").unlink()
    assert not is_trained(tmp_path / "m")
    (tmp_path / "m.pt").touch()
    assert is_trained(tmp_path / "m.pt")
    assert not is_trained(tmp_path / "m.onnx")


def test_beside_a_file_it_is_no_comparison_with_itself(tmp_path: Path) -> None:
    model = Artifact("onnx", Bench(tmp_path).twin)
    assert names_of(model) == {"inputs": "ids", "outputs": "logits"}
    assert not reads_model("torch")
    assert itself(Request(Side(model, "torch"), Side(model, "ort"))) is None
    assert itself(Request(Side(model, "ort"), Side(model, "ort"))) is not None


@pytest.mark.skipif("torch" in sys.modules, reason="torch is here")
def test_where_it_is_not_installed_one_line_says_so(tmp_path: Path) -> None:
    model = Artifact("onnx", Bench(tmp_path).twin)
    options: Options = {"model": str(tmp_path), **names_of(model)}
    with Worker("torch", model, options) as worker, pytest.raises(EngineError, match="torch"):
        worker.ready()
    with (
        Worker("torch", model, {}) as worker,
        pytest.raises(UsageError, match="no PyTorch model is named"),
    ):
        worker.ready()


@pytest.fixture
def there() -> Interpreter:
    if not os.environ.get(ENV):
        pytest.skip(f"{ENV} names no environment with torch and transformers")
    return interpreter(Path(os.environ[ENV]))


@pytest.mark.slow
def test_minilm_in_pytorch_says_what_its_paddle_export_does(
    tmp_path: Path, there: Interpreter
) -> None:
    """Of its states; the second output is a sentence's vector there, and the pooler's here."""
    from parity import zoo

    minilm(tmp_path)
    result = checking.check(
        zoo.build("minilm") / "model.onnx", tmp_path, reference_env=there.path, max_length=16,
        max_examples=1, explain_budget_s=0, shrink_budget_s=2,
    )  # fmt: skip
    assert isinstance(result.verified.engines["reference"], EngineInfo)
    assert result.verified.engines["reference"].engine == "torch"
    worst = {m.output: m for m in result.verified.verdict.worst}
    assert worst["fetch_name_0"].ratio < 1
    assert {getattr(f, "output", "") for f in result.verified.verdict.findings} == {"fetch_name_1"}
