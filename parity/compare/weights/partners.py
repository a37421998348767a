"""Which parameter of the reference a stored weight was made from: by its name, else by its numbers.

Names survive in most exports ("linear_0.w_0_quantized"), and then a weight that holds another's
numbers is found out. Where most names lead to other numbers, they aren't the reference's names:
then only numbers count.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from parity.model.lowered.parameters import Parameter
from parity.model.lowered.weight import Weight
from parity.model.tensors import Array

_ENDINGS = (
    "_quantized",
    "_Transposed_quantized",
    "_DequantizeLinear_Output",
    "_Q4",
    "_Q8",
    "_transposed",
    "_fp16",
)

_ALIKE = 0.5
"""Square distance over square length, up to which two matrices can be one with a fault in it.

0 is the same, 1 all zeros, 2 a stranger of the same size.
"""

_SIDE = 64  # rows and columns looked at, spread over the matrix


@dataclass(frozen=True, eq=False)
class Partner:
    """A weight and its parameter. named: whether by name. turned: stored as the transpose."""

    weight: Weight
    parameter: Parameter
    named: bool
    turned: bool


@dataclass
class Partners:
    """All pairs, and what is left on either side. renamed: whether names were not believed."""

    pairs: list[Partner] = field(default_factory=list)
    weights: list[Weight] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    renamed: bool = False


Read = Callable[[Array, Array], None]
"""Is told of arrays, views of mapped files, that were looked at and may be let go."""


def _keep(_weight: Array, _parameter: Array) -> None:
    """Let the system decide what stays in memory."""


def partners(
    weights: Sequence[Weight], parameters: Mapping[str, Parameter], *, read: Read = _keep
) -> Partners:
    """Pair weights with parameters."""
    named = [p for w in weights if (p := _named(w, parameters)) is not None]
    renamed = _other_saving(named, read)
    if renamed:
        named = []
    found = Partners(list(named), renamed=renamed)
    taken = {id(p.weight) for p in named}
    left = [w for w in weights if id(w) not in taken]
    used = {p.parameter.name for p in named}
    free = {n: p for n, p in parameters.items() if n not in used}
    for weight in _by_numbers(left, free, found):
        # Tied weights: one parameter, stored as a table and as a matrix.
        again = [p for p in _possible(weight, parameters.values()) if p[0] < SAME]
        if again:
            _, parameter, turned = min(again, key=lambda p: p[0])
            found.pairs.append(Partner(weight, parameter, False, turned))
        else:
            found.weights.append(weight)
    paired = {p.parameter.name for p in found.pairs}
    found.parameters = [p for p in parameters.values() if p.name not in paired]
    return found


def _varies(parameter: Parameter) -> bool:
    some = parameter.values[0, :_SIDE]
    return bool((some != some[0]).any())


def _other_saving(named: Sequence[Partner], read: Read) -> bool:
    """Whether most names lead to a stranger's numbers: they are those of another saving."""
    telling = [p for p in named if _varies(p.parameter)]
    strangers = 0
    for p in telling:
        strangers += distance(p.weight, p.parameter, p.turned) > _ALIKE
        read(p.weight.values, p.parameter.values)
    return len(telling) >= _ENOUGH and 2 * strangers > len(telling)


_ENOUGH = 4
# Of two weights that changed places it can't be told whether names or numbers did

SAME = 1e-2
"""Below this the numbers are the same but for rounding; 4 bits are off by 1e-2 at most."""


def _named(weight: Weight, parameters: Mapping[str, Parameter]) -> Partner | None:
    name = weight.name
    for ending in ("", *_ENDINGS):
        parameter = parameters.get(name.removesuffix(ending))
        if parameter is None:
            continue
        ways = fits(weight, parameter)
        if ways:
            turned = min(ways, key=lambda way: (_unlikely(weight, parameter, way),))
            return Partner(weight, parameter, True, turned)
    return None


def expected_turned(weight: Weight, parameter: Parameter) -> bool | None:
    """Whether a weight must be stored as its parameter's transpose; None if either is right."""
    if weight.turned is None or parameter.turned is None:
        return None
    return weight.turned ^ parameter.turned


def _unlikely(weight: Weight, parameter: Parameter, turned: bool) -> float:
    """How unlikely a way round is: by what the graphs read, else by the numbers."""
    known = expected_turned(weight, parameter)
    return float(known is not turned) if known is not None else distance(weight, parameter, turned)


def fits(weight: Weight, parameter: Parameter) -> list[bool]:
    """The ways, plain or transposed, in which the two have one shape, axes of 1 left out."""
    here = [axis for axis in weight.shape if axis != 1]
    there = [axis for axis in parameter.shape if axis != 1]
    ways = [False] if here == there else []
    if len(here) == 2 and here == there[::-1]:
        ways.append(True)
    return ways


def distance(weight: Weight, parameter: Parameter, turned: bool) -> float:
    """Square distance over the square length of the parameter, on a part of both."""
    rows, columns = _spread(weight.rows), _spread(weight.columns)
    held = weight.real(rows, columns)
    wanted = _shaped(weight, parameter, turned)[np.ix_(rows, columns)].astype(np.float64)
    with np.errstate(all="ignore"):
        length = float((wanted**2).sum())
        off = float(((held - wanted) ** 2).sum())
    if length == 0:
        return 0.0 if off == 0 else np.inf
    return off / length if np.isfinite(off / length) else np.inf


def _shaped(weight: Weight, parameter: Parameter, turned: bool) -> NDArray[np.generic]:
    values = parameter.values.T if turned else parameter.values
    return values if values.shape == weight.values.shape else values.reshape(weight.values.shape)


def _spread(size: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, max(0, size - 1), min(size, _SIDE)).astype(np.int64))


def _possible(
    weight: Weight, parameters: Iterable[Parameter]
) -> list[tuple[float, Parameter, bool]]:
    return [
        (distance(weight, parameter, turned), parameter, turned)
        for parameter in parameters
        for turned in fits(weight, parameter)
    ]


def _by_numbers(
    weights: Sequence[Weight], parameters: Mapping[str, Parameter], found: Partners
) -> list[Weight]:
    """Pair the nearest first, each once; the weights that are left."""
    near = [
        (off, at, parameter, turned)
        for at, weight in enumerate(weights)
        for off, parameter, turned in _possible(weight, parameters.values())
        if off <= _ALIKE
    ]
    weight_taken: set[int] = set()
    taken: set[str] = set()
    for _, at, parameter, turned in sorted(near, key=lambda n: n[0]):
        if at in weight_taken or parameter.name in taken:
            continue
        weight_taken.add(at)
        taken.add(parameter.name)
        found.pairs.append(Partner(weights[at], parameter, False, turned))
    return [weight for at, weight in enumerate(weights) if at not in weight_taken]


def split(held: Sequence[Weight], known: Sequence[Parameter]) -> list[Weight]:
    """Weights, those that fit no parameter as their parts."""
    return [
        part
        for weight in held
        for part in ([weight] if any(fits(weight, p) for p in known) else parts(weight, known))
    ]


def parts(weight: Weight, parameters: Iterable[Parameter]) -> list[Weight]:
    """A matrix of several side by side (query, key and value in one), as its parts; else itself."""
    if len(weight.shape) != 2:
        return [weight]
    widths = {
        p.values.shape[1]
        for p in parameters
        if len(p.shape) == 2 and p.shape[0] == weight.rows and p.shape[1] < weight.columns
    }
    fitting = [width for width in sorted(widths, reverse=True) if weight.columns % width == 0]
    if not fitting:
        return [weight]
    width = fitting[0]
    return [
        replace(
            weight,
            name=f"{weight.name}[:, {start}:{start + width}]",
            shape=(weight.rows, width),
            values=weight.values[:, start : start + width],
            scale=_part(weight.scale, start, width),
            zero=_part(weight.zero, start, width),
        )
        for start in range(0, weight.columns, width)
    ]


def _part(part: NDArray[np.float32] | None, start: int, width: int) -> NDArray[np.float32] | None:
    if part is None or part.shape[1] == 1:
        return part
    return part[:, start : start + width]
