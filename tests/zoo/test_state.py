"""Weights are read, invented and fitted; what doesn't fit is listed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from parity.errors import ZooError
from parity.zoo import _state
from parity.zoo.builders import ernie
from parity.zoo.options import Options
from parity.zoo.recipe import Recipe
from parity.zoo.shapes import Ernie

SMALL = Ernie(1, 16, 2, 32, vocab_size=40, max_positions=32)  # of the fixtures

State = dict[str, Any]


def test_the_same_seed_gives_the_same_weights(small_net: Any, state: State) -> None:
    again, other = (
        _state.invent(small_net, seed, ernie.scale(SMALL, "token_cls")) for seed in (5, 6)
    )
    assert all(np.array_equal(again[name], value) for name, value in state.items())
    assert not any(np.array_equal(other[name], value) for name, value in state.items())


def test_names_are_those_of_paddlenlp(state: State) -> None:
    assert state.keys() >= {
        "ernie.embeddings.word_embeddings.weight",
        "ernie.embeddings.task_type_embeddings.weight",
        "ernie.embeddings.layer_norm.bias",
        "ernie.encoder.layers.0.self_attn.q_proj.weight",
        "ernie.encoder.layers.0.linear2.bias",
        "ernie.encoder.layers.0.norm1.weight",
        "ernie.pooler.dense.weight",
        "classifier.weight",
    }


def test_fitting_weights_are_assigned(small_net: Any, state: State) -> None:
    narrow = {name: value.astype(np.float16) for name, value in state.items()}
    _state.assign(small_net, narrow, "here")
    bias = small_net.classifier.bias.numpy()
    np.testing.assert_array_equal(bias, narrow["classifier.bias"].astype(np.float32))


SPOILED: dict[str, tuple[Callable[[State], object], str]] = {
    "missing": (lambda s: s.pop("classifier.bias"), r"1 missing: classifier\.bias"),
    "unexpected": (lambda s: s.update(extra=s["classifier.bias"]), "1 unexpected: extra"),
    "another shape": (
        lambda s: s.update({"ernie.pooler.dense.bias": np.zeros(15, np.float32)}),
        r"ernie\.pooler\.dense\.bias \(15,\), expected \(16,\)",
    ),
    "integers": (
        lambda s: s.update({"classifier.bias": np.zeros(3, np.int32)}),
        r"not finite floats: classifier\.bias",
    ),
    "not a number": (
        lambda s: s.update({"classifier.bias": np.full(3, np.nan, np.float32)}),
        r"not finite floats: classifier\.bias",
    ),
    "many": (lambda s: s.clear(), "26 missing: .* and 20 more"),
}


@pytest.mark.parametrize("kind", SPOILED)
def test_weights_that_do_not_fit_are_listed(small_net: Any, state: State, kind: str) -> None:
    spoil, said = SPOILED[kind]
    spoiled = dict(state)
    spoil(spoiled)
    with pytest.raises(ZooError, match=rf"^here: weights don't fit: .*{said}"):
        _state.assign(small_net, spoiled, "here")


def test_a_backbone_without_a_head_is_explained(tmp_path: Path, state: State) -> None:
    path = tmp_path / "model.safetensors"
    save_file({n.removeprefix("ernie."): v for n, v in state.items()}, path)
    config = {"layers": 1, "hidden_size": 16, "heads": 2, "ffn_size": 32}
    recipe = Recipe("small", "", "", "ernie", tmp_path, config=config, heads={"seq_cls": ()})
    with pytest.raises(ZooError, match=r'lack the prefix "ernie\."'):
        ernie.build(recipe, tmp_path, Options(head="seq_cls", weights=path))


@pytest.mark.parametrize("suffix", [".safetensors", ".pdparams"])
def test_weights_are_read_or_refused_if_truncated(
    tmp_path: Path, state: State, suffix: str
) -> None:
    import paddle

    path = tmp_path / f"short{suffix}"
    if suffix == ".safetensors":
        save_file(state, path)
    else:
        paddle.save({n: paddle.to_tensor(v) for n, v in state.items()}, str(path))
    whole = _state.read(path)
    assert all(np.array_equal(whole[name], value) for name, value in state.items())
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ZooError, match=rf"short{suffix}: can't be read as {suffix}"):
        _state.read(path)


def test_other_formats_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    with pytest.raises(ZooError, match=r"weights are \.pdparams or \.safetensors, not \.bin"):
        _state.read(path)
    empty = tmp_path / "empty.safetensors"
    save_file({}, empty)
    with pytest.raises(ZooError, match="holds no parameters"):
        _state.read(empty)
