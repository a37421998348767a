"""The extents of the tensors of a reference, as its file declares them."""

from parity.model.artifact import Artifact
from parity.model.formats import pdmodel_graph, pir_graph
from parity.model.formats.program_desc import DENSE_TENSOR

Extents = tuple[int, ...]


def shapes(artifact: Artifact) -> dict[str, Extents]:
    """By tensor name, as the graph names tensors; -1 for an open axis. Only what is declared."""
    if artifact.format == "pdmodel":
        variables = pdmodel_graph.load(artifact.program).blocks[0].vars
        return {
            v.name: tuple(v.type.dense_tensor.tensor.dims)
            for v in variables
            if v.type.type == DENSE_TENSOR
        }
    if artifact.format != "pir":
        return {}
    found: dict[str, Extents] = {}
    for op in pir_graph.load(artifact.program)["program"]["regions"][0]["blocks"][0]["ops"]:
        made = op.get("O", ())
        named = [a["AT"]["D"] for a in op.get("A", ()) if isinstance(a, dict) and a["N"] == "name"]
        for value in made if isinstance(made, list) else ():
            if value["TT"]["#"] == "0.t_dtensor":
                name = named[0] if op["#"].endswith(".data") and named else f"%{value['%']}"
                found[name] = tuple(int(axis) for axis in value["TT"]["D"][1])
    return found
