"""Seeded picture classifiers behave like trained ones, and a seed decides them."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parity.errors import ZooError
from parity.zoo import _state, build, catalog, provenance
from parity.zoo._pictures import BOUND, pictures
from parity.zoo.options import Options
from parity.zoo.recipe import read

with warnings.catch_warnings():
    # Paddle warns at its import of a compiler cache that nothing here needs.
    warnings.simplefilter("ignore")
    import paddle
    from paddle.vision import models

    from parity.zoo.builders import vision

SMALL = "mobilenet-v3-small"
slow = pytest.mark.slow
ALL = [SMALL, *(pytest.param(n, marks=slow) for n in ("mobilenet-v3-large", "resnet18"))]


def seen() -> Any:
    """Four photographs that no network was settled on."""
    return pictures(5, 12, 224)[::3]


@pytest.mark.parametrize("name", ALL)
def test_logits_spread_like_trained_ones_and_tell_pictures_apart(
    name: str, paddle_run: Any, onnx_run: Any
) -> None:
    folder, feed = build(name), {"image": seen()}
    (logits,) = paddle_run(folder, feed)
    assert logits.shape == (4, 1000)
    assert 1 < logits.std() < 8  # 1.2 to 5.0 over six draws
    assert logits.std(axis=0).mean() > 0.3
    (exported,) = onnx_run(folder / "model.onnx", feed)
    assert np.abs(exported - logits).max() / np.abs(logits).max() < 1e-5
    facts = provenance(folder)
    assert (facts["candidate"], facts["effective_opset"]) == ("exported", 13)


def settled(seed: int) -> Any:
    net = models.mobilenet_v3_small(num_classes=10)
    _state.assign(net, _state.invent(net, seed, vision.scale), f"seed {seed}")
    vision.settle(net, pictures(seed, 12, 96))
    return net


def test_a_seed_decides_every_weight() -> None:
    first, again, other = (dict(settled(seed).named_parameters()) for seed in (3, 3, 4))
    assert all(np.array_equal(first[n].numpy(), again[n].numpy()) for n in first)
    assert not any(np.array_equal(first[n].numpy(), other[n].numpy()) for n in first)


def test_every_activation_is_of_the_order_of_one() -> None:
    net = settled(3)
    spread: list[float] = []
    for layer in net.sublayers():
        if isinstance(layer, paddle.nn.BatchNorm2D):
            assert layer._momentum == 0.99  # as the network has it
            layer.register_forward_post_hook(lambda *rest: spread.append(float(rest[-1].std())))
    with paddle.no_grad():
        logits = net(paddle.to_tensor(pictures(3, 12, 96))).numpy()
    assert len(spread) > 30
    assert 0.5 < min(spread) < max(spread) < 2
    assert abs(logits.std(axis=0).mean() - vision.LOGITS) < 0.1
    assert logits.mean(axis=0).std() < 1


def test_a_users_weights_are_taken_as_they_are(tmp_path: Path) -> None:
    net = models.mobilenet_v3_small(num_classes=10)
    path = tmp_path / "mine.pdparams"
    paddle.save(net.state_dict(), str(path))
    recipe = tmp_path / "ten.toml"
    text = catalog.find(SMALL).path.read_text("utf-8")
    recipe.write_text(text + "classes = 10\nside = -1\n", "utf-8")
    vision.build(read(recipe), tmp_path, Options(weights=path))
    feed = paddle.to_tensor(pictures(0, 1, 64))
    net.eval()
    loaded = paddle.jit.load(str(tmp_path / "inference"))
    np.testing.assert_allclose(loaded(feed).numpy(), net(feed).numpy(), rtol=1e-4, atol=1e-12)


def test_an_unknown_network_is_an_error(tmp_path: Path) -> None:
    recipe = tmp_path / "odd.toml"
    text = catalog.find(SMALL).path.read_text("utf-8")
    recipe.write_text(text.replace("mobilenet_v3_small", "mobilnet"), "utf-8")
    with pytest.raises(ZooError, match=r'odd\.toml: paddle\.vision has no network "mobilnet"'):
        vision.build(read(recipe), tmp_path, Options(seed=0))


def test_pictures_are_bounded_and_the_seed_decides_them() -> None:
    some = pictures(1, 6, 32)
    assert some.shape == (6, 3, 32, 32)
    assert np.abs(some).max() <= BOUND
    assert np.array_equal(some, pictures(1, 6, 32))
    assert not np.array_equal(some, pictures(2, 6, 32))
    smooth, noise, plain = (np.abs(np.diff(some[i], axis=2)).mean() for i in range(3))
    assert plain < smooth < noise
