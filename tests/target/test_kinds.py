"""What a user names: which kind it is, and which of its models each question gives."""

import shutil
from pathlib import Path

import pytest

from parity import zoo
from parity.errors import ModelError, UsageError, ZooError
from parity.target import Model, is_case, model, pair
from parity.target.file import File
from parity.target.folder import Folder
from parity.target.prefix import Prefix
from parity.target.zoo import Zoo


@pytest.fixture
def both(models: Path, tmp_path: Path) -> Path:
    """A folder with a Paddle model and its export."""
    return Path(shutil.copytree(models / "tiny", tmp_path / "both"))


def test_the_kinds(both: Path) -> None:
    assert model(both) == Folder(both)
    assert model(both / "model.onnx") == File(both / "model.onnx")
    assert model(both / "model") == Prefix(both / "model")
    assert model(str(both / "nothing.onnx")) == Prefix(both / "nothing.onnx")
    assert model("zoo:lac") == Zoo("zoo:lac")


def test_the_zoo_wins_over_a_file_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("zoo:lac").touch()
    assert model("zoo:lac") == Zoo("zoo:lac")
    assert not is_case("zoo:lac")


ANSWERS = {
    # name: candidate, alone, reference, source, either("paddle"), either("onnx")
    "": ("onnx", "onnx", "pir", "pir", "pir", "onnx"),
    "model.onnx": ("onnx", "onnx", "onnx", "onnx", "onnx", "onnx"),
    "model.json": ("pir", "pir", "pir", "pir", "pir", "pir"),
    "model.pdiparams": ("pir", "pir", "pir", "pir", "pir", "pir"),
}


def answers(named: Model) -> tuple[str, ...]:
    return (
        named.candidate().format,
        named.alone(remade=False).format,
        named.reference().format,
        named.source().format,
        named.either("paddle").format,
        named.either("onnx").format,
    )


@pytest.mark.parametrize("name", ANSWERS)
def test_which_of_two_models(both: Path, name: str) -> None:
    assert answers(model(both / name)) == ANSWERS[name]


def test_a_prefix_of_two_models_is_told_apart_where_it_can_be(both: Path) -> None:
    named = model(both / "model")
    assert named.source().format == "pir"
    assert named.either("onnx").format == "onnx"
    for question in (named.candidate, named.reference):
        with pytest.raises(ModelError, match=r"several models \(model\.json, model\.onnx\)"):
            question()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("modle.onnx", "model.onnx"),
        ("model.onx", "model.onnx"),
        ("gone.onnx", None),
        ("ernie-tiny-ner", "zoo:ernie-tiny-ner"),
    ],
)
def test_a_slip_of_the_pen_is_told(
    both: Path, monkeypatch: pytest.MonkeyPatch, name: str, meant: str | None
) -> None:
    monkeypatch.chdir(both)
    (both / "model.json").unlink()
    with pytest.raises(ModelError, match="no such file") as raised:
        model(name).candidate()
    end = str(raised.value).partition("; did you mean ")[2]
    assert end == ("" if meant is None else f"{meant}?")


def test_of_the_zoo(both: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def build(name: str, *, progress: object) -> Path:
        assert (name, progress) == ("tiny", said.append)
        return both

    monkeypatch.setattr(zoo, "build", build)
    named = model("zoo:tiny", progress=said.append)
    assert answers(named) == ("onnx", "onnx", "pir", "pir", "pir", "onnx")
    assert named.alone(remade=True).format == "pir"


def test_an_unknown_name_of_the_zoo() -> None:
    with pytest.raises(ZooError, match="ernie"):
        model("zoo:ernie-tiny-nex").candidate()


@pytest.mark.parametrize("left", ["model.pdiparams"])
def test_weights_alone_are_never_exported_as_the_file_beside_them(both: Path, left: str) -> None:
    """Their program is gone; the ONNX file beside them is another model for all that is known."""
    (both / "model.json").unlink()
    assert (both / left).exists()
    for name in (both, both / "model"):
        with pytest.raises(ModelError):
            model(name).source()


def test_a_pair_is_found_beside(both: Path) -> None:
    found = pair(both / "model.onnx")
    assert (found.reference.program.name, found.candidate.program.name) == (
        "model.json",
        "model.onnx",
    )
    assert pair(both) == found
    assert pair(both / "model.onnx", both) == found


def test_a_reference_may_be_of_the_zoo(both: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoo, "build", lambda _name, **_: both)
    found = pair(both / "model.onnx", "zoo:tiny")
    assert found.reference.format == "pir"


def test_a_given_file_has_its_opset(both: Path) -> None:
    with pytest.raises(UsageError, match=r"--opset: model\.onnx is taken as it is"):
        pair(both, opset=12)


def test_nothing_there(tmp_path: Path) -> None:
    for name in (tmp_path, tmp_path / "nothing", tmp_path / "nothing.onnx"):
        with pytest.raises(ModelError, match=r"no "):
            pair(name)


def test_a_name_of_a_case_and_of_a_folder_is_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "golden" / "both").mkdir(parents=True)
    (tmp_path / "golden" / "both" / "case.toml").write_text("")
    (tmp_path / "both").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"both: is here, .*; write golden/both, or"):
        is_case("both")
    assert is_case("golden/both")
    assert not is_case(tmp_path / "both")
