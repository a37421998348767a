"""What PyTorch is told of the ONNX file that was made of a trained model."""

from parity.model.artifact import Artifact
from parity.model.formats.read import graph_of


def names_of(exported: Artifact) -> dict[str, str]:
    """Options of the engine: by which names an ONNX file takes and gives. Raises ModelError."""
    graph = graph_of(exported.program)
    return {
        "inputs": ",".join(spec.name for spec in graph.inputs),
        "outputs": ",".join(spec.name for spec in graph.outputs),
    }
