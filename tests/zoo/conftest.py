"""Built models and the two runtimes, for the tests of the zoo."""

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parity.zoo import build
from parity.zoo.shapes import Ernie

with warnings.catch_warnings():
    # Paddle warns at its import of a compiler cache that nothing here needs.
    warnings.simplefilter("ignore")
    from paddle import inference

Run = Callable[[Path, Mapping[str, Any]], list[Any]]


@pytest.fixture(scope="session")
def nano() -> Path:
    """ernie-3.0-nano with its default head, from the user's cache if it is there."""
    return build("ernie-3.0-nano")


@pytest.fixture(scope="session")
def lac() -> Path:
    return build("lac")


@pytest.fixture(scope="session")
def paddle_run() -> Run:
    """Outputs of the Paddle model in a folder, by position."""

    def run(folder: Path, feed: Mapping[str, Any]) -> list[Any]:
        found = [folder / f"inference{end}" for end in (".json", ".pdmodel")]
        program = next(path for path in found if path.exists())
        config = inference.Config(str(program), str(folder / "inference.pdiparams"))
        config.disable_gpu()
        config.disable_mkldnn()
        predictor = inference.create_predictor(config)
        for name in predictor.get_input_names():
            predictor.get_input_handle(name).copy_from_cpu(feed[name])
        predictor.run()
        return [predictor.get_output_handle(n).copy_to_cpu() for n in predictor.get_output_names()]

    return run


@pytest.fixture(scope="session")
def onnx_run() -> Run:
    """Outputs of an ONNX file, by position."""

    def run(file: Path, feed: Mapping[str, Any]) -> list[Any]:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            str(file), options, providers=["CPUExecutionProvider"]
        )
        return list(session.run(None, dict(feed)))

    return run


@pytest.fixture
def ids() -> dict[str, Any]:
    """Three rows of 24 Chinese tokens, one padded from the tenth on."""
    rng = np.random.default_rng(0)
    tokens = rng.integers(672, 7992, (3, 24))
    tokens[:, 0] = 101
    tokens[1, 10:] = 0
    return {"input_ids": tokens, "token_type_ids": np.zeros_like(tokens)}


SMALL = Ernie(1, 16, 2, 32, vocab_size=40, max_positions=32)


@pytest.fixture(scope="session")
def small_net() -> Any:
    """A one-layer ERNIE with a token classifier of three classes."""
    from parity.zoo.nets.ernie import TokenClassifier

    return TokenClassifier(SMALL, 3)


@pytest.fixture(scope="session")
def state(small_net: Any) -> dict[str, Any]:
    """Fitting weights of the small network, by PaddleNLP's names."""
    from parity.zoo import _state
    from parity.zoo.builders.ernie import scale

    return dict(_state.invent(small_net, 5, scale(SMALL, "token_cls")))
