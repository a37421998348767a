"""Operators, attributes and inputs that the opset of the file doesn't have yet.

ONNX Runtime runs some of them all the same; others refuse, or read them as they were before.
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from parity import temporary
from parity.lint.about import About, Lint, attributes, called
from parity.processes.run import run_module

KIND = "opset-low"
_LIMIT_S = 60.0


def look(about: About) -> Iterator[Lint]:
    """A lint for each kind of node that is above the file's opset."""
    if about.opset is None:
        return
    asked: dict[str, list[str]] = {}
    for node in about.nodes:
        if node.domain in ("", "ai.onnx"):
            names = sorted(attributes(node))
            key = json.dumps([node.op_type, names, len(node.input)])
            asked.setdefault(key, []).append(called(node))
    functions = {f.name for f in about.model.functions}
    for key, why in _answers([*asked], about.opset):
        nodes, op = asked.get(key, [""]), str(json.loads(key)[0])
        if op in functions:
            continue
        more = f" and {len(nodes) - 1} more" if len(nodes) > 1 else ""
        yield Lint(
            KIND, "warning", nodes[0],
            f"{op}{more}: opset {about.opset} {why}",
            "export at an opset that has it, or state the right one in opset_import",
        )  # fmt: skip


def _answers(asked: list[str], opset: int) -> Iterator[tuple[str, str]]:
    """Of each kind that isn't as the opset has it, why; asked in a process that holds onnx."""
    with temporary.folder(Path(tempfile.gettempdir())) as scratch:
        request, answer = scratch / "request.json", scratch / "answer.json"
        request.write_text(
            json.dumps({"opset": opset, "asked": [*map(json.loads, asked)], "answer": str(answer)})
        )
        ended = run_module(
            "parity.lint._schemas", [str(request)], timeout_s=_LIMIT_S, scratch=scratch
        )
        try:
            told = json.loads(answer.read_text("utf-8"))
        except (OSError, ValueError):
            told = None
    if not ended.well or told is None:
        yield '["its operators"]', f"can't be looked up: {ended.why(_LIMIT_S)}"
        return
    for key, why in zip(asked, told, strict=True):
        if why:
            yield key, why
