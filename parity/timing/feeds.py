"""What columns are fed with: rows of one length, over and over, or a feed of the case's own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parity import inputs
from parity.errors import InputError, UsageError
from parity.inputs import Example, Limits
from parity.inputs.feeds import OWN, load
from parity.model.spec import Signature, TokenIds, extents
from parity.timing.column import Setting
from parity.verify.feeds.described import described
from parity.verify.feeds.learning import learned
from parity.verify.feeds.planned import planned
from parity.verify.progress import nobody
from parity.verify.reference import reference_of
from parity.verify.request import Request

LENGTHS = (16, 64, 128)
BATCHES = (1, 32)
"""The ERNIE 3.0 README measures at batch 1 and 32, of 128 tokens and of 64 (TNEWS)."""


@dataclass(frozen=True)
class Feeds:
    """settings: each with its feed, the cheapest first. notes: what was left out, and why.

    judged: the setting that limits are about: the largest of the usual batches and lengths that
    the model takes, whether or not it is among ``settings``.
    """

    settings: tuple[tuple[Setting, Example], ...]
    judged: Setting
    notes: tuple[str, ...] = ()


def feeds(asked: Request, *, lengths: Sequence[int], batches: Sequence[int]) -> Feeds:
    """Feeds for a request's inputs. lengths, batches: () for the usual ones.

    Raises InputError where none can be made, UsageError for lengths of a model that has none.
    """
    signature = described(asked)
    if any(isinstance(spec.domain, TokenIds) for spec in signature.inputs):
        rows, notes = _tokens(asked, signature, lengths)
        usual, _ = _tokens(asked, signature, ())
    else:
        if lengths:
            raise UsageError(
                "--length: the model takes no tokens; its feeds have the size they have"
            )
        rows, notes = {None: _own(asked, signature)}, []
        usual = rows
    made, left = _batches(rows, signature, tuple(batches) or BATCHES)
    if not made:
        raise InputError(f"{asked.reference.model.program}: nothing to measure: {'; '.join(left)}")
    possible, _ = _batches(usual, signature, BATCHES)
    judged = possible[-1][0] if possible else made[-1][0]
    return Feeds(tuple(made), judged, (*notes, *left))


def _tokens(
    asked: Request, signature: Signature, lengths: Sequence[int]
) -> tuple[dict[int | None, Example], list[str]]:
    """One row of each length, without padding."""
    found: dict[int | None, Example] = {}
    notes: list[str] = []
    for length in sorted(set(lengths or LENGTHS)):
        if asked.max_length is not None and length > asked.max_length:
            notes.append(f"length {length}: the inputs are cut at {asked.max_length}")
            continue
        limits = Limits(
            max_batch=1, max_length=length, lengths=(length,), least=signature.least,
            stride=signature.stride, vocabulary_tokens=1, indices=1,
        )  # fmt: skip
        plan = inputs.plan(signature.inputs, limits=limits, kind="ids")
        example = next((e for e in plan.boundary() if e.lengths == (length,)), None)
        if example is None:
            notes.append(f"length {length}: the model takes none such")
            continue
        found[length] = example
    return found, notes


def _own(asked: Request, signature: Signature) -> Example:
    """The largest feed that was brought, else a middling one of the plan, best of one row."""
    if asked.feeds:
        own, _ = load(asked.feeds, signature.inputs, picture=asked.picture)
        every = [Example(one.feed, f"{OWN} {one.name}") for one in own]
        return max(every, key=_size)
    limits = Limits(least=signature.least, stride=signature.stride)
    base = planned(asked, signature, None, limits)
    with reference_of(asked.reference, run_timeout_s=asked.run_timeout_s) as reference:
        reference.start()
        plan, _ = learned(base, reference, nobody)
    every = list(plan.boundary())
    if not every:
        raise InputError(f"{asked.reference.model.program}: there is no feed; bring one: --feeds")
    names = inputs.open_first(signature.inputs)
    single = [e for e in every if inputs.rows_of(e, names) == 1] or every
    ordered = sorted(single, key=_size)
    return ordered[len(ordered) // 2]


def _batches(
    rows: dict[int | None, Example], signature: Signature, batches: Sequence[int]
) -> tuple[list[tuple[Setting, Example]], list[str]]:
    names = inputs.open_first(signature.inputs)
    made: list[tuple[Setting, Example]] = []
    notes: list[str] = []
    for batch in sorted(set(batches)):
        for length, example in rows.items():
            why = _refused(batch, example, signature, names)
            if why:
                notes.append(f"{Setting(batch, length)}: {why}")
                continue
            wide = example
            if names:
                places = tuple((name, 0) for name in names)
                wide = inputs.repeated(example, places, batch, f"{Setting(batch, length)}")
            made.append((Setting(batch, length), replace(wide, label=str(Setting(batch, length)))))
    return made, notes


def _refused(
    batch: int, example: Example, signature: Signature, names: Sequence[str]
) -> str | None:
    """Why the model takes no such batch."""
    if not names:
        fixed = next((a.shape[0] for a in example.feed.values() if a.ndim), 1)
        return None if fixed == batch else f"the model takes batches of {fixed} alone"
    rules = extents(signature.inputs)
    for spec in signature.inputs:
        first = spec.shape[0] if spec.shape else None
        rule = rules.get(first) if isinstance(first, str) else None
        if rule is not None and not rule.allows(batch):
            return f"{spec.name} takes no {batch} rows"
    return None


def _size(example: Example) -> int:
    return max((a.size for a in example.feed.values()), default=0)
