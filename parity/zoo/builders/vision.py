"""A picture classifier of paddle.vision: weights invented and settled on pictures, or a user's."""

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import paddle
from numpy.typing import NDArray
from paddle.vision import models

from parity.errors import ZooError
from parity.zoo import _state
from parity.zoo._pictures import pictures
from parity.zoo._save import save
from parity.zoo.options import Options
from parity.zoo.recipe import Recipe
from parity.zoo.shapes import Vision

SETTLED_ON = (48, 224)  # pictures, and their side; with 24, noise still gets logits of 30
LOGITS = 3.0  # deviation over these pictures; that of ImageNet classifiers is 1 to 5
BITS = 14  # of a settled number: the further ones depend on the order in which a CPU sums


def build(recipe: Recipe, into: Path, options: Options) -> None:
    """See parity.zoo.builders. Raises ZooError for weights that don't fit."""
    shape = recipe.shape(Vision)
    make = getattr(models, shape.network, None)
    if make is None:
        raise ZooError(f'{recipe.path}: paddle.vision has no network "{shape.network}"')
    net = make(num_classes=shape.classes)
    if options.weights is not None:
        _state.assign(net, _state.read(options.weights), options.weights)
    else:
        seed = options.seed or 0
        _state.assign(net, _state.invent(net, seed, scale), recipe.name)
        settle(net, pictures(seed, *SETTLED_ON))
    save(net, into, {"image": (-1, 3, shape.side, shape.side)}, dtype="float32")


def scale(name: str, dims: tuple[int, ...]) -> tuple[float, float]:
    """Kaiming's for maps; what BatchNorm learns spreads about as much as in trained networks."""
    if name.endswith(("_mean", "_variance")):
        return float(name.endswith("_variance")), 0.0  # measured later
    if len(dims) == 1:
        return float(name.endswith("weight")), 0.2
    gate = 3.0 if name.endswith("_se.fc2.weight") else 1.0  # else all gates stay near a half
    fan_in = math.prod(dims[1:]) if len(dims) == 4 else dims[0]
    return 0.0, gate * math.sqrt(2 / fan_in)


def settle(net: Any, batch: NDArray[np.float32]) -> None:
    """Set what training would have set from the data, so that no activation dies or grows.

    The statistics of every BatchNorm become those of its own inputs. The last
    linear map is centred and scaled, so that logits spread by LOGITS over the
    pictures: through seeded weights all pictures would get about the same.

    batch: float32 (pictures, 3, height, width).
    """
    norms = [layer for layer in net.sublayers() if isinstance(layer, paddle.nn.BatchNorm2D)]
    last = [layer for layer in net.sublayers() if isinstance(layer, paddle.nn.Linear)][-1]
    momenta = [norm._momentum for norm in norms]
    seen: list[NDArray[np.float32]] = []
    hook = last.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].numpy()))
    net.eval()  # no Dropout
    for norm in norms:
        norm.train()
        norm._momentum = 0.0  # the statistics of the next pass, alone
    with paddle.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it keeps statistics, which is what is wanted
        net(paddle.to_tensor(batch))
    hook.remove()
    net.eval()
    for norm, momentum in zip(norms, momenta, strict=True):
        norm._momentum = momentum
        for value in (norm._mean, norm._variance):
            value.set_value(_rounded(value.numpy()))
    (features,) = seen
    drawn = last.weight.numpy()
    weight = drawn * _rounded(LOGITS / (features @ drawn).std(axis=0).mean())
    last.weight.set_value(weight)
    last.bias.set_value(_rounded(last.bias.numpy() - features.mean(axis=0) @ weight))


def _rounded(value: Any) -> NDArray[np.float32]:
    """To BITS binary digits each, however the machine that measured them sums."""
    fraction, exponent = np.frexp(value)
    return np.asarray(np.ldexp(np.rint(fraction * 2**BITS), exponent - BITS), np.float32)
