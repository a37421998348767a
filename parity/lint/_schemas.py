"""The process that knows ONNX's operators: ``python -m parity.lint._schemas REQUEST.json``."""

import json
import sys
from pathlib import Path
from typing import Any


def main(request: Path) -> int:
    asked = json.loads(request.read_text("utf-8"))
    told = [why(op, names, count, asked["opset"]) for op, names, count in asked["asked"]]
    Path(asked["answer"]).write_text(json.dumps(told), "utf-8")
    return 0


def why(op: str, names: list[str], count: int, opset: int) -> str:
    """What an opset hasn't of a node; "" if it has all."""
    from onnx import defs

    first = _first(defs, op)
    if first is None:
        return "has no such operator, nor has any that this onnx knows"
    try:
        schema = defs.get_schema(op, opset, "")
    except defs.SchemaError:
        return f"has no such operator: it came with {first}"
    unknown = [name for name in names if name not in schema.attributes]
    if unknown:
        return f"knows no attribute {', '.join(unknown)} of it"
    if count > schema.max_input:
        return f"gives it {schema.max_input} inputs at most, and it has {count}"
    if schema.deprecated:
        return "has it no more"
    return ""


def _first(defs: Any, op: str) -> int | None:
    """The opset that an operator came with."""
    versions = [s.since_version for s in defs.get_all_schemas_with_history() if s.name == op
                and s.domain in ("", "ai.onnx")]  # fmt: skip
    return min(versions) if versions else None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
