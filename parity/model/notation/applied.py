"""What the user says of inputs, over what the graph shows: it wins, and may not contradict."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from parity.errors import UsageError
from parity.model.notation.axes import shown
from parity.model.notation.parse import parse
from parity.model.notation.pictures import settled
from parity.model.notation.printed import kind, printed
from parity.model.notation.said import InputSpec, unnamed
from parity.model.spec import (
    AttentionMask,
    Columns,
    Domain,
    Extent,
    Image,
    Indices,
    Lengths,
    OneOf,
    PositionIds,
    Scale,
    SegmentIds,
    Shape,
    Signature,
    TensorSpec,
    TokenIds,
    Values,
    Waveform,
    extents,
)
from parity.plugins import unknown


def told(found: Signature, texts: Iterable[str], *, what: str = "--input") -> Signature:
    """The signature with these descriptions over it. Raises UsageError, as below."""
    return applied(found, [parse(text, what=what) for text in texts], what=what)


def applied(found: Signature, said: Sequence[InputSpec], *, what: str = "--input") -> Signature:
    """The signature with what is said over it, and a line of evidence for each said input.

    A symbol that is renamed, or fixed, for one input is so for all. Raises UsageError, one
    line, for a name that is no input's, and for a dtype, a rank, a fixed size or a range that
    the model doesn't have.
    """
    if not said:
        return found
    specs = {spec.name: spec for spec in found.inputs}
    for new in said:
        if new.name not in specs:
            raise UsageError(f"{what}: {unknown('input', new.name, specs)}")
    twice = [new.name for i, new in enumerate(said) if new.name in {s.name for s in said[:i]}]
    if twice:
        raise UsageError(f"{what}: {twice[0]} is described twice")
    over = {new.name: _over(specs[new.name], new, specs, what) for new in said}
    names = _renamed(specs, over)
    inputs = [over.get(s.name) or _with_names(s, names) for s in found.inputs]
    rules = extents(inputs)
    _possible(rules, what)
    inputs = [replace(s, extents=_rules(s.shape, rules)) for s in inputs]
    words = {n: v for n, v in names.items() if isinstance(v, str)}
    domains = {new.name for new in said if new.domain is not None}
    made = {spec.name: spec for spec in inputs}
    return replace(
        found,
        inputs=tuple(inputs),
        outputs=tuple(_with_names(spec, words) for spec in found.outputs),
        evidence=(
            *(e for e in found.evidence if e.partition(": ")[0] not in domains),
            *(f"{new.name}: as said, {_told(made[new.name])}" for new in said),
        ),
        said=(*found.said, *over),
    )


def _told(spec: TensorSpec) -> str:
    return printed(spec).partition(": ")[2]


def _over(
    spec: TensorSpec, new: InputSpec, specs: Mapping[str, TensorSpec], what: str
) -> TensorSpec:
    """One input with what is said of it."""
    where = f"{what}: {new.name}"
    if new.dtype is not None and new.dtype != spec.dtype:
        raise UsageError(f"{where}: said to be {new.dtype}, but the model takes {spec.dtype}")
    if new.shape is not None:
        _fits(where, new, spec)
    shape = spec.shape if new.shape is None else new.shape
    rules = spec.extents if new.shape is None else new.extents
    domain = spec.domain if new.domain is None else new.domain
    if isinstance(new.domain, Image):
        try:
            domain = settled(new.domain, shape)
        except ValueError as error:
            raise UsageError(f"{where}: {error}") from error
    if new.domain is not None:
        _means(where, new.domain, spec, specs)
        domain = _known_too(where, new.domain, spec.domain) or domain
    if domain is not None and spec.domain is not None and _same(domain, spec.domain, shape):
        domain = spec.domain
    return replace(spec, shape=shape, extents=rules, domain=domain)


def _known_too(where: str, said: Domain, inferred: Domain | None) -> Domain | None:
    """What is said, with what the graph knows beside it; None where it knows nothing of that.

    Raises UsageError where more is said than a table has rows: there the reference reads whatever
    lies behind it, and the candidate, which may not, would be blamed.
    """
    rows, wanted = _rows_of(inferred), _rows_of(said)
    if rows is not None and wanted is not None and wanted > rows:
        raise UsageError(
            f"{where}: said to go up to {wanted - 1}, but the table that it indexes has {rows} rows"
        )
    if isinstance(said, TokenIds) and isinstance(inferred, TokenIds) and said.pad is None:
        pad = inferred.pad if inferred.pad is not None and inferred.pad < said.vocabulary else None
        longest = inferred.positions if said.positions is None else said.positions
        masked = inferred.masked and pad is not None
        return replace(said, pad=pad, masked=masked, positions=longest)
    return None


def _rows_of(domain: Domain | None) -> int | None:
    match domain:
        case TokenIds(vocabulary=rows) | SegmentIds(kinds=rows) | PositionIds(bound=rows):
            return rows
    return None


def _same(said: Domain, inferred: Domain, shape: Shape) -> bool:
    """Whether a person would write both alike: then what can't be written is kept, as suspects."""
    return kind(said, shape) == kind(inferred, shape)


def _fits(where: str, new: InputSpec, spec: TensorSpec) -> None:
    said, model = new.shape or (), spec.shape
    if len(said) != len(model):
        raise UsageError(
            f"{where}: said to be {shown(said, new.extents, new.name)}, of rank {len(said)}, "
            f"but the model takes {shown(model, (), spec.name)}, of rank {len(model)}"
        )
    for axis, (mine, fixed) in enumerate(zip(said, model, strict=True)):
        if isinstance(fixed, int) and mine != fixed:
            named = "" if mine == unnamed(spec.name, axis) else f" ({mine})"
            said_to_be = mine if isinstance(mine, int) else f"open{named}"
            raise UsageError(
                f"{where}: axis {axis} is said to be {said_to_be}, "
                f"but the model fixes it at {fixed}"
            )


def _means(where: str, domain: Domain, spec: TensorSpec, specs: Mapping[str, TensorSpec]) -> None:
    """Whether values of this kind fit the dtype, and go with an input that there is."""
    if isinstance(domain, Lengths | AttentionMask | Indices):
        others = [name for name in specs if name != spec.name]
        if domain.of not in others:
            raise UsageError(f"{where}: {unknown('other input', domain.of, others)}")
        rank = len(specs[domain.of].shape)
        if not isinstance(domain, AttentionMask) and domain.axis >= rank:
            raise UsageError(f"{where}: {domain.of} has no axis {domain.axis}, its rank is {rank}")
    if isinstance(domain, Columns):
        _columned(where, domain, spec)
    if isinstance(domain, Waveform) and not spec.shape:
        raise UsageError(f"{where}: sound needs an axis for time, and its rank is 0")
    bounds = _bounds(domain)
    held = _held(spec.dtype)
    if bounds and held and not held[0] <= bounds[0] <= bounds[1] <= held[1]:
        raise UsageError(
            f"{where}: {spec.dtype} holds {held[0]:g} to {held[1]:g}, "
            f"and values are said to go from {bounds[0]:g} to {bounds[1]:g}"
        )
    whole = np.dtype(spec.dtype).kind in "iu" if held else False
    if whole and isinstance(domain, OneOf) and any(v != int(v) for v in domain.values):
        raise UsageError(f"{where}: {spec.dtype} holds whole numbers only")


def _columned(where: str, domain: Columns, spec: TensorSpec) -> None:
    """Whether an input has an axis of so many entries."""
    size = spec.shape[domain.axis] if domain.axis < len(spec.shape) else None
    if size != len(domain.of):
        has = "it has no such axis" if size is None else f"there it is {size}"
        raise UsageError(f"{where}: {len(domain.of)} columns along axis {domain.axis}, but {has}")


def _bounds(domain: Domain) -> tuple[float, float] | None:
    match domain:
        case Values() | Image() | Waveform():
            return domain.low, domain.high
        case Scale(low=low, high=high, signed=signed):
            return (-high if signed else low), high
        case OneOf(values=values):
            return min(values), max(values)
        case Columns(of=of):
            return min(v.low for v in of), max(v.high for v in of)
        case TokenIds(vocabulary=vocabulary, lowest=lowest):
            return lowest, vocabulary - 1
    return None


def _held(dtype: str) -> tuple[float, float] | None:
    """The least and the greatest number of a dtype; None for one that numpy doesn't know."""
    if dtype == "bool":
        return 0, 1
    try:
        kind = np.dtype(dtype)
    except TypeError:
        return None
    if kind.kind in "iu":
        return float(np.iinfo(kind).min), float(np.iinfo(kind).max)
    return (float(np.finfo(kind).min), float(np.finfo(kind).max)) if kind.kind == "f" else None


def _renamed(
    specs: Mapping[str, TensorSpec], over: Mapping[str, TensorSpec]
) -> dict[str, int | str]:
    """What the graph's symbols are called now, where all that is said of one agrees."""
    names: dict[str, set[int | str]] = {}
    for name, spec in over.items():
        for old, new in zip(specs[name].shape, spec.shape, strict=True):
            if isinstance(old, str):
                names.setdefault(old, set()).add(new)
    return {old: next(iter(new)) for old, new in names.items() if len(new) == 1}


def _with_names(spec: TensorSpec, names: Mapping[str, int | str]) -> TensorSpec:
    shape = tuple(names.get(axis, axis) if isinstance(axis, str) else axis for axis in spec.shape)
    rules = [(names.get(rule.symbol, rule.symbol), rule) for rule in spec.extents]
    kept = tuple(replace(rule, symbol=new) for new, rule in rules if isinstance(new, str))
    return replace(spec, shape=shape, extents=kept)


def _rules(shape: Shape, rules: Mapping[str, Extent]) -> tuple[Extent, ...]:
    """Those of the symbols of a shape, in its order."""
    symbols = dict.fromkeys(axis for axis in shape if isinstance(axis, str))
    return tuple(rules[s] for s in symbols if s in rules and not rules[s].free)


def _possible(rules: Mapping[str, Extent], what: str) -> None:
    for symbol, rule in rules.items():
        if not rule.sizes((1,)):
            raise UsageError(f"{what}: no size is allowed for {symbol} by all that is said of it")
