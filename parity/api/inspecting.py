"""What parity reads from a model's files."""

from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from parity.api.options import AnyPath
from parity.api.typed import typed
from parity.model.artifact import Artifact, others
from parity.model.graph import Graph
from parity.model.spec import Signature, TensorSpec
from parity.shown import html_lines, shown
from parity.target import model

SCHEMA = 1
"""Of the JSON; raised when a key changes its meaning or goes."""


@dataclass(frozen=True)
class Inspected:
    """A model as its files show it.

    artifact: its files. graph: its ops, read without an engine. signature: what it takes and gives,
    with why. beside: the models that the same name stands for, and that aren't shown.
    """

    artifact: Artifact
    graph: Graph
    signature: Signature
    beside: tuple[Path, ...] = ()

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """What it takes; ``str`` of `notation` is what ``inputs`` of a check takes."""
        return tuple(self.signature.inputs)

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        """What it gives."""
        return tuple(self.signature.outputs)

    @property
    def notation(self) -> tuple[str, ...]:
        """Each input as ``inputs`` of a check takes it: "x: float32[n,3,32k,32k] in [-1,1]"."""
        from parity.model.notation.printed import printed

        return tuple(map(printed, self.signature.inputs))

    @property
    def facts(self) -> dict[str, str]:
        """Opset, producer and the like."""
        return {key: value for key, value in self.graph.facts.items() if value}

    @property
    def stored(self) -> list[int]:
        """The number of elements of each stored tensor; an ONNX file stores its constants too."""
        made = self.graph.producers
        constants = [v.size for name, v in self.graph.constants.items() if name not in made]
        return [prod(p.shape) for p in self.graph.parameters.values()] + constants

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of ``parity inspect --json``."""
        from parity.model.describe import fields
        from parity.report.document import head

        hashes, stored = self.artifact.sha256, self.stored
        return {
            **head(SCHEMA),
            "format": self.artifact.format,
            "facts": self.facts,
            "parameters": {"tensors": len(stored), "elements": sum(stored)},
            "nodes": len(self.graph.nodes),
            "files": [
                {"path": str(file), "bytes": file.stat().st_size, "sha256": hashes[file.name]}
                for file in self.artifact.files
            ],
            "inputs": [
                {**fields(spec), "notation": text}
                for spec, text in zip(self.signature.inputs, self.notation, strict=True)
            ],
            "outputs": [fields(spec) for spec in self.signature.outputs],
            "unread": list(self.signature.unread),
            "evidence": list(self.signature.evidence),
            "beside": [str(path) for path in self.beside],
        }

    def to_json(self) -> str:
        """What ``parity inspect --json`` writes."""
        from parity.report.document import dumps

        return dumps(self.to_dict())

    def __repr__(self) -> str:
        return f"<parity.Inspected {shown(self.artifact.program)}: {', '.join(self.notation)}>"

    def _repr_html_(self) -> str:
        return html_lines(str(self))

    def __str__(self) -> str:
        lines = [f"{self.artifact.program} ({self.artifact.format}, {len(self.graph.nodes)} ops)"]
        return "\n".join([*lines, *(f"  input {text}" for text in self.notation)])


@typed
def inspect(name: AnyPath) -> Inspected:
    """What a model takes and gives, and why parity thinks so. No engine is started.

    name: a file, prefix or folder, or zoo:NAME; of a Paddle model and its export the Paddle model
        is meant. Raises ModelError for what isn't there or can't be read.
    """
    from parity.model.domains import signature
    from parity.model.formats.read import graph_of

    named = model(name)
    artifact = named.either("paddle")
    graph = graph_of(artifact.program)
    return Inspected(artifact, graph, signature(artifact), others(named.place, artifact))
