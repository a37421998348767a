"""The check of the Paddle2ONNX development guide, section 2.6, over many feeds.

    python guide.py NAME FOLDER FEEDS

Prints the seconds that its loop took; imports and loading are left out.
"""

import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort
import paddle

from parity import zoo
from parity.zoo import _state
from parity.zoo.builders import ernie
from parity.zoo.nets.ernie import HEADS
from parity.zoo.shapes import Ernie

name, folder, scratch = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
recipe = zoo.find(name)
shape = recipe.shape(Ernie)
head, labels = next(iter(recipe.heads.items()))
model = HEADS[head](shape, len(labels) or 2)
_state.assign(model, _state.invent(model, 0, ernie.scale(shape, head)), name)
model.eval()
session = ort.InferenceSession(str(folder / "model.onnx"))

feeds = [dict(np.load(path)) for path in sorted(scratch.glob("*.npz"))]
begun = time.perf_counter()
for feed in feeds:
    with paddle.no_grad():
        expected = model(*(paddle.to_tensor(feed[n]) for n in ("input_ids", "token_type_ids")))
    actual = session.run(None, feed)
    difference = np.fabs(actual[0] - expected.numpy()).max()
    if difference >= 1e-5:
        relative = difference / np.fabs(expected.numpy()).max()
        if relative >= 1e-5:
            raise SystemExit(f"the two differ by {difference}: not the same model")
print(time.perf_counter() - begun)
