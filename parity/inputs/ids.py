"""Ids straight into the model: every id, length, padding and token type that it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parity.inputs._limits import Limits
from parity.inputs._plan import Example, ScriptedPlan
from parity.inputs._source import CAPACITY, Source
from parity.inputs.boundary import ids as _boundary
from parity.inputs.numbers import free as _free
from parity.inputs.tokenizers import Tokenizer
from parity.inputs.tokens import assemble
from parity.inputs.tokens import marks as _marks
from parity.inputs.tokens import segments as _segments
from parity.inputs.tokens.layout import Layout, check, layout, token_ids
from parity.inputs.tokens.rows import FAR, Rows
from parity.inputs.tokens.vocabulary import Ids, Vocabulary, vocabulary
from parity.model.spec import TensorSpec, TokenIds

_MOST_CHOICES = 3  # of a model that leaves open how many texts a row has


def plan(
    specs: Sequence[TensorSpec], *, limits: Limits, tokenizer: Tokenizer | None, seed: int
) -> ScriptedPlan:
    """Ids for every id input; a tokenizer only tells the special ones."""
    sizes = layout(specs, limits)
    if tokenizer is not None and len(sizes.ids) == 1:
        check(sizes, tokenizer)
    maker = Maker(sizes, _vocabularies(sizes, tokenizer))
    specials = tokenizer.specials if tokenizer else ()
    return ScriptedPlan(
        name="ids",
        summary=_summary(sizes),
        make=maker.make,
        scripts=lambda: _boundary.scripts(
            maker.rows, maker.words, specials=specials, seed=seed, share=maker.share
        ),
    )


@dataclass(frozen=True)
class Maker:
    """Builds examples for one layout."""

    layout: Layout
    words: tuple[Vocabulary, ...]

    @property
    def rows(self) -> Rows:
        """How the rows of the leading input are drawn."""
        return Rows(self.layout, self.words[0], self.share)

    @property
    def share(self) -> int:
        """Bytes of the source that each input may take."""
        return CAPACITY // (len(self.layout.ids) + len(self.layout.free))

    def make(self, source: Source, label: str) -> Example:
        sizes = self.layout
        lead = sizes.ids[0]
        # Nobody pads a single row, so a model that is fed one at a time never meets such columns.
        extra = (
            sizes.ragged
            and sizes.width is None
            and sizes.batch > 1
            and source.boolean("extra padding")
        )
        far = sizes.furthest > sizes.longest and source.integer(0, FAR, "far") == FAR
        pad_inside = self.words[0].pad_code >= 0 and source.boolean("pad inside")
        marks = _marks.draw(source, sizes)
        choices = self._choices(source)
        kinds = _segments.draw(source, sizes.segment_kinds)
        leading = self.rows.far if far else self.rows
        rows = {lead.name: _whole(leading.draw(source, pad_inside=pad_inside), choices)}
        lengths = tuple(len(row) for row in rows[lead.name])
        for spec, words in zip(sizes.ids[1:], self.words[1:], strict=True):
            rows[spec.name] = self._more(source, spec.name, words, lengths)
        width = sizes.width or sizes.up(max(lengths))
        if extra:
            width = sizes.widen(width, len(lengths))
        free = _free.draw(
            source,
            sizes.free,
            limits=sizes.limits,
            rows=len(lengths) // choices,
            known={lead.shape[-1]: width},
            capacity=self.share,
            among=sizes.ids,
        )
        feed = assemble.feed(
            sizes,
            rows=rows,
            segments=kinds.of(rows[lead.name], sizes.segments),
            width=width,
            pads={s.name: _filler(token_ids(s)) for s in sizes.ids},
            free=free,
            choices=choices,
            marks=marks,
        )
        return Example(feed, label, source.choices, lengths=lengths, width=width)

    def _choices(self, source: Source) -> int:
        """How many texts stand in one entry of the batch."""
        if isinstance(self.layout.choices, str):
            return source.integer(1, _MOST_CHOICES, "choices")
        return self.layout.choices or 1

    def _more(
        self, source: Source, name: str, words: Vocabulary, lengths: tuple[int, ...]
    ) -> list[Ids]:
        """Ids of another input, as long as the leading one's."""
        most = max(1, self.share // words.bytes_per_token // len(lengths))
        made = []
        for length in lengths:
            wanted = min(length, most)
            text = source.text(name, words.alphabet, min_size=wanted, max_size=most)
            ids = words.decode(text[:wanted], pad_inside=False)
            made.append(np.resize(ids, length))
        return made


def _filler(domain: TokenIds) -> int:
    """What padding holds: the pad id, else the simplest."""
    return domain.pad if domain.pad is not None else max(0, domain.lowest)


def _whole(rows: list[Ids], choices: int) -> list[Ids]:
    """As many rows as fill the last entry of the batch; those added are turned, not repeated."""
    wanted = -(-len(rows) // choices) * choices
    return rows + [np.roll(rows[i % len(rows)], i) for i in range(len(rows), wanted)]


def _vocabularies(sizes: Layout, tokenizer: Tokenizer | None) -> tuple[Vocabulary, ...]:
    specials = tokenizer.specials if tokenizer else ()
    return tuple(
        vocabulary(
            token_ids(s).vocabulary,
            pad=token_ids(s).pad,
            specials=specials,
            lowest=token_ids(s).lowest,
        )
        for s in sizes.ids
    )


def _summary(sizes: Layout) -> str:
    batch = str(sizes.rows) if sizes.rows else f"1-{sizes.limits.max_batch}"
    width = str(sizes.width) if sizes.width else f"1-{sizes.longest}"
    if sizes.furthest > sizes.longest:
        width += f" (rarely {sizes.furthest})"
    segments = f"segments below {sizes.segment_kinds}, " if sizes.segment_kinds > 1 else ""
    padding = "with padding" if sizes.ragged else "rows of one length"
    if sizes.choices is not None:
        batch += f" (by {sizes.choices})"
    return f"ids: batch {batch}, length {width}, ids below {sizes.vocabulary}, {segments}{padding}"
