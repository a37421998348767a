"""Paddle 2's program messages, built without paddle and without generated code.

Only the fields that parity reads; unknown ones are skipped by protobuf. Field
numbers and names from Paddle's framework.proto (the tensor message of a variable
was renamed from lod_tensor to dense_tensor, its number stayed).
"""

from functools import cache
from typing import Any

# message: {field: (number, type, repeated)}; a capitalised type is another message.
_MESSAGES: dict[str, dict[str, tuple[int, str, bool]]] = {
    "Scalar": {
        "type": (1, "int32", False),
        "b": (2, "bool", False),
        "i": (3, "int64", False),
        "r": (4, "double", False),
    },
    "Attr": {
        "name": (1, "string", False),
        "type": (2, "int32", False),
        "i": (3, "int32", False),
        "f": (4, "float", False),
        "s": (5, "string", False),
        "ints": (6, "int32", True),
        "floats": (7, "float", True),
        "strings": (8, "string", True),
        "b": (10, "bool", False),
        "bools": (11, "bool", True),
        "l": (13, "int64", False),
        "longs": (15, "int64", True),
        "float64s": (16, "double", True),
        "float64": (19, "double", False),
        "scalar": (20, "Scalar", False),
        "scalars": (21, "Scalar", True),
    },
    "OpVar": {"parameter": (1, "string", False), "arguments": (2, "string", True)},
    "OpDesc": {
        "inputs": (1, "OpVar", True),
        "outputs": (2, "OpVar", True),
        "type": (3, "string", False),
        "attrs": (4, "Attr", True),
    },
    "TensorDesc": {"data_type": (1, "int32", False), "dims": (2, "int64", True)},
    "DenseTensorDesc": {"tensor": (1, "TensorDesc", False)},
    "VarType": {"type": (1, "int32", False), "dense_tensor": (3, "DenseTensorDesc", False)},
    "VarDesc": {
        "name": (1, "string", False),
        "type": (2, "VarType", False),
        "persistable": (3, "bool", False),
    },
    "BlockDesc": {
        "idx": (1, "int32", False),
        "parent_idx": (2, "int32", False),
        "vars": (3, "VarDesc", True),
        "ops": (4, "OpDesc", True),
    },
    "Version": {"version": (1, "int64", False)},
    "ProgramDesc": {"blocks": (1, "BlockDesc", True), "version": (4, "Version", False)},
}

DENSE_TENSOR = 7
"""VarType.type of a plain tensor; feed and fetch lists and readers have others."""

DTYPES: dict[int, tuple[str, int]] = {
    0: ("bool", 1),
    1: ("int16", 2),
    2: ("int32", 4),
    3: ("int64", 8),
    4: ("float16", 2),
    5: ("float32", 4),
    6: ("float64", 8),
    20: ("uint8", 1),
    21: ("int8", 1),
    22: ("bfloat16", 2),
    23: ("complex64", 8),
    24: ("complex128", 16),
}
"""VarType.Type of a tensor's elements: numpy's name and the bytes of one."""


@cache
def message(name: str) -> Any:
    """The protobuf class of a message, such as "ProgramDesc"."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    file = descriptor_pb2.FileDescriptorProto(
        name="parity/program.proto", package="parity.program", syntax="proto2"
    )
    for message_name, fields in _MESSAGES.items():
        described = file.message_type.add(name=message_name)
        for field_name, (number, kind, repeated) in fields.items():
            field = described.field.add(name=field_name, number=number)
            field.label = field.LABEL_REPEATED if repeated else field.LABEL_OPTIONAL
            if kind in _MESSAGES:
                field.type = field.TYPE_MESSAGE
                field.type_name = f".parity.program.{kind}"
            else:
                field.type = getattr(field, f"TYPE_{kind.upper()}")
    # A pool of its own: an imported paddle registers its messages in the default one.
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"parity.program.{name}"))
