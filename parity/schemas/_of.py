"""The schema of a type: what a value of it is once it has become JSON."""

import dataclasses
import types
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Schema = dict[str, Any]

NUMBER: Schema = {
    "description": "A number; what JSON has no number for is a string.",
    "anyOf": [{"type": "number"}, {"enum": ["nan", "inf", "-inf"]}],
}

_PLAIN: dict[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    float: {"$ref": "#/$defs/number"},
    type(None): {"type": "null"},
    object: {},
    Any: {},
}


class Defs:
    """The parts of one schema. Each dataclass that is asked for becomes one, by its name."""

    def __init__(self) -> None:
        self.made: dict[str, Schema] = {"number": NUMBER}

    def of(self, kind: Any) -> Schema:
        """The schema of a type. Raises TypeError for one that JSON has no form for."""
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            return self.part(kind.__name__, closed(self.fields(kind)))
        return self._generic(get_origin(kind), get_args(kind), kind)

    def fields(self, kind: type) -> dict[str, Schema]:
        """The schema of each field of a dataclass."""
        hints = get_type_hints(kind)
        return {f.name: self.of(hints[f.name]) for f in dataclasses.fields(kind)}

    def part(self, name: str, made: Schema) -> Schema:
        """Keep a part under a name, and refer to it. Raises TypeError if another has that name."""
        if self.made.setdefault(name, made) != made:
            raise TypeError(f"two parts are called {name}")
        return {"$ref": f"#/$defs/{name}"}

    def _generic(self, origin: Any, inner: tuple[Any, ...], kind: Any) -> Schema:
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.of(one) for one in inner]}
        if origin is Literal:
            return {"enum": list(inner)}
        if origin is tuple and not (len(inner) == 2 and inner[1] is ...):
            return {
                "type": "array",
                "prefixItems": [self.of(one) for one in inner],
                "minItems": len(inner),
                "maxItems": len(inner),
            }
        if origin in (tuple, list, Sequence):
            return array(self.of(inner[0]))
        if origin in (dict, Mapping):
            return mapping(self.of(inner[1]))
        raise TypeError(f"{kind}: has no form in JSON")


def closed(properties: Mapping[str, Schema], *, optional: Sequence[str] = ()) -> Schema:
    """An object with these keys and no others, all of which are there unless optional."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def array(items: Schema) -> Schema:
    """A list of any length."""
    return {"type": "array", "items": items}


def mapping(values: Schema) -> Schema:
    """An object whose keys are names of somebody's."""
    return {"type": "object", "additionalProperties": values}


def nullable(made: Schema) -> Schema:
    """That, or null."""
    return {"anyOf": [made, {"type": "null"}]}


def one_of(values: Sequence[Schema]) -> Schema:
    """Any of several."""
    return {"anyOf": list(values)}
