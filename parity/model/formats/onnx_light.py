"""Parse an ONNX file without its weights.

Protobuf would copy every weight: seconds and gigabytes for a large model. This
walks the wire format over a memory map, copies everything but large ``raw_data``,
and notes in each stripped tensor's doc_string where in the file its bytes are.
A length that runs over the end is a truncated file, said so with numbers.
"""

import mmap
from typing import Any

RAW_BYTES = 16 * 1024
"""Raw data above this stays in the file."""

_MARK = "parity:raw:"

# message: field number -> message inside it that may hold tensors (onnx.proto)
_INSIDE = {
    "model": {7: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {},
}
_RAW_DATA, _DOC_STRING = 9, 12
_BYTES = 2


class DamagedFileError(ValueError):
    """The bytes are not a protobuf message, or end too early."""


def parse(buffer: Any) -> Any:
    """An onnx.ModelProto of a buffer, large raw data left out.

    Raises DamagedFileError.
    """
    import onnx
    from google.protobuf.message import DecodeError

    light = _strip(memoryview(buffer), 0, len(buffer), "model")
    try:
        return onnx.ModelProto.FromString(bytes(light))
    except DecodeError as error:
        raise DamagedFileError(str(error)) from error


def raw(tensor: Any, buffer: Any) -> memoryview | None:
    """The raw bytes of a tensor, wherever they are; None if it stores none."""
    if left_out(tensor):
        start, length = _where(tensor)
        return memoryview(buffer)[start : start + length]
    return memoryview(tensor.raw_data) if tensor.HasField("raw_data") else None


def forget(tensor: Any, buffer: mmap.mmap) -> None:
    """Take the pages with a tensor's bytes out of memory; read again, they come back."""
    if left_out(tensor):
        start, length = _where(tensor)
        page = start - start % mmap.PAGESIZE
        buffer.madvise(mmap.MADV_DONTNEED, page, start + length - page)


def _where(tensor: Any) -> tuple[int, int]:
    start, length = map(int, tensor.doc_string.removeprefix(_MARK).split(":"))
    return start, length


def left_out(tensor: Any) -> bool:
    """Whether the tensor's numbers stayed in the file."""
    return bool(tensor.doc_string.startswith(_MARK))


def _strip(view: memoryview, position: int, end: int, kind: str) -> bytearray:
    inside = _INSIDE[kind]
    kept = bytearray()
    stripped = ""
    copied = position
    while position < end:
        start = position
        number, wire, body, position = _next(view, position, end)
        length = position - body
        if length <= RAW_BYTES:
            continue
        if kind == "tensor" and number == _RAW_DATA:
            kept += view[copied:start]
            stripped = f"{_MARK}{body}:{length}"
            copied = position
        elif wire == _BYTES and number in inside:
            light = _strip(view, body, position, inside[number])
            kept += view[copied:start]
            kept += _field(number, light)
            copied = position
    kept += view[copied:end]
    if stripped:
        # Last, so that it wins over a doc_string that is there.
        kept += _field(_DOC_STRING, stripped.encode())
    return kept


def _next(view: memoryview, start: int, end: int) -> tuple[int, int, int, int]:
    """Field number, wire type, and where the body of the field at ``start`` lies."""
    key, body = _varint(view, start, end)
    number, wire = key >> 3, key & 7
    if number == 0:
        raise DamagedFileError(f"no field has the number 0, as at byte {start}")
    match wire:
        case 0:
            _, after = _varint(view, body, end)
        case 1:
            after = body + 8
        case 2:
            length, body = _varint(view, body, end)
            after = body + length
        case 5:
            after = body + 4
        case _:
            raise DamagedFileError(f"no field has the wire type {wire}, as at byte {start}")
    if after > end:
        raise DamagedFileError(f"{after - end} bytes are missing at its end")
    return number, wire, body, after


def _varint(view: memoryview, position: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while position < end:
        byte = view[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
        if shift > 63:
            raise DamagedFileError(f"a number of more than 64 bits at byte {position}")
    raise DamagedFileError("it ends within a number")


def _field(number: int, body: bytes | bytearray) -> bytes:
    return _encode(number << 3 | _BYTES) + _encode(len(body)) + bytes(body)


def _encode(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
