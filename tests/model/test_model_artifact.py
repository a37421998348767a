"""A model is found from any path a user may give; what is wrong is one clear line."""

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from parity.errors import ModelError
from parity.model.artifact import Artifact, Want, reference_beside, resolve


@pytest.fixture
def ernie(nets: Path, tmp_path: Path) -> Path:
    """A folder with a Paddle 3 model, for a test to damage."""
    folder = tmp_path / "ernie"
    folder.mkdir()
    for name in ("inference.json", "inference.pdiparams"):
        shutil.copy(nets / "pir" / "ernie" / name, folder)
    return folder


def refused(path: Path, *words: str, want: Want | None = None) -> str:
    with pytest.raises(ModelError) as caught:
        resolve(path, want=want)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message, message
    return message


def truncate(path: Path, keep: int) -> None:
    path.write_bytes(path.read_bytes()[:keep])


@pytest.mark.parametrize("given", ["", "inference", "inference.json", "inference.pdiparams"])
def test_a_paddle_3_model_is_found_by_folder_prefix_and_either_file(
    ernie: Path, given: str
) -> None:
    assert resolve(ernie / given) == Artifact(
        "pir", ernie / "inference.json", ernie / "inference.pdiparams"
    )


@pytest.mark.parametrize("given", ["inference", "inference.pdmodel", "inference.pdiparams"])
def test_a_paddle_2_model_is_found(nets: Path, given: str) -> None:
    artifact = resolve(nets / "pdmodel" / "ernie" / given, want="paddle")
    assert artifact.format == "pdmodel"
    assert artifact.engine == "paddle"


def test_an_onnx_model_is_found(nets: Path) -> None:
    path = nets / "pir" / "ernie" / "opset13.onnx"
    assert resolve(path) == Artifact("onnx", path)
    assert resolve(path).engine == "ort"


@pytest.mark.parametrize("name", ["float32", "model", "int8", "model_v1.2"])
def test_any_stem_will_do(ernie: Path, name: str) -> None:
    for suffix in (".json", ".pdiparams"):
        (ernie / f"inference{suffix}").rename(ernie / f"{name}{suffix}")
    assert resolve(ernie).program.name == f"{name}.json"
    assert resolve(ernie / name).program.name == f"{name}.json"


def test_other_json_in_the_folder_is_passed_over(ernie: Path) -> None:
    (ernie / "tokenizer.json").write_text('{"model": {"type": "WordPiece"}}')
    (ernie / "config.json").write_text("{}")
    assert resolve(ernie).program.name == "inference.json"


def test_in_a_mixed_folder_the_caller_says_which_kind(ernie: Path, nets: Path) -> None:
    shutil.copy(nets / "pir" / "ernie" / "opset13.onnx", ernie / "inference.onnx")
    assert resolve(ernie, want="paddle").format == "pir"
    assert resolve(ernie, want="onnx").format == "onnx"
    assert resolve(ernie / "inference", want="onnx").format == "onnx"
    refused(ernie, "several models", "inference.json", "inference.onnx")
    refused(ernie / "inference", "several models", "inference.json", "inference.onnx")


def test_a_wrong_kind_is_refused(ernie: Path) -> None:
    refused(ernie / "inference.json", "Paddle", "an ONNX model is asked for", want="onnx")
    refused(ernie, "no ONNX model", "there is inference.json", want="onnx")


def test_several_models_are_listed(ernie: Path) -> None:
    for suffix in (".json", ".pdiparams"):
        shutil.copy(ernie / f"inference{suffix}", ernie / f"other{suffix}")
    refused(ernie, "inference.json, other.json", "give the file of one")


def test_a_model_without_parameters_needs_no_parameter_file(nets: Path) -> None:
    assert resolve(nets / "pir" / "bare", want="paddle").parameters is None


class TestReferenceBeside:
    def test_the_only_paddle_model_is_taken(self, nets: Path) -> None:
        artifact = reference_beside(nets / "pir" / "lac" / "opset16.onnx")
        assert artifact.program.name == "inference.json"

    def test_the_same_stem_wins(self, ernie: Path) -> None:
        for suffix in (".json", ".pdiparams"):
            shutil.copy(ernie / f"inference{suffix}", ernie / f"small{suffix}")
        assert reference_beside(ernie / "small.onnx").program.name == "small.json"

    def test_none_and_several_name_the_flag(self, ernie: Path, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match=r"no Paddle model .* --reference"):
            reference_beside(tmp_path / "model.onnx")
        for suffix in (".json", ".pdiparams"):
            shutil.copy(ernie / f"inference{suffix}", ernie / f"other{suffix}")
        with pytest.raises(ModelError, match=r"inference.json, other.json.* --reference"):
            reference_beside(ernie / "small.onnx")


class TestBadPath:
    def test_missing(self, tmp_path: Path) -> None:
        refused(tmp_path / "no.onnx", "no.onnx", "no such file")
        refused(tmp_path / "inference", "no such file or folder", ".pdmodel")
        refused(tmp_path / "no" / "inference", "folder", "does not exist")

    def test_a_folder_without_a_model(self, tmp_path: Path) -> None:
        refused(tmp_path, "no model", "in this folder")

    def test_a_folder_with_parameters_only(self, ernie: Path) -> None:
        (ernie / "inference.json").unlink()
        refused(ernie, "inference.pdiparams lies there without its program")
        refused(ernie / "inference.pdiparams", "without their program", "inference.json")

    @pytest.mark.parametrize(
        ("name", "advice"),
        [
            ("model.pdparams", "training weights"),
            ("model.nb", "Paddle Lite"),
            ("model.txt", "not a model file"),
            ("model.pdiparams.info", "side file"),
        ],
    )
    def test_a_foreign_suffix(self, tmp_path: Path, name: str, advice: str) -> None:
        (tmp_path / name).write_bytes(b"x")
        refused(tmp_path / name, advice)


class TestForeignContent:
    @pytest.mark.parametrize("name", ["model.onnx", "model.pdmodel", "model.json"])
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "is empty"),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "git lfs pull"),
            (b"PK\x03\x04" + bytes(90), "zip archive"),
            (b"\x1f\x8b" + bytes(90), "gzip"),
            (b"<!DOCTYPE html><html></html>", "HTML page"),
            (b"\x80\x04" + bytes(90), "pickle"),
        ],
    )
    def test_known_content_is_named(
        self, tmp_path: Path, name: str, content: bytes, said: str
    ) -> None:
        (tmp_path / name).write_bytes(content)
        refused(tmp_path / name, name, said)

    @pytest.mark.parametrize("name", ["model.onnx", "model.pdmodel"])
    @pytest.mark.parametrize(
        "content", [b'{"base_code": {}}', b"Not a model, only a text.", b"\xff" * 4000, bytes(400)]
    )
    def test_anything_else_is_no_model(self, tmp_path: Path, name: str, content: bytes) -> None:
        (tmp_path / name).write_bytes(content)
        refused(tmp_path / name, name, "not a")

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("[1, 2]", "not a Paddle program"),
            ('{"model": 1}', "not a Paddle program"),
            ('{"base_code": {"magic": "other"}}', "not a Paddle program"),
            ('{"base_code": {"magic": "pir"}}', "not a readable Paddle program"),
            ('{"base_code": {"magic": "pir"}, "program": {"regions": []}}', "not a readable"),
            ('{"base_code": {"magic": "pir", ', "not valid JSON"),
        ],
    )
    def test_json_that_is_no_program(self, tmp_path: Path, content: str, said: str) -> None:
        path = tmp_path / "model.json"
        path.write_text(content)
        refused(path, said)

    def test_an_onnx_message_without_a_graph(self, tmp_path: Path) -> None:
        path = tmp_path / "model.onnx"
        path.write_bytes(onnx.ModelProto(ir_version=8).SerializeToString() + bytes([0x42, 0]))
        refused(path, "no graph with outputs")

    def test_a_paddle_2_program_is_no_onnx(self, nets: Path, tmp_path: Path) -> None:
        path = tmp_path / "model.onnx"
        shutil.copy(nets / "pdmodel" / "ernie" / "inference.pdmodel", path)
        refused(path, "not an ONNX model")

    def test_onnx_is_no_paddle_2_program(self, nets: Path, tmp_path: Path) -> None:
        path = tmp_path / "model.pdmodel"
        shutil.copy(nets / "pir" / "ernie" / "opset13.onnx", path)
        refused(path, "not a Paddle program")


class TestTruncated:
    @pytest.mark.parametrize("keep", [20, 0.3, 0.9, -1])
    @pytest.mark.parametrize(
        "name",
        ["pir/ernie/opset13.onnx", "pir/ernie/inference.json", "pdmodel/ernie/inference.pdmodel"],
    )
    def test_a_truncated_program(self, nets: Path, tmp_path: Path, name: str, keep: float) -> None:
        whole = (nets / name).read_bytes()
        path = tmp_path / Path(name).name
        path.write_bytes(whole[: int(len(whole) * keep) if isinstance(keep, float) else keep])
        parameters = (nets / name).with_suffix(".pdiparams")
        if parameters.exists():
            shutil.copy(parameters, tmp_path)
        refused(path, path.name)

    def test_truncated_parameters(self, ernie: Path) -> None:
        truncate(ernie / "inference.pdiparams", -1)
        refused(ernie, "inference.pdiparams", "truncated")

    def test_parameters_cut_between_two(self, ernie: Path) -> None:
        from parity.model.formats.stored import walk

        path = ernie / "inference.pdiparams"
        last = walk(path)[-2]
        truncate(path, last.offset + 4 * int(np.prod(last.shape)))
        refused(ernie, "holds 17 parameters", "has 18")

    def test_parameters_cut_in_a_header(self, ernie: Path) -> None:
        truncate(ernie / "inference.pdiparams", 7)
        refused(ernie, "damaged at byte 7")


class TestParameters:
    def test_missing(self, ernie: Path) -> None:
        (ernie / "inference.pdiparams").unlink()
        refused(ernie, "inference.pdiparams", "missing", "18 parameters")

    def test_empty(self, ernie: Path) -> None:
        (ernie / "inference.pdiparams").write_bytes(b"")
        refused(ernie, "inference.pdiparams", "is empty", "18 parameters")

    def test_corrupt(self, ernie: Path) -> None:
        path = ernie / "inference.pdiparams"
        path.write_bytes(b"\x07" + path.read_bytes()[1:])
        refused(ernie, "damaged", "no tensor starts here")

    def test_of_another_model(self, nets: Path, ernie: Path) -> None:
        shutil.copy(nets / "pir" / "bert" / "inference.pdiparams", ernie)
        refused(ernie, "another model")

    def test_of_as_many_but_other_shapes(self, ernie: Path) -> None:
        program = json.loads((ernie / "inference.json").read_text())
        for op in program["program"]["regions"][0]["blocks"][0]["ops"]:
            if op["#"] == "p" and op["A"][3] == "embedding_0.w_0":
                op["O"]["TT"]["D"][1] = [51, 8]
        (ernie / "inference.json").write_text(json.dumps(program))
        refused(ernie, "embedding_0.w_0", "[51, 8]", "[50, 8]", "another model")


class TestOnnxWeights:
    @pytest.fixture
    def external(self, tmp_path: Path) -> Path:
        weight = numpy_helper.from_array(np.ones((64, 64), np.float32), "w")
        graph = helper.make_graph(
            [helper.make_node("MatMul", ["x", "w"], ["y"])],
            "g",
            [helper.make_tensor_value_info("x", 1, [None, 64])],
            [helper.make_tensor_value_info("y", 1, [None, 64])],
            [weight],
        )
        path = tmp_path / "model.onnx"
        onnx.save(
            helper.make_model(graph),
            path,
            save_as_external_data=True,
            location="model.data",
            size_threshold=0,
        )
        return path

    def test_external_files_belong_to_the_model(self, external: Path) -> None:
        artifact = resolve(external)
        assert artifact.files == (external, external.parent / "model.data")
        assert set(artifact.sha256) == {"model.onnx", "model.data"}

    def test_missing_external_data(self, external: Path) -> None:
        (external.parent / "model.data").unlink()
        refused(external, "weights are missing", "model.data", '"w"')

    def test_truncated_external_data(self, external: Path) -> None:
        truncate(external.parent / "model.data", -1)
        refused(external, "model.data", "truncated", "16383 bytes", "16384")

    @pytest.mark.parametrize("location", ["../model.data", "/model.data", ""])
    def test_external_data_outside_the_folder(self, external: Path, location: str) -> None:
        model = onnx.load(external, load_external_data=False)
        for entry in model.graph.initializer[0].external_data:
            entry.value = location if entry.key == "location" else entry.value
        external.write_bytes(model.SerializeToString())
        refused(external, "outside the model's folder")

    def test_a_weight_with_too_few_bytes(self, nets: Path, tmp_path: Path) -> None:
        model = onnx.load(nets / "pir" / "ernie" / "opset13.onnx")
        tensor = model.graph.node[0].attribute[0].t
        tensor.raw_data = tensor.raw_data[:-4]
        path = tmp_path / "model.onnx"
        onnx.save(model, path)
        refused(path, "holds 1596 bytes", "needs 1600")


def test_hashes_are_those_of_the_files(ernie: Path) -> None:
    import hashlib

    hashes = resolve(ernie).sha256
    for name in ("inference.json", "inference.pdiparams"):
        assert hashes[name] == hashlib.sha256((ernie / name).read_bytes()).hexdigest()
