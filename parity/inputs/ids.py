"""Ids straight into the model: every id, length, padding and token type that it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parity.inputs import _assemble, _boundary, _free, _segments
from parity.inputs._layout import Layout, check, layout, token_ids
from parity.inputs._limits import Limits
from parity.inputs._plan import Example, ScriptedPlan
from parity.inputs._rows import FAR, Rows
from parity.inputs._source import CAPACITY, Source
from parity.inputs._tokenizer import Tokenizer
from parity.inputs._vocabulary import Ids, Vocabulary, vocabulary
from parity.model.spec import TensorSpec


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
        scripts=lambda: _boundary.scripts(maker.rows, specials=specials, seed=seed),
    )


@dataclass(frozen=True)
class Maker:
    """Builds examples for one layout."""

    layout: Layout
    words: tuple[Vocabulary, ...]

    @property
    def rows(self) -> Rows:
        """How the rows of the leading input are drawn."""
        return Rows(self.layout, self.words[0], self._share)

    @property
    def _share(self) -> int:
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
        kinds = _segments.draw(source, sizes.segment_kinds)
        leading = self.rows.far if far else self.rows
        rows = {lead.name: leading.draw(source, pad_inside=pad_inside)}
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
            rows=len(lengths),
            known={lead.shape[1]: width},
            capacity=self._share,
        )
        feed = _assemble.feed(
            sizes,
            rows=rows,
            segments=kinds.of(rows[lead.name]),
            width=width,
            pads={s.name: token_ids(s).pad or 0 for s in sizes.ids},
            free=free,
        )
        return Example(feed, label, source.choices, lengths=lengths)

    def _more(
        self, source: Source, name: str, words: Vocabulary, lengths: tuple[int, ...]
    ) -> list[Ids]:
        """Ids of another input, as long as the leading one's."""
        most = max(1, self._share // words.bytes_per_token // len(lengths))
        made = []
        for length in lengths:
            wanted = min(length, most)
            text = source.text(name, words.alphabet, min_size=wanted, max_size=most)
            ids = words.decode(text[:wanted], pad_inside=False)
            made.append(np.resize(ids, length))
        return made


def _vocabularies(sizes: Layout, tokenizer: Tokenizer | None) -> tuple[Vocabulary, ...]:
    specials = tokenizer.specials if tokenizer else ()
    return tuple(
        vocabulary(token_ids(s).vocabulary, pad=token_ids(s).pad, specials=specials)
        for s in sizes.ids
    )


def _summary(sizes: Layout) -> str:
    batch = str(sizes.rows) if sizes.rows else f"1-{sizes.limits.max_batch}"
    width = str(sizes.width) if sizes.width else f"1-{sizes.longest}"
    if sizes.furthest > sizes.longest:
        width += f" (rarely {sizes.furthest})"
    segments = f"segments below {sizes.segment_kinds}, " if sizes.segment_kinds > 1 else ""
    padding = "with padding" if sizes.ragged else "rows of one length"
    return f"ids: batch {batch}, length {width}, ids below {sizes.vocabulary}, {segments}{padding}"
