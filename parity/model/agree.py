"""Where two models disagree on what their inputs mean."""

from collections.abc import Collection

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
    Signature,
    TensorSpec,
    TokenIds,
    Values,
    Waveform,
)


def agree(reference: Signature, candidate: Signature, *, told: Collection[str] = ()) -> list[str]:
    """One plain line for each disagreement of the inputs, by name; none if they agree.

    Inputs are matched by name, never by order. Bounds are given reference first.
    An input of which one graph says nothing (plain values) is no disagreement,
    unless the candidate does not read it at all while the reference does.
    told: inputs of which it was said already that one side lacks or ignores them,
    or takes another dtype: of those the other disagreements are left.
    """
    lines = []
    others = {spec.name: spec for spec in candidate.inputs}
    for spec in reference.inputs:
        other = others.pop(spec.name, None)
        mine = []
        if other is None:
            mine.append("an input of the reference that the candidate lacks")
        elif spec.dtype != other.dtype:
            mine.append(f"{spec.dtype} in the reference, {other.dtype} in the candidate")
        unread = spec.name in candidate.unread and spec.name not in reference.unread
        if unread:
            mine.append("the outputs of the reference depend on it, those of the candidate don't")
        if spec.name not in told:
            lines += [f"{spec.name}: {line}" for line in mine]
        if other is None:
            continue
        lines += _shapes(spec, other)
        if not unread and spec.domain is not None and other.domain is not None:
            lines += [f"{spec.name}: {line}" for line in _domains(spec.domain, other.domain)]
    lines += [
        f"{name}: an input of the candidate that the reference lacks"
        for name in others
        if name not in told
    ]
    return lines


def _shapes(expected: TensorSpec, actual: TensorSpec) -> list[str]:
    lines = []
    if expected.declared and actual.declared and not _fits(expected.shape, actual.shape):
        lines.append(
            f"{expected.name}: shape {shown(expected.shape)} in the reference, "
            f"{shown(actual.shape)} in the candidate"
        )
    return lines


def _fits(expected: Shape, actual: Shape) -> bool:
    """Whether the candidate takes what the reference takes."""
    return len(expected) == len(actual) and all(
        isinstance(there, str) or here == there
        for here, there in zip(expected, actual, strict=True)
    )


def _domains(expected: Domain, actual: Domain) -> list[str]:
    # What is said of numbers alone, a range or a kind, no graph of the other side says again.
    numbers = (Values, Waveform, Scale, OneOf)
    if isinstance(expected, numbers) or isinstance(actual, numbers):
        return []
    match expected, actual:
        case TokenIds(), TokenIds():
            return _tokens(expected, actual)
        case SegmentIds(kinds=here), SegmentIds(kinds=there):
            return _differ("segment kinds", here, there)
        case PositionIds(bound=here), PositionIds(bound=there):
            return _differ("positions", here, there)
        case Lengths(of=of_here), Lengths(of=of_there):
            return _differ("lengths of", of_here, of_there)
        case AttentionMask(of=of_here), AttentionMask(of=of_there):
            return _differ("mask of", of_here, of_there)
        case Indices(of=here), Indices(of=there):
            return _differ("indices of", here, there)
        case Columns(), Columns():
            return _differ("columns", expected.axis, actual.axis)
        case Image(channels=here), Image(channels=there):
            return _differ("channels", here, there)
    return [f"{_noun(expected)} in the reference, {_noun(actual)} in the candidate"]


def _tokens(expected: TokenIds, actual: TokenIds) -> list[str]:
    lines = _differ("vocabulary", expected.vocabulary, actual.vocabulary)
    # A padding row that constant folding merged into the table leaves no trace.
    folded = actual.pad is None and not expected.masked
    if not folded:
        lines += _differ("pad id", expected.pad, actual.pad)
        lines += _differ("attention mask from the pad id", expected.masked, actual.masked)
    return lines + _differ("positions", expected.positions, actual.positions)


def _differ(what: str, expected: object, actual: object) -> list[str]:
    if expected == actual:
        return []
    return [f"{what} {_word(expected)} in the reference, {_word(actual)} in the candidate"]


def _word(value: object) -> str:
    words = {None: "none", True: "yes", False: "no"}
    return words[value] if value is None or isinstance(value, bool) else str(value)


def _noun(domain: Domain) -> str:
    return {
        TokenIds: "token ids",
        SegmentIds: "segment ids",
        PositionIds: "position ids",
        Lengths: "lengths",
        AttentionMask: "an attention mask",
        Image: "pictures",
        Waveform: "sound",
        Scale: "a scale",
        OneOf: "one of a few numbers",
        Values: "plain values",
        Columns: "numbers by column",
        Indices: "indices of an axis",
    }[type(domain)]


def shown(shape: Shape) -> str:
    """A shape as people write it: ``[batch, 128]``."""
    return f"[{', '.join(str(axis) for axis in shape)}]"
