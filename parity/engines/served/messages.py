"""The messages of the Open Inference Protocol over gRPC, made from their numbers.

As ``grpc_predict_v2.proto`` has them, as far as they are needed here: a stub that was generated
for one version of protobuf can't be imported beside another's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

SERVICE = "inference.GRPCInferenceService"

_TENSOR = (("name", 1, "string"), ("datatype", 2, "string"), ("shape", 3, "int64*"))

MESSAGES: dict[str, tuple[tuple[str, int, str], ...]] = {
    "ServerReadyRequest": (),
    "ServerReadyResponse": (("ready", 1, "bool"),),
    "ModelReadyRequest": (("name", 1, "string"), ("version", 2, "string")),
    "ModelReadyResponse": (("ready", 1, "bool"),),
    "ServerMetadataRequest": (),
    "ServerMetadataResponse": (("name", 1, "string"), ("version", 2, "string")),
    "ModelMetadataRequest": (("name", 1, "string"), ("version", 2, "string")),
    "TensorMetadata": _TENSOR,
    "ModelMetadataResponse": (
        ("name", 1, "string"), ("versions", 2, "string*"), ("platform", 3, "string"),
        ("inputs", 4, "TensorMetadata*"), ("outputs", 5, "TensorMetadata*"),
    ),
    "Contents": (
        ("bool_contents", 1, "bool*"), ("int_contents", 2, "int32*"),
        ("int64_contents", 3, "int64*"), ("uint_contents", 4, "uint32*"),
        ("uint64_contents", 5, "uint64*"), ("fp32_contents", 6, "float*"),
        ("fp64_contents", 7, "double*"), ("bytes_contents", 8, "bytes*"),
    ),
    "InputTensor": (*_TENSOR, ("contents", 5, "Contents")),
    "RequestedOutput": (("name", 1, "string"),),
    "OutputTensor": (*_TENSOR, ("contents", 5, "Contents")),
    "ModelInferRequest": (
        ("model_name", 1, "string"), ("model_version", 2, "string"), ("id", 3, "string"),
        ("inputs", 5, "InputTensor*"), ("outputs", 6, "RequestedOutput*"),
        ("raw_input_contents", 7, "bytes*"),
    ),
    "ModelInferResponse": (
        ("model_name", 1, "string"), ("model_version", 2, "string"), ("id", 3, "string"),
        ("outputs", 5, "OutputTensor*"), ("raw_output_contents", 6, "bytes*"),
    ),
}  # fmt: skip
"""Fields by message: name, number, type; a star is "repeated"."""

CONTENTS = {
    "BOOL": "bool_contents", "INT8": "int_contents", "INT16": "int_contents",
    "INT32": "int_contents", "INT64": "int64_contents", "UINT8": "uint_contents",
    "UINT16": "uint_contents", "UINT32": "uint_contents", "UINT64": "uint64_contents",
    "FP32": "fp32_contents", "FP64": "fp64_contents",
}  # fmt: skip
"""Where the numbers of a type lie; FP16 has no place of its own and goes raw alone."""


@cache
def message(name: str) -> Any:
    """The class of a message."""
    return _classes()[name]


@cache
def _classes() -> dict[str, Any]:
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    file = descriptor_pb2.FileDescriptorProto(
        name="parity_open_inference.proto", package="parity_inference", syntax="proto3"
    )
    numbers = descriptor_pb2.FieldDescriptorProto
    for name, fields in MESSAGES.items():
        made = file.message_type.add(name=name)
        for field, number, kind in fields:
            plain = kind.removesuffix("*")
            label = numbers.LABEL_REPEATED if kind.endswith("*") else numbers.LABEL_OPTIONAL
            if plain in MESSAGES:
                made.field.add(
                    name=field, number=number, label=label, type=numbers.TYPE_MESSAGE,
                    type_name=f".parity_inference.{plain}",
                )  # fmt: skip
            else:
                type_ = getattr(numbers, f"TYPE_{plain.upper()}")
                made.field.add(name=field, number=number, label=label, type=type_)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(
            pool.FindMessageTypeByName(f"parity_inference.{name}")
        )
        for name in MESSAGES
    }
