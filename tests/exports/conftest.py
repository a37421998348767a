"""A small Paddle model and a small encoder in ONNX, and a cache of the tests' own."""

from pathlib import Path

import pytest

from parity.model.artifact import Artifact
from tests.once import built, once

NET = """
import sys, paddle
class Net(paddle.nn.Layer):
    def __init__(self):
        super().__init__()
        paddle.seed(3)
        self.words = paddle.nn.Embedding(40, 16)
        self.up, self.down = paddle.nn.Linear(16, 32), paddle.nn.Linear(32, 3)
    def forward(self, ids):
        place = paddle.cumsum(paddle.ones_like(ids), axis=1)
        x = self.words(ids) + 0.01 * place.astype("float32").unsqueeze(-1)
        return self.down(paddle.nn.functional.gelu(self.up(x)))
net = paddle.jit.to_static(
    Net(), input_spec=[paddle.static.InputSpec([-1, -1], "int64", "input_ids")], full_graph=True
)
net.eval()
paddle.jit.save(net, sys.argv[1] + "/inference")
"""


def written(program: str, folder: Path) -> None:
    """Run a program that saves models into the folder."""
    script = folder / "net.py"  # to_static reads the source of the class from its file
    script.write_text(program, "utf-8")
    built(script, folder)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """An embedding, positions by cumsum (so opset 11 at least), two linear layers."""
    folder = once(tmp_path_factory, "small", lambda to: written(NET, to))
    return Artifact("pir", folder / "inference.json", folder / "inference.pdiparams")


NETS = """
import sys, paddle
from paddle.nn import functional as F
from paddle.static import InputSpec

def unregistered(x):
    return paddle.lgamma(x) * paddle.digamma(x)
def feature(x):
    return F.softplus(x, beta=2)
def doubles(x):
    return F.interpolate(x, scale_factor=2, mode="bicubic")
def unloadable(x):
    return F.elu(x.astype("float64"))

for net in (unregistered, feature, doubles, unloadable):
    spec = [InputSpec([None, 3, 8, 8], "float32", "x")]
    made = paddle.jit.to_static(net, input_spec=spec, full_graph=True)
    paddle.jit.save(made, f"{sys.argv[1]}/{net.__name__}/inference")
"""


@pytest.fixture(scope="session")
def nets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models that Paddle2ONNX 2.1 refuses, or makes something unloadable of."""
    return once(tmp_path_factory, "refused", lambda to: written(NETS, to))


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests that only look at what is derived."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def cache(shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARITY_CACHE", str(shared_cache))
    return shared_cache


@pytest.fixture
def fresh_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"
