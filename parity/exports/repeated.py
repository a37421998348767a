"""An export that comes out the same twice.

Paddle2ONNX reads some attributes from memory that nobody wrote to, so that each export has others.
It is asked twice, in two fresh processes side by side, and what differs is refused.
"""

import json
from contextlib import ExitStack
from pathlib import Path

from parity import temporary
from parity.errors import ExportError
from parity.exports import Export, paddle2onnx
from parity.exports._by import USUAL, By, exporter
from parity.exports._moved import moved
from parity.model.artifact import Artifact
from parity.processes.run import Running

_BESIDE_BYTES = 512 * 2**20
"""Parameters above this are exported by one process after the other: each takes some five times
their size."""


def export(
    model: Artifact, target: Path, *, opset: int, timeout_s: float = paddle2onnx.TIMEOUT_S,
    by: By | None = None,
) -> Export:  # fmt: skip
    """Export as ``paddle2onnx.export`` does, twice; ``seconds`` are the first one's.

    Raises what that raises, and ExportError, naming the node and what moved, if the two aren't the
    same by content; ``target`` is then as it was before.
    """
    by = by or By()
    once = exporter(by).export
    target.parent.mkdir(parents=True, exist_ok=True)
    with temporary.folder(target.parent) as scratch, ExitStack() as stack:
        one, other = scratch / "one.onnx", scratch / "other.onnx"
        size = model.parameters.stat().st_size if model.parameters else 0
        second = None
        ours = by.name == USUAL
        if (
            ours
            and model.format != "onnx"
            and 1 <= opset <= paddle2onnx.LAST
            and size <= _BESIDE_BYTES
        ):
            paddle2onnx.check_options(by)
            second = stack.enter_context(_begun(model, other, scratch, opset, timeout_s, by))
        made: Export = once(model, one, opset=opset, timeout_s=timeout_s, by=by)
        # One that died may have had too little memory beside the first.
        if second is None or not second.ended().well or not other.is_file():
            once(model, other, opset=opset, timeout_s=timeout_s, by=by)
        different = moved(one, other)
        if different:
            raise ExportError(
                f"{model.program}: {_CALLED.get(by.name, by.name)} at opset {opset} is not "
                f"repeatable: two exports differ, {different}. Such values come from memory that "
                "nobody wrote to, so "
                "neither export can be trusted; change what the network makes of it, or take one "
                "as it is with `parity export --once`"
            )
        one.replace(target)
    return Export(target, opset, made.effective_opset, made.seconds, made.log)


_CALLED = {USUAL: "Paddle2ONNX"}


def _begun(
    model: Artifact, target: Path, scratch: Path, opset: int, timeout_s: float, by: By
) -> Running:
    """A second process; what it says of itself is of no interest unless the first says it, too."""
    own = scratch / "second"
    own.mkdir()
    asked = paddle2onnx.request(model, own, target, opset, by)
    (own / "request.json").write_text(json.dumps(asked), "utf-8")
    arguments = [str(own / "request.json")]
    return Running(
        "parity.exports._child", arguments, timeout_s=timeout_s, scratch=own,
        interpreter=by.interpreter,
    )  # fmt: skip
