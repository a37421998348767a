"""A domain in words, a tensor in fields."""

from parity.model.agree import shown
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
    TensorSpec,
    TokenIds,
    Values,
    Waveform,
)


def extents(spec: TensorSpec) -> str:
    """A shape as people write it; what its file doesn't say isn't a scalar."""
    return shown(spec.shape) if spec.declared else "not declared"


def described(domain: Domain | None) -> str:
    """One short phrase for a person; "" for no domain."""
    match domain:
        case TokenIds():
            parts = [f"token ids below {domain.vocabulary}"]
            if domain.lowest:
                parts.append(f"from {domain.lowest} up")
            if domain.pad is not None:
                parts.append(f"pad {domain.pad}{' (masked)' if domain.masked else ''}")
            if domain.positions is not None:
                parts.append(f"at most {domain.positions} long")
            return ", ".join(parts)
        case SegmentIds(kinds=kinds):
            return f"segment ids below {kinds}"
        case PositionIds(bound=bound):
            return f"positions below {bound}"
        case Lengths(of=of, axis=axis):
            return f"lengths of {of}" + (f" along axis {axis}" if axis != 1 else "")
        case AttentionMask(of=of):
            return f"mask of {of}: 1 valid, 0 padding"
        case Indices(of=of, axis=axis):
            return f"indices of axis {axis} of {of}"
    return _filled(domain)


def _filled(domain: Domain | None) -> str:
    match domain:
        case Image(channels=channels, low=low, high=high, layout=layout):
            plural = "s" if channels > 1 else ""
            last = " (last)" if layout == "NHWC" else ""
            return f"pictures of {channels} channel{plural}{last}, around [{low:g}, {high:g}]"
        case Waveform() | Scale() | OneOf() | Values():
            return _numbers(domain)
        case Columns(axis=axis, of=parts):
            listed = ", ".join(f"[{v.low:g}, {v.high:g}]" for v in parts)
            return f"whole numbers by entry of axis {axis}: {listed}"
    return ""


def _numbers(domain: Waveform | Scale | OneOf | Values) -> str:
    match domain:
        case OneOf(values=values):
            return f"one of {', '.join(f'{v:g}' for v in values)}"
        case Waveform(rate=rate, low=low, high=high):
            return f"sound at {rate} Hz in [{low:g}, {high:g}]"
        case Scale(low=low, high=high, signed=signed):
            return f"a scale of size {low:g} to {high:g}{', of either sign' if signed else ''}"
    found = f"{'whole ' if domain.whole else ''}values in [{domain.low:g}, {domain.high:g}]"
    points = ", ".join(f"{p:g}" for p in domain.points[:6])
    return f"{found}, {points} among them" if points else found


def fields(spec: TensorSpec) -> dict[str, object]:
    """A tensor for a program: what JSON can hold, without a domain where there is none."""
    shown: dict[str, object] = {
        "name": spec.name,
        "dtype": spec.dtype,
        "shape": list(spec.shape) if spec.declared else None,
    }
    if spec.domain is not None:
        shown["domain"] = {"kind": type(spec.domain).__name__, **_plain(spec.domain)}
    if spec.extents:
        shown["extents"] = [dict(vars(rule)) for rule in spec.extents]
    return shown


def _plain(domain: Domain) -> dict[str, object]:
    """The fields of a domain; what other models add to it, and what is empty, left out."""
    optional = ("suspects", "points", "whole", "lowest", "ordered")
    return {
        key: [_plain(part) for part in value] if key == "of" and isinstance(value, tuple) else value
        for key, value in vars(domain).items()
        if key != "suspects" and (value or key not in optional)
    }
