"""What was trained in PyTorch: a Hugging Face folder, or a TorchScript or torch.export file."""

from pathlib import Path

from parity.model.artifact import Artifact
from parity.model.formats.read import graph_of

_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


def is_trained(path: Path) -> bool:
    """Whether a path is one. A folder with a model of Paddle or ONNX alone is none."""
    if path.is_dir():
        return (path / "config.json").is_file() and any((path / w).is_file() for w in _WEIGHTS)
    return path.is_file() and path.suffix in (".pt", ".pt2")


def names_of(exported: Artifact) -> dict[str, str]:
    """Options of the engine: by which names an ONNX file takes and gives. Raises ModelError."""
    graph = graph_of(exported.program)
    return {
        "inputs": ",".join(spec.name for spec in graph.inputs),
        "outputs": ",".join(spec.name for spec in graph.outputs),
    }
