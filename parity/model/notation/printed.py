"""Write an input in the notation, so that it reads as the same again."""

import math

from parity.model.notation import columns
from parity.model.notation.axes import quoted
from parity.model.notation.axes import shown as shape_shown
from parity.model.notation.pictures import channel_axis
from parity.model.notation.said import InputSpec
from parity.model.spec import (
    AttentionMask,
    Columns,
    Domain,
    Image,
    Indices,
    Lengths,
    OneOf,
    PositionIds,
    Scale,
    SegmentIds,
    Shape,
    TensorSpec,
    TokenIds,
    Values,
    Waveform,
)


def printed(spec: InputSpec | TensorSpec) -> str:
    """One line. Suspects of ids are left out: nobody says them."""
    said = InputSpec.of(spec) if isinstance(spec, TensorSpec) else spec
    kept = said.dtype or ""
    if said.shape is not None:
        kept += shape_shown(said.shape, said.extents, said.name)
    values = kind(said.domain, said.shape) if said.domain is not None else ""
    return f"{quoted(said.name)}: {' '.join(part for part in (kept, values) if part)}"


def kind(domain: Domain, shape: Shape | None) -> str:
    """What values are, as ``kinds.read`` takes it. shape: of the input, where it is said."""
    match domain:
        case Image():
            return _picture(domain, shape)
        case Waveform(rate=rate, low=low, high=high):
            return f"waveform at {rate} in {_bounds(low, high)}"
        case Scale(low=low, high=high, signed=signed):
            return f"scale {'signed ' if signed else ''}in {_bounds(low, high)}"
        case OneOf(values=values):
            return f"one of {{{','.join(map(plain, values))}}}"
        case Columns():
            return columns.shown(domain)
        case Values(low=low, high=high):
            return f"{'whole ' if domain.whole else ''}in {_bounds(low, high)}"
    return _indices(domain)


def _indices(domain: Domain) -> str:
    match domain:
        case TokenIds(vocabulary=vocabulary, pad=pad, positions=positions, masked=masked):
            parts = [f"ids of {vocabulary}"]
            if domain.lowest:
                parts.append(f"from {domain.lowest}")
            if pad is not None:
                parts.append(f"pad {pad}{' masked' if masked else ''}")
            if positions is not None:
                parts.append(f"at most {positions}")
            return " ".join(parts)
        case SegmentIds(kinds=kinds):
            return f"segments of {kinds}"
        case PositionIds(bound=bound):
            return f"positions of {bound}"
        case Lengths(of=of, axis=axis):
            return f"lengths of {quoted(of)}" + (f" axis {axis}" if axis != 1 else "")
        case AttentionMask(of=of):
            return f"mask of {quoted(of)}"
        case Indices(of=of, axis=axis):
            return f"indices of {quoted(of)}" + (f" axis {axis}" if axis else "")
    return ""


def _picture(domain: Image, shape: Shape | None) -> str:
    parts = [f"picture {domain.layout}"]
    axis = channel_axis(domain.layout)
    there = shape[axis] if shape is not None and len(shape) >= -axis else None
    if domain.channels and domain.channels != there:
        parts.append(f"of {domain.channels}")
    usual = Image(domain.channels, layout=domain.layout)
    if domain.mean:
        usual = Image.normalised(domain.mean, domain.std, domain.layout)
        for key, numbers in (("mean", domain.mean), ("std", domain.std)):
            parts.append(f"{key} ({','.join(map(plain, numbers))})")
    if not domain.mean or (domain.low, domain.high) != (usual.low, usual.high):
        parts.append(f"in {_bounds(domain.low, domain.high)}")
    return " ".join(parts)


def _bounds(low: float, high: float) -> str:
    return f"[{plain(low)},{plain(high)}]"


def plain(value: float) -> str:
    """The shortest text that reads as this number again."""
    if not math.isfinite(value):
        return str(value)
    return str(int(value)) if value == int(value) and abs(value) < 1e16 else repr(float(value))
