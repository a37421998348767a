"""The opset that was asked for, and the one that was emitted."""

from parity.model.artifact import Artifact

REQUESTED = "parity.requested_opset"
"""Key under which parity's own exports note the requested opset in the model's metadata."""


def opsets(model: Artifact) -> tuple[int | None, int | None]:
    """(requested, effective) opset of the default domain; None where it isn't known."""
    if model.format != "onnx":
        return None, None
    from parity.model.formats.onnx_graph import opened

    proto, _ = opened(model.program)
    effective = [o.version for o in proto.opset_import if o.domain in ("", "ai.onnx")]
    noted = [p.value for p in proto.metadata_props if p.key == REQUESTED]
    requested = int(noted[0]) if noted and noted[0].isdigit() else None
    return requested, effective[0] if effective else None
