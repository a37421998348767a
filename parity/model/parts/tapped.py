"""A copy of a program with inner tensors as further outputs."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from parity.errors import ModelError
from parity.model.artifact import Artifact

_MARK = "parity_tap_"


def tapped(artifact: Artifact, names: Sequence[str], folder: Path) -> tuple[Artifact, list[str]]:
    """The copy, in ``folder``, and what its new outputs are called, in the order of the names.

    names: of tensors, as the graph calls them. The weights stay where they are. Raises ModelError
    for a name that the program doesn't have, and for weights beside an ONNX file.
    """
    program = folder / artifact.program.name
    if artifact.format == "onnx":
        return replace(artifact, program=_onnx(artifact, names, program)), list(names)
    if artifact.format == "pdmodel":
        return replace(artifact, program=_desc(artifact.program, names, program)), list(names)
    made = [f"{_MARK}{number}" for number in range(len(names))]
    return replace(artifact, program=_pir(artifact.program, names, made, program)), made


def _pir(path: Path, names: Sequence[str], made: Sequence[str], program: Path) -> Path:
    from parity.model.formats.pir_graph import load

    document = load(path)
    ops: list[dict[str, Any]] = document["program"]["regions"][0]["blocks"][0]["ops"]
    types = {value["%"]: value["TT"] for op in ops for value in _made(op)}
    fetches = [op for op in ops if op["#"].endswith(".fetch")]
    if not fetches:
        raise ModelError(f"{path}: a program without outputs")
    free = max(types, default=0) + 1
    for number, (name, new) in enumerate(zip(names, made, strict=True)):
        value = int(name[1:]) if name[:1] == "%" and name[1:].isdigit() else _input(ops, name)
        if value not in types:
            raise ModelError(f'{path}: no tensor "{name}"')
        fetch = json.loads(json.dumps(fetches[-1]))
        for attribute in fetch["A"]:
            if attribute["N"] == "name":
                attribute["AT"]["D"] = new
            elif attribute["N"] == "col":
                attribute["AT"]["D"] = len(fetches) + number
        fetch["I"] = [{"%": value}]
        fetch["O"] = [{"%": free + number, "TT": types[value]}]
        ops.append(fetch)
    program.write_text(json.dumps(document))
    return program


def _made(op: dict[str, Any]) -> list[dict[str, Any]]:
    made = op.get("O", [])
    return [made] if isinstance(made, dict) else list(made)


def _input(ops: Sequence[dict[str, Any]], name: str) -> int:
    for op in ops:
        if op["#"].endswith(".data") and any(a["AT"].get("D") == name for a in op.get("A", ())):
            return int(op["O"][0]["%"])
    return -1


def _desc(path: Path, names: Sequence[str], program: Path) -> Path:
    from parity.model.formats.pdmodel_graph import load

    described = load(path)
    block = described.blocks[0]
    fetches = [op for op in block.ops if op.type == "fetch"]
    known = {variable.name for variable in block.vars}
    for number, name in enumerate(names):
        if name not in known:
            raise ModelError(f'{path}: no tensor "{name}"')
        fetch = block.ops.add()
        fetch.CopyFrom(fetches[-1])
        fetch.inputs[0].arguments[:] = [name]
        for attribute in fetch.attrs:
            if attribute.name == "col":
                attribute.i = len(fetches) + number
    program.write_bytes(described.SerializeToString())
    return program


def _onnx(artifact: Artifact, names: Sequence[str], program: Path) -> Path:
    import onnx

    if artifact.external:
        raise ModelError(f"{artifact.program}: its weights lie beside it")
    model = onnx.load(str(artifact.program))
    there = {output.name for output in model.graph.output}
    known = {name for node in model.graph.node for name in node.output}
    known |= {value.name for value in model.graph.input}
    for name in names:
        if name not in known:
            raise ModelError(f'{artifact.program}: no tensor "{name}"')
        if name not in there:
            # Without a type: the runtime concludes it.
            model.graph.output.append(onnx.ValueInfoProto(name=name))
    onnx.save(model, str(program))
    return program
