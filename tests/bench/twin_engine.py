"""An engine whose optimiser is broken on purpose: unless told not to, it runs another file."""

from pathlib import Path

from parity.engines import Engine, Options, ort
from parity.model.artifact import Artifact, resolve

OPTIONS = {**ort.OPTIONS, "twin": "the file that optimising makes of the model"}

FORMATS = ("onnx",)

PLAIN = {"optimization": "disable"}


def open(model: Artifact, options: Options) -> Engine:  # noqa: A001  the contract's name
    """Load the model, or its twin."""
    plain = options.get("optimization") == "disable"
    chosen = model if plain else resolve(Path(str(options["twin"])))
    given = {name: value for name, value in options.items() if name != "twin"}
    return ort.open(chosen, {**given, **PLAIN})
