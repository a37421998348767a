"""What lints look at, and what they say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from parity.model.formats.onnx_graph import DTYPES, opened
from parity.model.lowered.store import Store
from parity.model.tensors import Array

Level = Literal["warning", "note"]

SMALL = 64
"""Elements of a constant that people wrote, rather than weights that were trained."""


@dataclass(frozen=True)
class Lint:
    """One thing to know.

    kind: its name. level: "warning" where a deployment of this file as it is may go wrong; "note"
    where it would after another step, such as lowering it. node: the node or tensor, "" for the
    file. message: what, with figures. way_out: what to do.
    """

    kind: str
    level: Level
    node: str
    message: str
    way_out: str


class About:
    """An ONNX file. onnxruntime: the version that is to read it, "1.17"; None for nobody knows."""

    def __init__(self, path: Path, *, onnxruntime: str | None = None) -> None:
        self.path = path
        self.onnxruntime = onnxruntime
        self.store = Store(path)
        self.model: Any = opened(path)[0]

    @property
    def nodes(self) -> tuple[Any, ...]:
        """Those that an output depends on, protos, inner ones too."""
        return self.store.nodes

    @cached_property
    def half(self) -> bool:
        """Whether a tensor in FP16 is stored or cast to."""
        return any(self.store.dtype(name) == "float16" for name in self.store.tensors)

    @cached_property
    def opset(self) -> int | None:
        """Of the default domain."""
        found = [o.version for o in self.model.opset_import if o.domain in ("", "ai.onnx")]
        return int(found[0]) if found else None

    def constant(self, name: str) -> Array | None:
        """The values of a small stored tensor of floats, past nodes that move no number."""
        source = self.store.source(name) if name else None
        if source is None or int(np.prod(self.store.shape(source), dtype=np.int64)) > SMALL:
            return None
        array = self.array(source)
        return array if array is not None and array.dtype.kind == "f" else None

    def array(self, name: str) -> Array | None:
        """The values of a stored tensor; None where they can't be read."""
        try:
            return self.store.array(name)
        except (ValueError, OSError):
            return None

    def small(self) -> Iterator[tuple[str, Array]]:
        """Small constants of floats, by name."""
        for name in self.store.tensors:
            array = self.constant(name)
            if array is not None and array.size:
                yield name, array

    def readers(self, name: str) -> list[Any]:
        """The nodes that read a tensor, past those that move no number."""
        found: list[Any] = []
        waiting = [name]
        while waiting:
            for node in self.store.read_by.get(waiting.pop(), []):
                if node.op_type in ("Identity", "Reshape", "Squeeze", "Unsqueeze", "Expand"):
                    waiting += [o for o in node.output if o]
                else:
                    found.append(node)
        return found

    def inputs(self) -> Mapping[str, str]:
        """Dtype by input that isn't stored."""
        graph = self.model.graph
        return {
            i.name: DTYPES.get(i.type.tensor_type.elem_type, ("?", 0))[0]
            for i in graph.input
            if i.name not in self.store.tensors
        }


def called(node: Any) -> str:
    """A node's name, or what it makes."""
    return str(node.name or next((o for o in node.output if o), node.op_type))


def attributes(node: Any) -> dict[str, Any]:
    """Attributes of a node that are numbers or texts."""
    from onnx import helper

    return {a.name: helper.get_attribute_value(a) for a in node.attribute if a.type not in (5, 10)}
