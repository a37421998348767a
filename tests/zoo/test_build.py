"""A build is whole, named by what went into it, and refused clearly when it can't be."""

import dataclasses
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from parity.errors import ExportError, ZooError
from parity.processes.run import Ended
from parity.zoo import _build, _manifest, _order, build, catalog, options, provenance
from parity.zoo._order import order
from parity.zoo._sources import Source

SMALL = """
summary = "s"
licence = "l"
builder = "ernie"
[config]
layers = 1
hidden_size = 16
heads = 2
ffn_size = 32
vocab_size = 40
max_positions = 32
[heads]
default = "token_cls"
token_cls = ["O", "B-X", "I-X"]
seq_cls = ["a", "b"]
qa = []
"""


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A zoo with one model, ``small``, in a cache of its own; the folder of the recipe."""
    recipes = tmp_path / "recipes"
    recipes.mkdir()
    (recipes / "small.toml").write_text(SMALL, "utf-8")
    monkeypatch.setattr(catalog, "FOLDER", recipes)
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))
    return recipes


@pytest.fixture
def weights(tmp_path: Path, state: dict[str, Any]) -> Path:
    """A user's checkpoint, with vocabulary and labels beside it."""
    folder = tmp_path / "mine"
    folder.mkdir()
    save_file(state, folder / "model.safetensors")
    (folder / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n天\n", "utf-8")
    (folder / "labels.json").write_text('["B-Y", "I-Y", "O"]', "utf-8")
    return folder / "model.safetensors"


def cached(tmp_path: Path) -> list[str]:
    """What lies in the zoo's cache, hidden leftovers included."""
    folder = tmp_path / "cache" / "zoo"
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


def test_a_users_weights_become_the_model(small: Path, weights: Path, tmp_path: Path) -> None:
    folder = build("small", weights=weights)
    assert json.loads((folder / "labels.json").read_text("utf-8")) == ["B-Y", "I-Y", "O"]
    vocab = (folder / "vocab.txt").read_text("utf-8").split()
    assert vocab[5] == "天"
    assert len(vocab) == 40
    facts = provenance(folder)
    assert (facts["requested_opset"], facts["effective_opset"]) == (13, 13)
    assert facts["files"].keys() >= {"inference.json", "inference.pdiparams", "model.onnx"}
    assert cached(tmp_path) == [folder.name]


@pytest.mark.slow
def test_a_build_that_nobody_used_for_a_month_goes(
    small: Path, weights: Path, tmp_path: Path
) -> None:
    first = build("small", weights=weights)
    mine = shutil.copytree(first, tmp_path / "copy")
    for folder in (first, mine):
        os.utime(folder / _manifest.NAME, (0, 0))
    assert build("small", weights=weights) == first
    assert (first / _manifest.NAME).stat().st_mtime > 0  # a use
    os.utime(first / _manifest.NAME, (0, 0))
    assert build("small", weights=weights, out=mine) == mine
    assert (mine / _manifest.NAME).stat().st_mtime == 0  # the user's own, not the cache's
    other = build("small", weights=weights, opset=12)
    assert cached(tmp_path) == [other.name]
    assert mine.is_dir()


@pytest.mark.slow
def test_a_damaged_build_is_made_anew(small: Path, weights: Path) -> None:
    folder = build("small", weights=weights)
    file = folder / "model.onnx"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    assert build("small", weights=weights) == folder
    assert len(file.read_bytes()) == len(whole)


@pytest.mark.parametrize("damage", ["gone", "shorter", "changed", "no manifest", "other build"])
def test_damage_is_seen(tmp_path: Path, damage: str) -> None:
    (tmp_path / "sub").mkdir()
    file = tmp_path / "sub" / "model.onnx"
    file.write_bytes(b"whole")
    _manifest.write(tmp_path, {"identity": "one"})
    assert _manifest.intact(tmp_path, "one")
    match damage:
        case "gone":
            file.unlink()
        case "shorter":
            file.write_bytes(b"whol")
        case "changed":
            file.write_bytes(b"whale")
        case "no manifest":
            (tmp_path / "zoo.json").unlink()
    assert not _manifest.intact(tmp_path, "two" if damage == "other build" else "one")


def test_whatever_decides_the_model_is_in_its_name(
    small: Path, weights: Path, state: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def identity(opset: int = 13, **choice: Any) -> str:
        recipe = catalog.find("small")
        chosen = {"head": None, "seed": None, "weights": None} | choice
        return order(recipe, options.check(recipe, **chosen), opset).identity

    assert identity() == identity(seed=0) == identity(head="token_cls")
    found = [identity(), identity(11), identity(seed=1), identity(head="qa")]
    found.append(identity(weights=weights))
    save_file(state | {"classifier.bias": state["classifier.bias"] + 1}, weights)
    found.append(identity(weights=weights))
    (weights.parent / "labels.json").write_text('["B-Z", "I-Z", "O"]', "utf-8")
    found.append(identity(weights=weights))
    (small / "small.toml").write_text(SMALL.replace("heads = 2", "heads = 4"), "utf-8")
    found.append(identity())
    monkeypatch.setattr(_order, "version", lambda package: "9.9")
    found.append(identity())
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("head", "outputs"), [pytest.param("seq_cls", 1, marks=pytest.mark.slow), ("qa", 2)]
)
def test_every_head_builds(
    small: Path, weights: Path, state: dict[str, Any], head: str, outputs: int
) -> None:
    import onnx

    narrow = {n: v[..., :2] if n.startswith("classifier") else v for n, v in state.items()}
    save_file({n: np.ascontiguousarray(v) for n, v in narrow.items()}, weights)
    (weights.parent / "labels.json").unlink()
    folder = build("small", weights=weights, head=head)
    assert len(onnx.load(folder / "model.onnx").graph.output) == outputs
    assert (folder / "labels.json").exists() == (head != "qa")
    if head == "seq_cls":
        assert json.loads((folder / "labels.json").read_text("utf-8")) == ["LABEL_0", "LABEL_1"]


def test_weights_that_do_not_fit_leave_nothing(
    small: Path, weights: Path, state: dict[str, Any], tmp_path: Path
) -> None:
    save_file({n: v for n, v in state.items() if n != "classifier.bias"}, weights)
    with pytest.raises(ZooError, match=r"don't fit: 1 missing: classifier\.bias$"):
        build("small", weights=weights)
    assert cached(tmp_path) == []


def test_labels_must_fit_the_classifier(small: Path, weights: Path) -> None:
    (weights.parent / "labels.json").write_text('["a"]', "utf-8")
    with pytest.raises(ZooError, match="1 labels for a classifier of 3 classes"):
        build("small", weights=weights)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"head": "ner"}, 'small has no head "ner"; there are: token_cls, seq_cls, qa'),
        ({"seed": -1}, "must not be negative"),
        ({"weights": Path("nowhere.pdparams")}, r"nowhere\.pdparams: no such file"),
    ],
)
def test_an_wanted_that_makes_no_sense_is_refused(
    small: Path, wanted: dict[str, Any], said: str
) -> None:
    with pytest.raises(ZooError, match=said):
        build("small", **wanted)


def test_a_seed_for_given_weights_is_refused(small: Path, weights: Path) -> None:
    with pytest.raises(ZooError, match="a seed changes nothing"):
        build("small", weights=weights, seed=3)
    published = Source("made-up", "1.0", "0", {})
    published = Source("made-up", "1.0", "0", {})
    with pytest.raises(ZooError, match="takes no others"):
        options.check(
            dataclasses.replace(catalog.find("small"), heads={}, sources=(published,)),
            head=None,
            seed=None,
            weights=weights,
        )


def test_a_failed_export_leaves_nothing(small: Path, weights: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="SIGABRT"):
        build("small", weights=weights, opset=99)
    assert cached(tmp_path) == []


@pytest.mark.slow
def test_an_interrupted_build_leaves_nothing(
    small: Path, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("parity.exports.paddle2onnx.export", interrupt)
    with pytest.raises(KeyboardInterrupt):
        build("small", weights=weights)
    assert cached(tmp_path) == []


def test_a_builder_that_dies_is_reported(
    small: Path, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        _build, "run_module", lambda *_, **__: Ended(-9, 1.0, "Killed by the kernel")
    )
    with pytest.raises(
        ZooError, match="small: the building process was killed by SIGKILL; it last"
    ):
        build("small", weights=weights)
    monkeypatch.setattr(_build, "run_module", lambda *_, **__: Ended(0, 1.0, ""))
    with pytest.raises(ZooError, match=r"ernie wrote no model: .*inference: no such file"):
        build("small", weights=weights)
    assert cached(tmp_path) == []


@pytest.mark.slow
def test_a_folder_of_the_user_is_kept_and_not_overwritten(
    small: Path, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert build("small", weights=weights, out=out) == out
    monkeypatch.setattr(_build, "_paddle", lambda *_: pytest.fail("built again"))
    assert build("small", weights=weights, out=out) == out
    (out / "model.onnx").write_bytes(b"mine")
    with pytest.raises(ZooError, match="is there and is not this build"):
        build("small", weights=weights, out=out)
    shutil.rmtree(out)
    out.write_text("a file")
    with pytest.raises(ZooError, match="is there and is not this build"):
        build("small", weights=weights, out=out)


def test_provenance_of_another_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZooError, match=r"zoo\.json: can't be read"):
        provenance(tmp_path)
    (tmp_path / "zoo.json").write_text('{"schema": 0}')
    with pytest.raises(ZooError, match="not of schema 1"):
        provenance(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("size", ["micro", "mini", "medium", "base", "xbase"])
def test_the_larger_models_build_and_agree(
    size: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ids: dict[str, Any],
    paddle_run: Any,
    onnx_run: Any,
) -> None:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path))
    folder = build(f"ernie-3.0-{size}", head="seq_cls")
    (expected,) = paddle_run(folder, ids)
    (actual,) = onnx_run(folder / "model.onnx", ids)
    assert expected.shape == (3, 15)
    assert np.abs(actual - expected).max() / np.abs(expected).max() < 1e-5
