"""The shape of an input: sizes, symbols, and rules for symbols.

An axis is ``3``, ``n``, ``?`` (open, without a name), ``32k`` (any multiple of 32), ``h=32k``
(the same with a name, so that another axis can be ``h`` too), each with bounds: ``t>=7``,
``t<=512``, ``64<=h=32k<=640``, ``n=1..4``, ``1..4``.
"""

from dataclasses import dataclass, replace

from parity.model.notation.said import unnamed
from parity.model.notation.scan import NAME, Words, name, whole
from parity.model.spec import Extent, Shape, both

_OPEN = ("?", "*", "_", "none")
_TURNED = {"<=": ">=", "<": ">", ">=": "<=", ">": "<"}
_COMPARE = tuple(_TURNED)
_MOST_AXES = 16


@dataclass(frozen=True)
class Axis:
    """One axis while it is read. size: None where it is open."""

    rule: Extent
    size: int | None = None


def read(words: Words, of: str) -> tuple[Shape, tuple[Extent, ...]]:
    """The shape between brackets, the first of which is taken; and the rules of its symbols.

    of: the input. Raises UsageError.
    """
    axes: list[int | str] = []
    rules: dict[str, Extent] = {}
    while not words.skip("]"):
        if axes:
            words.need(",", 'or "]"')
        at = words.here.at
        if len(axes) == _MOST_AXES:
            raise words.wrong(at, f"more than {_MOST_AXES} axes")
        axis = _axis(words, unnamed(of, len(axes)))
        if axis.size is not None:
            axes.append(axis.size)
            continue
        symbol = axis.rule.symbol
        rules[symbol] = both(rules.get(symbol, Extent(symbol)), axis.rule)
        if not rules[symbol].sizes((1,)):
            raise words.wrong(at, f"no size is allowed for {_told(symbol, of)}")
        axes.append(symbol)
    return tuple(axes), tuple(rule for rule in rules.values() if not rule.free)


def shown(shape: Shape, extents: tuple[Extent, ...], of: str) -> str:
    """A shape as ``read`` takes it, each rule at the first axis that has its symbol."""
    left = {rule.symbol: rule for rule in extents}
    axes = []
    for index, axis in enumerate(shape):
        if isinstance(axis, int):
            axes.append(str(axis))
        else:
            rule = left.pop(axis, Extent(axis))
            axes.append(_shown(rule, named=axis != unnamed(of, index)))
    return f"[{','.join(axes)}]"


def quoted(text: str) -> str:
    """A name, in quotes where it needs them."""
    if NAME.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _shown(rule: Extent, *, named: bool) -> str:
    term = _symbol(rule.symbol) if named else "?"
    if rule.multiple > 1:
        term = f"{term}={rule.multiple}k" if named else f"{rule.multiple}k"
    low, high = rule.low > 1, rule.high is not None
    if low and high:
        if rule.multiple > 1:
            return f"{rule.low}<={term}<={rule.high}"
        return f"{term}={rule.low}..{rule.high}" if named else f"{rule.low}..{rule.high}"
    return term + (f">={rule.low}" if low else "") + (f"<={rule.high}" if high else "")


def _symbol(text: str) -> str:
    # Words that mean "any size" stand in quotes where they are names.
    return f'"{text}"' if text.lower() in _OPEN else quoted(text)


def _told(symbol: str, of: str) -> str:
    return "this axis" if symbol.startswith(f"{of}_axis") else symbol


def _axis(words: Words, open_name: str) -> Axis:
    """One axis: a size, or a term with bounds before and behind it."""
    first = words.here
    if first.kind == "number" and words.after.text in (",", "]"):
        if first.text == "-1":
            words.take()
            return Axis(Extent(open_name))
        return Axis(Extent(""), whole(words, "a size", least=1))
    rule = Extent("")
    if first.kind == "number" and words.after.text in _COMPARE:
        bound = whole(words, "a bound")
        rule = _bounded(words, rule, _TURNED[words.take().text], bound)
    term = _term(words, open_name)
    rule = replace(both(rule, term), symbol=term.symbol)
    while words.here.kind == "mark" and words.here.text in _COMPARE:
        compare = words.take().text
        rule = _bounded(words, rule, compare, whole(words, "a bound"))
    return Axis(rule)


def _term(words: Words, open_name: str) -> Extent:
    """A symbol, or what stands for one: ``?``, ``32k``, ``1..4``, ``n=32k``, ``n=1..4``."""
    word = words.here
    if words.skip(*_OPEN):
        symbol = open_name
    elif word.kind == "number" or word.text == "..":
        return _sizes(words, open_name)
    elif word.kind in ("name", "quoted"):
        symbol = name(words, "a size, a symbol or ?")
    else:
        raise words.expected("a size such as 3, a symbol such as n, 32k for multiples of 32, or ?")
    return _sizes(words, symbol) if words.skip("=") else Extent(symbol)


def _sizes(words: Words, symbol: str) -> Extent:
    """``32k`` or ``1..4``, either end of which may be left out."""
    at = words.here.at
    if words.skip(".."):
        return Extent(symbol, high=whole(words, "the largest size", least=1))
    number = words.here
    size = whole(words, "a size", least=1)
    unit = words.here
    if unit.kind == "name" and unit.at == number.end:
        if unit.text != "k":
            raise words.wrong(
                at,
                f"write {size}k for any multiple of {size}, "
                f"and {unit.text}={size}k to call it {unit.text}",
            )
        words.take()
        return Extent(symbol, multiple=size)
    if words.skip(".."):
        if words.here.kind != "number":
            return Extent(symbol, low=size)
        high = whole(words, "the largest size", least=1)
        if high < size:
            raise words.wrong(at, f"{high} is below {size}")
        return Extent(symbol, low=size, high=high)
    return Extent(symbol, low=size, high=size)


def _bounded(words: Words, rule: Extent, compare: str, bound: int) -> Extent:
    if compare in (">", "<"):
        bound += 1 if compare == ">" else -1
    if compare.startswith(">"):
        return replace(rule, low=max(rule.low, bound))
    high = bound if rule.high is None else min(rule.high, bound)
    if high < 1:
        raise words.wrong(words.here.at, "sizes start at 1")
    return replace(rule, high=high)
