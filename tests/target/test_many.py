"""A folder of models, a pattern, several names."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from parity.errors import ModelError, UsageError
from parity.target import several

Put = Callable[..., None]


@pytest.fixture
def put(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Puts copies of the small model's files into the working folder, by new names."""
    monkeypatch.chdir(tmp_path)

    def made(*names: str) -> None:
        for name in names:
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(models / "tiny" / f"model{path.suffix}", path)

    return made


@pytest.mark.parametrize(
    "files",
    [
        ("m/model.onnx",),
        ("m/model.json", "m/model.pdiparams"),
        ("m/model.onnx", "m/model.json", "m/model.pdiparams"),
        ("m/a.onnx", "m/a.json", "m/b.json"),
        ("m/model.onnx", "m/sub/model.onnx"),
        ("m/model.pdiparams",),
    ],
)
def test_a_folder_with_one_model_is_itself(put: Put, files: tuple[str, ...]) -> None:
    put(*files)
    found = several(["m"])
    assert (found.names, found.plural) == (("m",), False)


@pytest.mark.parametrize(
    "name", ["zoo:lac", "model", "model.onnx", "nothing", "model[1]", "golden"]
)
def test_one_name_is_itself(put: Put, name: str) -> None:
    put("model.onnx", "model[1].onnx")
    Path("golden").mkdir()
    found = several([name])
    assert (found.names, found.plural) == ((name,), False)


def test_a_model_and_its_reference_are_not_two_models(put: Put) -> None:
    put("a.onnx", "b.json", "b.pdiparams", "c.onnx")
    with pytest.raises(UsageError, match=r"write --reference b\.json"):
        several(["a.onnx", "b.json"])
    for names in (["a.onnx", "c.onnx"], ["b.json", "a.onnx"], ["a.onnx", "c.onnx", "b.json"]):
        assert several(names).names == tuple(names)
    assert several(["a.onnx", "b.json"], referenced=True).plural


def test_every_onnx_file_of_a_folder(put: Put) -> None:
    put("m/b.onnx", "m/a.onnx", "m/model.json", "m/model.pdiparams")
    found = several(["m"])
    assert found.plural
    assert found.names == ("m/a.onnx", "m/b.onnx")


def test_a_paddle_model_that_is_nobodys_reference_is_one_more(put: Put) -> None:
    """It has no export, which is for a check to make: left out, it would pass unseen."""
    put("m/a.onnx", "m/a.json", "m/b.onnx", "m/b.json", "m/c.json")
    assert several(["m"]).names == ("m/a.onnx", "m/b.onnx", "m/c.json")
    assert several(["m"], referenced=True).names == ("m/a.onnx", "m/b.onnx")


def test_paddle_models_alone(put: Put) -> None:
    put("m/a.json", "m/b.json")
    assert several(["m"]).names == ("m/a.json", "m/b.json")


def test_folders_with_a_model_each(put: Put) -> None:
    put("m/one/model.onnx", "m/two/a.onnx", "m/two/b.onnx", "m/three/model.pdiparams")
    Path("m/empty").mkdir()
    Path("m/.hidden").mkdir()
    found = several(["m"])
    assert found.names == ("m/one", "m/three", "m/two/a.onnx", "m/two/b.onnx")
    assert found.passed_over == ("m/empty",)


def test_models_deeper_down_are_found_or_named(put: Put) -> None:
    put("m/one/v1/model.onnx", "m/two/model.onnx", "m/a/b/c/d/e/model.onnx")
    found = several(["m"])
    assert found.names == ("m/one/v1", "m/two")
    assert found.passed_over == ("m/a",)
    put("n/a.onnx", "n/b.onnx", "n/sub/model.onnx")
    Path("n/c.ONNX").touch()
    found = several(["n"])
    assert found.names == ("n/a.onnx", "n/b.onnx")
    assert found.passed_over == ("n/sub", "n/c.ONNX")


def test_a_pattern(put: Put) -> None:
    put("x/a.onnx", "x/a.json", "x/b.onnx", "y/c.onnx", "y/deep/d.onnx")
    Path("x/vocab.txt").touch()
    assert several(["x/*.onnx"]).names == ("x/a.onnx", "x/b.onnx")
    assert several(["x/[ab].onnx"]).names == ("x/a.onnx", "x/b.onnx")
    assert several(["**/*.onnx"]).names == ("x/a.onnx", "x/b.onnx", "y/c.onnx", "y/deep/d.onnx")
    found = several(["x/*"])
    assert (found.names, found.passed_over) == (("x/a.onnx", "x/b.onnx"), ("x/vocab.txt",))
    assert several(["?"]).names == ("x/a.onnx", "x/b.onnx", "y")


def test_a_pattern_that_fits_one_is_plural_all_the_same(put: Put) -> None:
    """What is written of it has one form, whatever lies there today."""
    put("a.onnx")
    found = several(["*.onnx"])
    assert (found.names, found.plural) == (("a.onnx",), True)


@pytest.mark.parametrize("pattern", ["*.onnx", "nothing/**", "*", "*.pdiparams"])
def test_a_pattern_that_no_model_fits(put: Put, pattern: str) -> None:
    put("weights.pdiparams")
    Path("vocab.txt").touch()
    Path("config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"no model .* fits this pattern"):
        several([pattern])


def test_each_once(put: Put) -> None:
    put("a.onnx", "b.onnx")
    assert several(["a.onnx", "b.onnx", "./a.onnx"]).names == ("a.onnx", "b.onnx")
    assert several(["a.onnx", "*.onnx"]).names == ("a.onnx", "b.onnx")


def test_what_is_not_there_stays_among_several(put: Put) -> None:
    put("a.onnx")
    found = several(["a.onnx", "gone.onnx", "zoo:lac"])
    assert found.names == ("a.onnx", "gone.onnx", "zoo:lac")


@pytest.mark.parametrize("names", [("a.onnx", "golden/ner"), ("golden/*",), ("ner", "a.onnx")])
def test_a_case_among_several_is_refused(put: Put, names: tuple[str, ...]) -> None:
    put("a.onnx")
    Path("golden/ner").mkdir(parents=True)
    Path("golden/ner/case.toml").touch()
    with pytest.raises(UsageError, match=r"ner.*: is a case"):
        several(names)
