"""Which input of a sequence model is what, and how large feeds may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from parity.errors import InputError
from parity.inputs._limits import DEFAULT_LENGTH, Limits
from parity.inputs.sizes.extents import batches
from parity.inputs.tokenizers import Tokenizer
from parity.inputs.tokens.sensible import check_domains, check_relations, check_shapes
from parity.inputs.tokens.vocabulary import Ids
from parity.model.spec import (
    AttentionMask,
    Extent,
    Lengths,
    PositionIds,
    SegmentIds,
    TensorSpec,
    TokenIds,
    both,
    extents,
)


@dataclass(frozen=True)
class Layout:
    """The inputs of a sequence model by role.

    ids: all id inputs of a sequence; the first leads, the others take its lengths.
    free: inputs that have nothing to do with its tokens.
    rows: the texts of a feed that the model fixes, or None; 1 for a text without a batch.
    choices: of a model that takes several texts a row [batch, choices, length], how many, or
        the symbol of that axis; None for others. Then ``limits`` counts texts too.
    width: the padded length that the model fixes, or None.
    longest: most valid tokens of a row.
    furthest: what the position table holds beyond that, if the user set no bound and a feed may
        be so large; one boundary feed and few generated ones go so far. Else as ``longest``.
    pad: the id that padding holds, or None if the model knows none.
    ragged: whether the model can tell padding, so that rows may differ in length.
    widths: which padded lengths are taken, where somebody has said so.
    """

    ids: tuple[TensorSpec, ...]
    segments: tuple[TensorSpec, ...]
    positions: tuple[TensorSpec, ...]
    lengths: tuple[TensorSpec, ...]
    masks: tuple[TensorSpec, ...]
    free: tuple[TensorSpec, ...]
    rows: int | None
    choices: int | str | None
    width: int | None
    longest: int
    furthest: int
    pad: int | None
    ragged: bool
    limits: Limits
    widths: Extent | None = None

    @property
    def vocabulary(self) -> int:
        """Ids of the leading input are below this."""
        return token_ids(self.ids[0]).vocabulary

    @property
    def masked(self) -> bool:
        """Whether the model makes a mask from the pad id."""
        return any(token_ids(s).masked for s in self.ids)

    @property
    def batch(self) -> int:
        """Most rows of a feed."""
        return self.rows or self.limits.max_batch

    @property
    def segment_kinds(self) -> int:
        """Token types are below this in any input; 1 if there is no such input."""
        return max(map(kinds_of, self.segments), default=1)

    @property
    def shared_kinds(self) -> int:
        """Token types are below this in every input; 1 if there is no such input."""
        return min(map(kinds_of, self.segments), default=1)

    def up(self, length: int) -> int:
        """The shortest padded length from this one up that is taken."""
        if self.widths is None:
            return length
        whole = -(-length // self.widths.multiple) * self.widths.multiple
        return self.widths.sizes((whole,))[-1]

    def takes(self, length: int) -> bool:
        """Whether a row may be padded to so many; all lengths, unless somebody has said which."""
        return self.ragged or self.widths is None or self.widths.allows(length)

    def widen(self, width: int, rows: int) -> int:
        """The next padded length beyond ``width`` that the limits allow, or ``width``."""
        for wider in self.limits.widths:
            if wider > width and (self.widths is None or self.widths.allows(wider)):
                fits = wider <= self.longest and wider * rows <= self.limits.max_tokens
                return wider if fits else width
        return width


def kinds_of(spec: TensorSpec) -> int:
    """How many token types an input knows."""
    return spec.domain.kinds if isinstance(spec.domain, SegmentIds) else 1


def token_ids(spec: TensorSpec) -> TokenIds:
    """The domain of an id input. Raises InputError for another input."""
    if not isinstance(spec.domain, TokenIds):
        raise InputError(f"{spec.name} holds no token ids")
    return spec.domain


def layout(specs: Sequence[TensorSpec], limits: Limits) -> Layout:
    """Sort the inputs by role. Raises InputError, naming the input, where none fits."""
    by: dict[type, list[TensorSpec]] = {}
    for spec in specs:
        by.setdefault(type(spec.domain), []).append(spec)
    ids = _together(by.get(TokenIds, []))
    if not ids:
        known = ", ".join(f"{s.name} ({s.dtype})" for s in specs)
        raise InputError(f"no input holds token ids; there are: {known}")
    sequences = [*ids, *by.get(SegmentIds, ())]
    related = tuple(by.get(Lengths, ())) + tuple(by.get(AttentionMask, ()))
    check_shapes(sequences)
    check_domains(ids)
    check_relations(related, {s.name for s in ids})
    choices = ids[0].shape[1] if len(ids[0].shape) == 3 else None
    batched = [s for s in (*sequences, *related) if len(s.shape) > 1 or s in related]
    widths = _widths(sequences)
    limits, said_rows = _rows(specs, limits)
    rows = _one("batch", {s.name: s.shape[0] for s in batched if s.shape})
    width = _one("length", {s.name: s.shape[-1] for s in sequences})
    if len(ids[0].shape) == 1:
        rows = 1
    if isinstance(choices, int):
        rows = None if rows is None else rows * choices
        limits = replace(limits, max_batch=limits.max_batch * choices)
    bounds = {s.name: p for s in ids if (p := token_ids(s).positions) is not None}
    bounds |= {s.name: s.domain.bound for s in specs if isinstance(s.domain, PositionIds)}
    return Layout(
        ids=ids,
        segments=tuple(by.get(SegmentIds, ())),
        positions=tuple(by.get(PositionIds, ())),
        lengths=tuple(by.get(Lengths, ())),
        masks=tuple(by.get(AttentionMask, ())),
        free=tuple(
            s for s in specs if not (s in ids if isinstance(s.domain, TokenIds) else _is_role(s))
        ),
        rows=rows or said_rows,
        choices=choices,
        width=width,
        longest=_taken(_longest(width, bounds, limits), widths),
        furthest=_taken(_furthest(width, bounds, limits), widths),
        pad=token_ids(ids[0]).pad,
        ragged=bool(related) or token_ids(ids[0]).pad is not None,
        limits=limits,
        widths=widths,
    )


def _rows(specs: Sequence[TensorSpec], limits: Limits) -> tuple[Limits, int | None]:
    """The limits with what is said of the number of rows; and that number, if it isn't from 1 up.

    Rows are drawn one after another, so of several numbers that begin above 1 one is fed, by turns.
    """
    allowed = batches(specs, limits.max_batch)
    if allowed[0] == 1 and allowed == tuple(range(1, allowed[-1] + 1)):
        return replace(limits, max_batch=allowed[-1]), None
    return limits, allowed[limits.turn % len(allowed)]


def _widths(sequences: Sequence[TensorSpec]) -> Extent | None:
    """What is said of the padded length."""
    rules = extents(sequences)
    symbols = {spec.shape[-1] for spec in sequences} & rules.keys()
    found = Extent("")
    for symbol in symbols:
        found = both(found, rules[str(symbol)])
    return None if found.free else found


def _taken(longest: int, widths: Extent | None) -> int:
    """The greatest length up to this one that is taken. Raises InputError for none."""
    if widths is None:
        return longest
    allowed = [n for n in range(longest, 0, -1) if widths.allows(n)]
    if not allowed:
        raise InputError(
            f"no length up to {longest} is one that was said: --max-length bounds them"
        )
    return allowed[0]


def _together(ids: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
    """The id inputs of one sequence.

    Another rank or fixed length is no part of it: a user's id beside what the user read.
    """
    if not ids:
        return ()
    lead = next((s for s in ids if s.shape and isinstance(s.shape[-1], str)), ids[0])
    return tuple(
        s
        for s in ids
        if len(s.shape) == len(lead.shape)
        and (s.shape[-1:] == lead.shape[-1:] or isinstance(s.shape[-1], str))
    )


def check(sizes: Layout, tokenizer: Tokenizer) -> None:
    """Raise InputError when a tokenizer belongs to another model."""
    spec = sizes.ids[0]
    if tokenizer.size > sizes.vocabulary:
        raise InputError(
            f"{tokenizer.name}: {tokenizer.size} ids, but {spec.name} takes {sizes.vocabulary}; "
            "an id would index outside the table. Name the tokenizer of this model"
        )
    if sizes.pad is None and tokenizer.pad is not None:
        fits(sizes, tokenizer, [tokenizer.pad], "padding")
    if sizes.pad is not None and token_ids(spec).masked and tokenizer.pad not in (None, sizes.pad):
        raise InputError(
            f"{tokenizer.name}: pads with id {tokenizer.pad}, but the model masks out "
            f"{sizes.pad} of {spec.name}. Name the tokenizer of this model"
        )


def fits(sizes: Layout, tokenizer: Tokenizer, ids: Sequence[int] | Ids, of: str) -> None:
    """Raise InputError for an id that a tokenizer gives and the model's table hasn't.

    of: what the ids are of. A tokenizer's vocabulary says nothing of the ids that its
    post-processor puts around a text. Engines answer them with garbage, or die.
    """
    outside = [int(i) for i in ids if not 0 <= i < sizes.vocabulary]
    if outside:
        raise InputError(
            f"{tokenizer.name}: gives id {outside[0]} for {of}, but {sizes.ids[0].name} takes ids "
            f"below {sizes.vocabulary}: it isn't this model's tokenizer, or is damaged. "
            "Name the tokenizer of this model"
        )


def _is_role(spec: TensorSpec) -> bool:
    roles = TokenIds | SegmentIds | PositionIds | Lengths | AttentionMask
    return isinstance(spec.domain, roles)


def _one(what: str, sizes: dict[str, int | str]) -> int | None:
    fixed = {name: size for name, size in sizes.items() if isinstance(size, int)}
    if len(set(fixed.values())) > 1:
        said = ", ".join(f"{name} {size}" for name, size in fixed.items())
        raise InputError(f"the inputs disagree on the {what}: {said}")
    size = next(iter(fixed.values()), None)
    if size is not None and size < 1:
        raise InputError(f"the {what} of {next(iter(fixed))} is {size}; a symbol stands for any")
    return size


def _longest(width: int | None, bounds: dict[str, int], limits: Limits) -> int:
    bound = min(bounds.values(), default=None)
    if bound is not None and bound < 1:
        raise InputError(f"{min(bounds, key=bounds.__getitem__)}: no position is allowed")
    if width is not None:
        if bound is not None and width > bound:
            raise InputError(
                f"the inputs are {width} long, but {min(bounds, key=bounds.__getitem__)} "
                f"allows {bound} positions"
            )
        return width
    wanted = limits.max_length or DEFAULT_LENGTH
    return _smallest((wanted, limits.max_tokens, bound))


def _furthest(width: int | None, bounds: dict[str, int], limits: Limits) -> int:
    """Tables are cut and clamped at their far end, which 512 tokens of 2048 never reach."""
    longest = _longest(width, bounds, limits)
    if width is not None or limits.max_length is not None or not bounds:
        return longest
    return min(*bounds.values(), limits.max_tokens)


def _smallest(values: Iterable[int | None]) -> int:
    return min(v for v in values if v is not None)
