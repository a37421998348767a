"""Read Paddle 2's program (``.pdmodel``, a ProgramDesc) without paddle."""

import math
from pathlib import Path
from typing import Any

import numpy as np

from parity.errors import ModelError
from parity.model.formats import ops
from parity.model.formats.program_desc import DENSE_TENSOR, DTYPES, message
from parity.model.graph import CONSTANT_ELEMENTS, Attribute, Graph, Node, Parameter
from parity.model.spec import TensorSpec
from parity.model.tensors import Array

# The order in which an op's named inputs become the canonical ones.
_ORDER = {
    "gather": ("W", "X", "Ids", "Index"),
    "rnn": ("Input", "SequenceLength", "PreState", "WeightList"),
    "where": ("Condition", "X", "Y"),
    "range": ("Start", "End", "Step"),
}
_DEFAULT_ORDER = ("Input", "X", "Y")


def read(path: Path) -> Graph:
    """The graph of a Paddle 2 program. Raises ModelError for anything else."""
    program = load(path)
    block = program.blocks[0]
    variables = {variable.name: variable for variable in block.vars}
    parameters = {
        name: Parameter(_shape(variable), _dtype(variable))
        for name, variable in variables.items()
        if variable.persistable and variable.type.type == DENSE_TENSOR
    }
    nodes, constants = [], {}
    feeds: list[tuple[int, str]] = []
    fetches: list[tuple[int, str]] = []
    for op in block.ops:
        attributes = {a.name: _attribute(a) for a in op.attrs}
        column = attributes.get("col")
        if op.type == "feed":
            feeds.append((column if isinstance(column, int) else 0, op.outputs[0].arguments[0]))
        elif op.type == "fetch":
            fetches.append((column if isinstance(column, int) else 0, op.inputs[0].arguments[0]))
        else:
            node = _node(op, attributes)
            value = _constant(node, attributes) if node.op == "full" else None
            if value is not None:
                constants[node.outputs[0]] = value
            nodes.append(node)
    if not fetches:
        raise ModelError(
            f"{path}: a program without fetch ops, so without outputs; "
            "save it with paddle.jit.save or paddle.static.save_inference_model"
        )
    missing = [name for _, name in feeds + fetches if name not in variables]
    if missing:
        raise ModelError(f'{path}: damaged: nothing declares its input or output "{missing[0]}"')

    def spec(name: str) -> TensorSpec:
        return TensorSpec(name, _dtype(variables[name]), _shape(variables[name]))

    return Graph(
        tuple(nodes),
        tuple(spec(name) for _, name in sorted(feeds)),
        tuple(spec(name) for _, name in sorted(fetches)),
        parameters,
        constants,
        {"program version": str(program.version.version)},
        tuple(
            _node(op, {a.name: _attribute(a) for a in op.attrs})
            for inner in program.blocks[1:]  # branches and the bodies of loops
            for op in inner.ops
        ),
    )


def load(path: Path) -> Any:
    """The ProgramDesc of a file. Raises ModelError if it is none."""
    from google.protobuf.message import DecodeError

    try:
        program = message("ProgramDesc").FromString(path.read_bytes())
    except DecodeError as error:
        raise ModelError(
            f"{path}: not a Paddle program, or truncated ({error}); copy or save it again"
        ) from error
    if not program.blocks or not program.blocks[0].ops:
        raise ModelError(
            f"{path}: not a Paddle program: no ops in it; "
            "give the .pdmodel that paddle.jit.save or save_inference_model wrote"
        )
    return program


def _node(op: Any, attributes: dict[str, Attribute]) -> Node:
    canonical = ops.paddle(op.type)
    named = {slot.parameter: list(slot.arguments) for slot in op.inputs if slot.arguments}
    order = _ORDER.get(canonical, _DEFAULT_ORDER)
    inputs = []
    for slot in order:
        if slot in named:
            inputs += named.pop(slot)
        elif slot == "SequenceLength":
            inputs.append("")
    for rest in named.values():
        inputs += rest
    outputs = [name for slot in op.outputs for name in slot.arguments]
    padding = attributes.get("padding_idx")
    if "padding_idx" in attributes and not (isinstance(padding, int) and padding >= 0):
        attributes["padding_idx"] = None
    if canonical == "scale" and any(
        s.parameter == "ScaleTensor" and s.arguments for s in op.inputs
    ):
        attributes["scale"] = None
    if op.type == "fill_constant" and inputs:
        # Its shape is computed: a fill in the shape of its inputs.
        canonical = "full_like"
    return Node(canonical, op.type, tuple(inputs), tuple(outputs), attributes)


def _constant(node: Node, attributes: dict[str, Attribute]) -> Array | None:
    shape = attributes.get("shape")
    if node.inputs or not isinstance(shape, tuple):
        return None
    dims = tuple(int(axis) for axis in shape)
    if any(axis < 0 for axis in dims) or math.prod(dims) > CONSTANT_ELEMENTS:
        return None
    code = attributes.get("dtype")
    name = DTYPES.get(code if isinstance(code, int) else -1, ("float32", 4))[0]
    dtype = np.dtype("float32" if name == "bfloat16" else name)
    for listed in ("values", "fp32_values", "int32_values", "int64_values", "bool_values"):
        values = attributes.get(listed)
        if isinstance(values, tuple) and len(values) == math.prod(dims) and values:
            return np.asarray(values).astype(dtype).reshape(dims)
    text, value = attributes.get("str_value"), attributes.get("value")
    # The string is exact where the float is not (large integers).
    number = float(text) if isinstance(text, str) and text else value
    if not isinstance(number, (int, float)):
        return None
    return np.full(dims, number).astype(dtype)


# AttrType to the field that holds the value; blocks and variables are not needed.
_FIELDS = {
    0: "i",
    1: "f",
    2: "s",
    3: "ints",
    4: "floats",
    5: "strings",
    6: "b",
    7: "bools",
    9: "l",
    11: "longs",
    12: "float64s",
    15: "float64",
    16: "scalar",
    17: "scalars",
}
_SCALARS = {1: "b", 2: "i", 3: "r"}


def _attribute(attribute: Any) -> Attribute:
    name = _FIELDS.get(attribute.type)
    if name is None:
        return None
    value = getattr(attribute, name)
    if name == "scalar":
        return _scalar(value)
    if name == "scalars":
        return tuple(float(_scalar(item) or 0) for item in value)
    if isinstance(value, (bool, int, float, str)):
        return value
    return tuple(value)


def _scalar(value: Any) -> float | None:
    name = _SCALARS.get(value.type)
    return float(getattr(value, name)) if name else None


def _shape(variable: Any) -> tuple[int, ...]:
    return tuple(int(axis) for axis in variable.type.dense_tensor.tensor.dims)


def _dtype(variable: Any) -> str:
    code = variable.type.dense_tensor.tensor.data_type
    return DTYPES.get(code, (f"type {code}", 0))[0]
