"""How the tables of attributes are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Scalar = bool | int | float | str
Value = Scalar | tuple[int, ...] | tuple[float, ...] | tuple[str, ...]

When = Mapping[str, tuple[Value | None, ...]]
"""Values of the reference's attributes, any of which will do; None for one that isn't there."""

How = Literal[
    "as it is", "flag", "no flag", "pads", "pads of pad3d", "pads in pairs", "axis", "axes",
    "axes from", "order", "size", "sizes", "sections", "bounds", "dtype", "each",
]  # fmt: skip
"""What becomes of a value on its way:

flag, no flag: true is 1, or 0. pads: both sides of each axis, from ``[h, w]`` or
``[top, bottom, left, right]``. pads of pad3d, in pairs: of the ops of that name. axis, axes: may
count from either end. axes from: all from that axis on. order: of axes. size: a tuple, also of one
number. sizes: of the last axes. sections: none of them to be worked out. bounds: all beyond int32
are the end. dtype: a name or a number. each: every number of however many.
"""


@dataclass(frozen=True)
class Rule:
    """One attribute of an op, and where an exporter puts it.

    ops: Paddle's names of the op, that of Paddle 3 first. nodes: what it becomes, any of those.
    at: where the value stands in such a node, the first that is there: an attribute, "input 2",
    or "scalar", a stored input of one element. given: where the reference has it, likewise.
    value: what must stand there, where the reference needn't say so; several are as good as each
    other. default: what ONNX takes where the attribute isn't there; None for not compared.
    when: values of the reference's attributes for which this holds. names: other words for what
    the reference says. of: whose rank counts axes, "input" or "output". alone: whether the op's
    nodes must have but one of these.
    """

    ops: tuple[str, ...]
    nodes: tuple[str, ...]
    at: tuple[str, ...]
    given: tuple[str, ...] = ()
    value: tuple[Value, ...] = ()
    how: How = "as it is"
    default: Value | None = None
    when: When = field(default_factory=dict)
    names: Mapping[Value, tuple[Value, ...]] = field(default_factory=dict)
    of: Literal["input", "output"] = "input"
    alone: bool = False


@dataclass(frozen=True)
class Form:
    """Of what nodes an op is made by one of its attributes.

    ops, when: as of a Rule. given: the attribute. needs: one of these must be there. never: none
    of these may.
    """

    ops: tuple[str, ...]
    given: str
    when: When
    needs: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
