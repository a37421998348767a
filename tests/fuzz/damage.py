"""Strategies that spoil a good file: its bytes anywhere, or what it says, by its structure."""

import copy
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from parity.errors import ParityError

QUICK = settings(
    max_examples=int(os.environ.get("PARITY_FUZZ", "60")),
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Bounded and the same in each run; $PARITY_FUZZ looks further."""


@st.composite
def bytes_of(draw: st.DrawFn, good: bytes) -> bytes:
    """A file with one to three places changed: cut, filled, put in, twice, or its end lost."""
    body = bytearray(good)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(body)))
        width = draw(st.integers(0, 40))
        match draw(st.sampled_from(["replace", "cut", "insert", "twice", "end"])):
            case "replace":
                body[at : at + width] = draw(st.binary(min_size=width, max_size=width))
            case "cut":
                del body[at : at + width]
            case "insert":
                body[at:at] = draw(st.binary(max_size=40))
            case "twice":
                body[at:at] = body[at : at + 20 * width]
            case "end":
                del body[at:]
    return bytes(body)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.sampled_from([2**31, 2**63, -(2**63), 10**30]),
    st.floats(),
    st.sampled_from(["", "a", "../x", "x" * 3000, "\x1b[31m", "\ud800", "a\nb", "[/b]"]),
    st.text(max_size=8),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def tree_of(draw: st.DrawFn, good: Any) -> Any:
    """A tree of lists and tables with one or two places changed: another value, none, or twice."""
    made = copy.deepcopy(good)
    for _ in range(draw(st.integers(1, 2))):
        places = list(_places(made))
        if not places:
            return draw(VALUES)
        # Few of the many places lie high in the tree, where most is decided.
        high = [p for p in places if p[2] <= 2] or places
        near = draw(st.booleans())
        holder, key, _ = draw(st.sampled_from(high if near else places))
        match draw(st.sampled_from(["value", "gone", "moved", "more"])):
            case "value":
                holder[key] = draw(VALUES)
            case "gone":
                del holder[key]
            case "moved":
                other, there, _ = draw(st.sampled_from(places))
                if there in other if isinstance(other, dict) else there < len(other):
                    holder[key] = copy.deepcopy(other[there])
            case "more":
                if isinstance(holder, dict):
                    holder[draw(st.text(max_size=6))] = draw(VALUES)
                else:
                    holder.append(copy.deepcopy(holder[key]))
    return made


def _places(tree: Any, depth: int = 0) -> Iterator[tuple[Any, Any, int]]:
    keys: Any = tree if isinstance(tree, dict) else range(len(tree))
    for key in list(keys) if isinstance(tree, dict | list) else ():
        yield tree, key, depth
        if isinstance(tree[key], dict | list):
            yield from _places(tree[key], depth + 1)


@st.composite
def message_of(draw: st.DrawFn, good: Any) -> Any:
    """A protobuf message with one to three of its fields changed, gone, or twice."""
    made = type(good)()
    made.CopyFrom(good)
    for _ in range(draw(st.integers(1, 3))):
        fields = list(_fields(made))
        if not fields:
            return made
        holder, field = draw(st.sampled_from(fields))
        value = getattr(holder, field.name)
        if draw(st.integers(0, 4)) == 0:
            holder.ClearField(field.name)
        elif _repeated(field):
            _list(draw, value, field)
        elif field.message_type is None:
            setattr(holder, field.name, draw(_scalar(field)))
    return made


def _list(draw: st.DrawFn, value: Any, field: Any) -> None:
    at = draw(st.integers(0, len(value) - 1))
    match draw(st.sampled_from(["gone", "twice", "value"])):
        case "gone":
            del value[at]
        case "twice" if field.message_type is not None:
            value.add().CopyFrom(value[at])
        case "twice":
            value.append(value[at])
        case "value" if field.message_type is None:
            value[at] = draw(_scalar(field))


def _fields(message: Any) -> Iterator[tuple[Any, Any]]:
    for field, value in message.ListFields():
        yield message, field
        if field.message_type is not None:
            for inner in value if _repeated(field) else [value]:
                yield from _fields(inner)


def _repeated(field: Any) -> bool:
    known = getattr(field, "is_repeated", None)  # protobuf 7 has this alone, 5 the label alone
    return bool(field.label == field.LABEL_REPEATED if known is None else known)


def _scalar(field: Any) -> st.SearchStrategy[Any]:
    kinds = {
        field.CPPTYPE_INT32: st.sampled_from([0, 1, -1, 7, 2**31 - 1]),
        field.CPPTYPE_INT64: st.sampled_from([0, 1, -1, 7, 2**40, 2**63 - 1, -(2**63)]),
        field.CPPTYPE_UINT64: st.sampled_from([0, 1, 2**64 - 1]),
        field.CPPTYPE_FLOAT: st.floats(width=32),
        field.CPPTYPE_DOUBLE: st.floats(),
        field.CPPTYPE_BOOL: st.booleans(),
    }
    if field.type == field.TYPE_BYTES:
        return st.binary(max_size=16)
    if field.cpp_type == field.CPPTYPE_STRING:
        return st.sampled_from(["", "a", "Constant", "If", "../x", "x" * 3000, "a\nb"])
    if field.cpp_type == field.CPPTYPE_ENUM:
        return st.sampled_from([v.number for v in field.enum_type.values])
    return kinds.get(field.cpp_type, st.just(0))


def told(path: Path, read: Callable[[], object]) -> None:
    """It is read, or refused with one line that names the file, or one in the folder.

    Any other exception is the caller's to fail with.
    """
    said = str(path)
    try:
        read()
    except ParityError as error:
        said = str(error)
    assert "\n" not in said
    assert str(path) in said
