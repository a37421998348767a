"""Symbols of shapes to sizes."""

from collections.abc import Callable, Mapping, Sequence

from parity.errors import InputError
from parity.inputs._limits import DEFAULT_LENGTH, Limits
from parity.inputs._source import Choice, Source
from parity.inputs.sizes import Opened, Sizes, opened
from parity.inputs.sizes.asking import MOST_ELEMENTS
from parity.inputs.sizes.ends import wanted
from parity.inputs.sizes.opened import elements
from parity.model.spec import Indices, TensorSpec, extents, unbatched

ROOMY = 31
"""One in so many feeds may be as large as one picture of 640x640: they cost as much as the rest."""

_USUAL_ELEMENTS = 620_000  # four pictures of 3x224x224, two of 3x320x320

BETWEEN = -1
"""Among the options of a length: any other, which is asked for as "exactly <symbol>"."""

MOST_BETWEEN = 4096

Drawn = Mapping[str, int]
"""Sizes by symbol."""


Pick = Callable[[str, tuple[int, ...]], int]
"""Which of the options, for the question with that label: an index."""


def draw(source: Source, specs: Sequence[TensorSpec], limits: Limits, known: Drawn) -> Drawn:
    """A size for every symbol of these inputs, those in ``known`` as they are.

    Asks "sizes" where only some combinations are allowed; else "batch" and "size <symbol>" for
    each that is free (an index of its options, ascending; the last of a length stands for all that
    lie between, "exactly <symbol>"), and first "roomy" where a feed could be
    very large.
    """
    return _chosen(specs, limits, known, lambda label, of: source.integer(0, len(of) - 1, label))


def aim(
    specs: Sequence[TensorSpec], limits: Limits, sizes: Mapping[str, int], *, roomy: bool = False
) -> dict[str, Sequence[Choice]]:
    """The answers with which ``draw`` comes as near to these sizes as it may, from below."""
    answers: dict[str, Sequence[Choice]] = {}

    def pick(label: str, of: tuple[int, ...]) -> int:
        if label == "roomy":
            index = ROOMY if roomy else 0
        elif label == "sizes":
            pool = limits.sizes.together
            off = [sum(abs(s[k] - sizes.get(k, s[k])) for k in s) for s in pool]
            index = off.index(min(off))
        else:
            symbol = next(iter(batches(specs))) if label == "batch" else label.split(" ", 1)[1]
            target = sizes.get(symbol, 0)
            between = of[-1] == BETWEEN and target not in of and of[0] < target < of[-2]
            index = len(of) - 1 if between else max(0, sum(0 <= size <= target for size in of) - 1)
        if len(of) > 1:
            answers[label] = [index]
        return index

    _chosen(specs, limits, {}, pick)
    return answers


def _chosen(specs: Sequence[TensorSpec], limits: Limits, known: Drawn, pick: Pick) -> Drawn:
    sizes = dict(known)
    pool = limits.sizes.together
    if pool:
        return {**pool[pick("sizes", tuple(range(len(pool))))], **sizes}
    choices = options(specs, limits, known)
    most = _USUAL_ELEMENTS
    largest = _largest(specs, choices, limits.sizes)
    if largest > most and pick("roomy", tuple(range(ROOMY + 1))) == ROOMY:
        most = MOST_ELEMENTS
    least = {symbol: sized[0] for symbol, sized in choices.items()}
    between = _between(specs, limits, choices)
    for symbol, sized in choices.items():
        rest = {**least, **sizes}

        def fits(size: int, symbol: str = symbol, rest: dict[str, int] = rest) -> bool:
            return elements(specs, _linked({**rest, symbol: size}, limits.sizes)) <= most

        # Fewer options, of the same meaning: a choice stays good where another is made smaller.
        count = max(1, sum(fits(size) for size in sized))
        label = "batch" if symbol in batches(specs) else f"size {symbol}"
        others = between.get(symbol, ()) if count == len(sized) else ()
        of = (*sized[:count], BETWEEN) if others else sized[:count]
        size = of[pick(label, of)]
        sizes[symbol] = others[pick(f"exactly {symbol}", others)] if size == BETWEEN else size
    return _linked(sizes, limits.sizes)


def _between(
    specs: Sequence[TensorSpec], limits: Limits, choices: Mapping[str, tuple[int, ...]]
) -> dict[str, tuple[int, ...]]:
    """By symbol of a length every size from the least option to the largest."""
    found: dict[str, tuple[int, ...]] = {}
    for axis in axes(specs, limits):
        sized = choices.get(axis.symbol, ())
        if axis.kind == "length" and len(sized) > 2:
            rule, said = limits.sizes.rules.get(axis.symbol), extents(specs).get(axis.symbol)
            found[axis.symbol] = tuple(
                n
                for n in range(sized[0], min(sized[-1], MOST_BETWEEN) + 1)
                if (rule is None or rule.takes(n)) and (said is None or said.allows(n))
            )
    return {symbol: every for symbol, every in found.items() if len(every) > 1}


def sizes_of(
    answers: Mapping[str, Sequence[Choice]], specs: Sequence[TensorSpec], limits: Limits
) -> dict[str, int]:
    """The sizes by symbol that these answers lead to."""

    def pick(label: str, of: tuple[int, ...]) -> int:
        return int(answers[label][0]) if label in answers else 0

    return dict(_chosen(specs, limits, {}, pick))


def options(
    specs: Sequence[TensorSpec],
    limits: Limits,
    known: Drawn = {},  # noqa: B006  never written
) -> dict[str, tuple[int, ...]]:
    """By symbol that is free the sizes it is drawn from, ascending; the batch first."""
    free = {}
    for axis in axes(specs, limits):
        if axis.symbol not in known and axis.symbol not in limits.sizes.linked:
            free[axis.symbol] = _options(axis, limits.sizes)
    return free


def axes(specs: Sequence[TensorSpec], limits: Limits) -> tuple[Opened, ...]:
    """The open axes of inputs within the limits."""
    most = limits.max_length or DEFAULT_LENGTH
    # Whoever states the longest means it.
    stride = limits.stride if limits.max_length is None else {}
    return opened(specs, max_batch=limits.max_batch, max_length=most, stride=stride)


def batches(specs: Sequence[TensorSpec]) -> frozenset[str]:
    """The symbols of first axes."""
    first = frozenset(s.shape[0] for s in specs if s.shape and isinstance(s.shape[0], str))
    return first - unbatched(specs)


def shape(spec: TensorSpec, sizes: Drawn) -> tuple[int, ...]:
    """The sizes of an input's axes. Raises InputError for a fixed one below 1."""
    for axis, size in enumerate(spec.shape):
        if isinstance(size, int) and size < 1:
            raise InputError(f"{spec.name}: axis {axis} is {size}; a symbol stands for any")
    return tuple(size if isinstance(size, int) else sizes[size] for size in spec.shape)


def below(spec: TensorSpec, among: Sequence[TensorSpec], sizes: Drawn) -> int | None:
    """How many entries the axis has that an input's values index; None where they index none.

    among: the inputs of which it may be. Raises InputError where it is of none.
    """
    if not isinstance(spec.domain, Indices):
        return None
    of, axis = spec.domain.of, spec.domain.axis
    shapes = [other.shape for other in among if other.name == of and axis < len(other.shape)]
    size = shapes[0][axis] if shapes else None
    found = sizes.get(size) if isinstance(size, str) else size
    if found is None:
        raise InputError(f"{spec.name}: nothing says how long axis {axis} of {of} is")
    return found


def _options(axis: Opened, sizes: Sizes) -> tuple[int, ...]:
    rule = sizes.rules.get(axis.symbol)
    return axis.wanted if rule is None else rule.options(wanted(axis, rule))


def _largest(
    specs: Sequence[TensorSpec], choices: Mapping[str, tuple[int, ...]], sizes: Sizes
) -> int:
    most = {symbol: sized[-1] for symbol, sized in choices.items()}
    return elements(specs, _linked(most, sizes))


def _linked(named: dict[str, int], sizes: Sizes) -> dict[str, int]:
    follow = {s: named[link.to] + link.more for s, link in sizes.linked.items() if link.to in named}
    return {**named, **follow}
