"""Read Paddle 3's program (``.json``) without paddle.

The file is JSON: ``base_code.magic`` is "pir"; the ops of the first block name
their dialect by a number ("1.embedding"), "p" declares a parameter, a value is
``{"%": id}`` and its type ``TT``, an attribute ``{"N": name, "AT": {"D": value}}``.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from parity.errors import ModelError
from parity.model.formats import ops
from parity.model.graph import CONSTANT_ELEMENTS, Attribute, Graph, Node, Parameter
from parity.model.spec import TensorSpec
from parity.model.tensors import Array

_DTYPES = {
    "t_bool": "bool",
    "t_i8": "int8",
    "t_ui8": "uint8",
    "t_i16": "int16",
    "t_i32": "int32",
    "t_i64": "int64",
    "t_f16": "float16",
    "t_bf16": "bfloat16",
    "t_f32": "float32",
    "t_f64": "float64",
    "t_c64": "complex64",
    "t_c128": "complex128",
}


def read(path: Path) -> Graph:
    """The graph of a Paddle 3 program. Raises ModelError for anything else."""
    document = load(path)
    try:
        blocks = document["program"]["regions"][0]["blocks"]
        reader = _Reader()
        for op in blocks[0]["ops"]:
            reader.add(op)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{path}: not a readable Paddle program ({type(error).__name__}: {error}); "
            "save it again with paddle.jit.save"
        ) from error
    version = document["base_code"].get("version", "?")
    return reader.graph({"program version": str(version)})


def load(path: Path) -> dict[str, Any]:
    """The JSON document of a program. Raises ModelError if it is not PIR."""
    try:
        document = json.loads(path.read_bytes())
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ModelError(
            f"{path}: not valid JSON ({error}); truncated or damaged? copy or save it again"
        ) from error
    code = document.get("base_code") if isinstance(document, dict) else None
    if not isinstance(code, dict) or code.get("magic") != "pir":
        raise ModelError(
            f'{path}: JSON, but not a Paddle program (no base_code.magic "pir"); '
            "give the .json that paddle.jit.save wrote"
        )
    return dict(document)


def result_types(path: Path) -> list[list[tuple[str, tuple[int, ...]]]]:
    """Dtype and shape of each result of each op, open axes -1, as the nodes of the graph stand.

    Raises ModelError.
    """
    ops_ = load(path)["program"]["regions"][0]["blocks"][0]["ops"]
    kept = [op for op in ops_ if op["#"] != "p" and op["#"].split(".", 1)[-1] != "data"]
    return [[_type(value) for value in op.get("O", ())] for op in kept]


@dataclass
class _Reader:
    nodes: list[Node] = field(default_factory=list)
    inputs: list[TensorSpec] = field(default_factory=list)
    outputs: list[TensorSpec] = field(default_factory=list)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    constants: dict[str, Array] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=lambda: {0: ""})
    inner: list[Node] = field(default_factory=list)

    def graph(self, facts: dict[str, str]) -> Graph:
        facts["parameters not saved"] = " ".join(sorted(self.absent))
        return Graph(
            tuple(self.nodes),
            tuple(self.inputs),
            tuple(self.outputs),
            self.parameters,
            self.constants,
            facts,
            tuple(self.inner),
        )

    def add(self, op: dict[str, Any]) -> None:
        if op["#"] == "p":
            self._parameter(op)
            return
        kind = op["#"].split(".", 1)[-1]
        attributes = {a["N"]: _attribute(a["AT"]) for a in op.get("A", ())}
        inputs = [self.names[value["%"]] for value in op.get("I", ())]
        for inner in _inner_values(op.get("regions", ())):
            # What a branch or loop body reads from outside keeps its producer alive.
            inputs += [self.names[inner]] if inner in self.names else []
        if kind == "data":
            self._data(op, str(attributes["name"]))
        elif kind == "fetch":
            dtype, shape = _type(op["O"][0])
            name = str(attributes["name"])
            self.outputs.append(TensorSpec(name, dtype, shape))
            self.nodes.append(Node("identity", "pd_op.fetch", (inputs[0],), (name,)))
        else:
            self.nodes.append(self._node(op, kind, inputs, attributes))
            self._inside(op)

    def _inside(self, op: dict[str, Any]) -> None:
        """The ops of its branches and bodies; they name the values around them as those are."""
        for region in op.get("regions", ()):
            for block in region["blocks"]:
                for inner in block["ops"]:
                    attributes = {a["N"]: _attribute(a["AT"]) for a in inner.get("A", ())}
                    inputs = [self.names.get(value["%"], "") for value in inner.get("I", ())]
                    kind = inner["#"].split(".", 1)[-1]
                    self.inner.append(self._node(inner, kind, inputs, attributes))
                    self._inside(inner)

    def _parameter(self, op: dict[str, Any]) -> None:
        name, value = op["A"][3], op["O"]
        dtype, shape = _type(value)
        self.names[value["%"]] = name
        self.parameters[name] = Parameter(shape, dtype)
        if op.get("OA", [1])[0] == 0:
            self.absent.add(name)

    def _data(self, op: dict[str, Any], name: str) -> None:
        dtype, shape = _type(op["O"][0])
        self.names[op["O"][0]["%"]] = name
        self.inputs.append(TensorSpec(name, dtype, shape))

    def _node(
        self, op: dict[str, Any], kind: str, inputs: list[str], attributes: dict[str, Attribute]
    ) -> Node:
        made = [value["%"] for value in op.get("O", ())]
        outputs = [self.names.setdefault(number, f"%{number}") for number in made]
        canonical = ops.paddle(kind)
        if canonical == "full" and not inputs and _constant(attributes) is not None:
            self.constants[outputs[0]] = _array(attributes, _type(op["O"][0])[0])
        if kind in ("embedding", "c_embedding"):
            inputs[:2] = [inputs[1], inputs[0]]
            attributes["padding_idx"] = _padding(attributes.get("padding_idx"))
        elif canonical == "gather":
            attributes["axis"] = self._scalar(inputs, 2) or 0
        elif canonical == "rnn":
            inputs = [inputs[0], inputs[3] if len(inputs) > 3 else "", *inputs[1:3]]
        elif canonical == "scale":
            attributes["scale"] = self._scalar(inputs, 1)
            inputs = inputs[:1] if attributes["scale"] is not None else inputs
        elif canonical == "full_like":
            at = 0 if kind == "full_with_tensor" else 1
            attributes["value"] = self._scalar(inputs, at)
            inputs = inputs[1 - at : 2 - at]
        return Node(canonical, f"pd_op.{kind}", tuple(inputs), tuple(outputs), attributes)

    def _scalar(self, inputs: list[str], index: int) -> float | None:
        value = self.constants.get(inputs[index]) if len(inputs) > index else None
        return float(value.reshape(-1)[0]) if value is not None and value.size == 1 else None


def _type(value: dict[str, Any]) -> tuple[str, tuple[int, ...]]:
    kind = value["TT"]
    if kind["#"] != "0.t_dtensor":
        return kind["#"], ()
    element, shape = kind["D"][0]["#"].split(".", 1)[-1], kind["D"][1]
    return _DTYPES.get(element, element), tuple(int(axis) for axis in shape)


def _attribute(attribute: dict[str, Any]) -> Attribute:
    value = attribute.get("D")
    if isinstance(value, list):
        items = [item.get("D") if isinstance(item, dict) else item for item in value]
        texts = tuple(item for item in items if isinstance(item, str))
        numbers = tuple(item for item in items if isinstance(item, (int, float)))
        return next((kept for kept in (texts, numbers) if len(kept) == len(items)), None)
    return value if isinstance(value, (bool, int, float, str)) else None


def _constant(attributes: dict[str, Attribute]) -> tuple[int, ...] | None:
    """The shape of a small constant; None if it is large or its shape is not fixed."""
    shape, value = attributes.get("shape"), attributes.get("value", attributes.get("values"))
    if isinstance(value, tuple):
        shape = shape if isinstance(shape, tuple) else (len(value),)
    if value is None or not isinstance(shape, tuple):
        return None
    dims = tuple(int(axis) for axis in shape)
    small = all(axis >= 0 for axis in dims) and math.prod(dims) <= CONSTANT_ELEMENTS
    return dims if small else None


def _array(attributes: dict[str, Attribute], dtype: str) -> Array:
    value = attributes.get("value", attributes.get("values"))
    number = np.dtype("float32" if dtype in ("bfloat16", "Undefined") else dtype)
    shape = _constant(attributes) or ()
    if isinstance(value, tuple):
        return np.asarray(value).astype(number).reshape(shape)
    return np.full(shape, value).astype(number)


def _padding(value: Attribute) -> int | None:
    return int(value) if isinstance(value, (int, float)) and value >= 0 else None


def _inner_values(regions: Any) -> Iterator[int]:
    for region in regions:
        for block in region["blocks"]:
            for op in block["ops"]:
                yield from (value["%"] for value in op.get("I", ()))
                yield from _inner_values(op.get("regions", ()))
