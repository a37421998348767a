"""Width pruning: what is kept, by importance, and that a user's own pruned weights load."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from parity.errors import ZooError
from parity.model.hashes import sha256
from parity.zoo import build, catalog
from parity.zoo.builders import _prune
from parity.zoo.shapes import Ernie
from tests.zoo.conftest import Run

SMALL = Ernie(layers=1, hidden_size=8, heads=4, ffn_size=3, kept_heads=2, whole_ffn_size=5)
LAYER = "ernie.encoder.layers.0."


def state() -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    rng = np.random.default_rng(0)
    shapes = {
        **{f"self_attn.{n}_proj.weight": (8, 8) for n in ("q", "k", "v", "out")},
        **{f"self_attn.{n}_proj.bias": (8,) for n in ("q", "k", "v", "out")},
        "linear1.weight": (8, 5), "linear1.bias": (5,), "linear2.weight": (5, 8),
    }  # fmt: skip
    return {f"{LAYER}{n}": rng.normal(size=s).astype(np.float32) for n, s in shapes.items()}


def test_the_least_important_go_and_the_rest_stays_in_order() -> None:
    given = state()
    value, out = f"{LAYER}self_attn.v_proj.weight", f"{LAYER}self_attn.out_proj.weight"
    given[value][:, 0:2] *= 0.01  # head 0 carries next to nothing
    given[out][4:6] *= 0.01  # and of head 2 nothing is made
    given[f"{LAYER}linear1.weight"][:, 1] = 0
    given[f"{LAYER}linear2.weight"][3] = 0
    made = _prune.pruned(given, SMALL)
    kept = [2, 3, 6, 7]
    np.testing.assert_array_equal(made[value], given[value][:, kept])
    np.testing.assert_array_equal(made[out], given[out][kept])
    np.testing.assert_array_equal(
        made[f"{LAYER}self_attn.q_proj.bias"], given[f"{LAYER}self_attn.q_proj.bias"][kept]
    )
    np.testing.assert_array_equal(
        made[f"{LAYER}linear2.weight"], given[f"{LAYER}linear2.weight"][[0, 2, 4]]
    )
    assert made[f"{LAYER}self_attn.out_proj.bias"].shape == (8,)
    assert _prune.is_whole(given, SMALL)
    assert not _prune.is_whole(made, SMALL)


def test_the_whole_network_of_a_pruned_one() -> None:
    assert SMALL.whole == Ernie(layers=1, hidden_size=8, heads=4, ffn_size=5)


PRUNED = """
summary = "s"
licence = "l"
builder = "ernie"
[config]
layers = 1
hidden_size = 16
heads = 2
kept_heads = 1
ffn_size = 24
whole_ffn_size = 32
vocab_size = 40
max_positions = 32
[heads]
default = "token_cls"
token_cls = ["O", "B-X", "I-X"]
"""


@pytest.mark.slow
def test_weights_that_were_pruned_load_and_whole_ones_are_pruned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: dict[str, Any], paddle_run: Run,
    onnx_run: Run,
) -> None:  # fmt: skip
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "narrow.toml").write_text(PRUNED, "utf-8")
    monkeypatch.setattr(catalog, "FOLDER", tmp_path / "recipes")
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))
    shape = catalog.find("narrow").shape(Ernie)
    vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n"
    folders = []
    for name, given in (("whole", state), ("narrow", _prune.pruned(state, shape))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "vocab.txt").write_text(vocabulary, "utf-8")
        save_file(given, tmp_path / name / "model.safetensors")
        folders.append(build("narrow", weights=tmp_path / name / "model.safetensors"))
    one, other = (sha256(folder / "inference.pdiparams") for folder in folders)
    assert one == other
    ids = np.array([[5, 7, 9, 11], [6, 8, 0, 0]])
    feed = {"input_ids": ids, "token_type_ids": np.zeros_like(ids)}
    expected, actual = paddle_run(folders[1], feed), onnx_run(folders[1] / "model.onnx", feed)
    np.testing.assert_allclose(actual[0], expected[0], atol=1e-5)
    odd = _prune.pruned(state, shape)
    odd[f"{LAYER}linear1.bias"] = odd[f"{LAYER}linear1.bias"][:-1]
    save_file(odd, tmp_path / "narrow" / "odd.safetensors")
    with pytest.raises(ZooError, match="of another shape"):
        build("narrow", weights=tmp_path / "narrow" / "odd.safetensors")
