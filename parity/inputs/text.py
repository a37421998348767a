"""Text through the model's own tokenizer, with the characters of each token kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from parity.errors import InputError
from parity.inputs._limits import DEFAULT_LENGTH, Limits
from parity.inputs._plan import Example, Offsets, ScriptedPlan
from parity.inputs._source import CAPACITY, UNICODE, ReplaySource, Source
from parity.inputs.boundary import texts as _boundary_texts
from parity.inputs.numbers import free
from parity.inputs.tokenizers import Tokenizer
from parity.inputs.tokens import assemble
from parity.inputs.tokens import pieces as _pieces
from parity.inputs.tokens.layout import Layout, check, fits, layout
from parity.inputs.tokens.vocabulary import Ids
from parity.model.spec import TensorSpec

_FLOORS = (0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 5, 5, 8, 8, 13, 21, 34, 64, 128)
_MOST_ROWS = 16  # drawn; a model that fixes a larger batch gets them again and again
_BEYOND = 40  # characters past the longest row, so that cutting happens

Made = TypeVar("Made", bound="Maker")


def plan(
    specs: Sequence[TensorSpec], *, limits: Limits, tokenizer: Tokenizer | None, seed: int
) -> ScriptedPlan:
    """Texts as ids of the one id input.

    Raises InputError without a tokenizer, with one that doesn't belong to the
    model, and for a model with several id inputs.
    """
    if tokenizer is None:
        raise InputError("inputs from text need a tokenizer; none lies beside the model: name one")
    return _plan(maker(specs, limits, tokenizer, Maker))


def maker(
    specs: Sequence[TensorSpec], limits: Limits, tokenizer: Tokenizer, of: "type[Made]"
) -> "Made":
    """What builds examples for these inputs. Raises InputError as ``plan`` does."""
    sizes = layout(specs, limits)
    if len(sizes.ids) > 1:
        names = ", ".join(s.name for s in sizes.ids)
        raise InputError(f"a text can't be fed to {len(sizes.ids)} id inputs: {names}")
    if len(sizes.ids[0].shape) != 2:
        raise InputError(
            f"a text can't be fed to {sizes.ids[0].name}: its shape is {sizes.ids[0].shape}, "
            "expected (batch, length)"
        )
    check(sizes, tokenizer)
    if tokenizer.shortest > sizes.longest:
        raise InputError(
            f"{tokenizer.name}: an empty text has {tokenizer.shortest} tokens, "
            f"but {sizes.ids[0].name} takes {sizes.longest}"
        )
    made = of(sizes, tokenizer, _pieces.pieces(tokenizer.tokens))
    made.pad  # noqa: B018  (raises when a fixed length can't be filled up)
    return made


def given(
    specs: Sequence[TensorSpec],
    texts: Sequence[str],
    *,
    limits: Limits,
    tokenizer: Tokenizer,
    label: str,
) -> Example:
    """One feed of these texts, cut at ``limits.max_length`` and padded to the longest.

    Raises InputError as ``plan`` does.
    """
    # However many they are, none is cut shorter than it would be alone.
    room = len(texts) * (limits.max_length or DEFAULT_LENGTH)
    limits = replace(limits, max_tokens=max(limits.max_tokens, room))
    return maker(specs, limits, tokenizer, Maker).encoded(list(texts), ReplaySource(()), label)


def _plan(maker: "Maker") -> ScriptedPlan:
    sizes, tokenizer = maker.layout, maker.tokenizer
    return ScriptedPlan(
        name="text",
        summary=f"text: batch 1-{maker.rows}, cut at {sizes.longest} tokens, {tokenizer.name}",
        make=maker.make,
        scripts=lambda: _boundary_texts.scripts(maker.rows, maker.most, asks=maker.asks),
    )


@dataclass(frozen=True)
class Maker:
    """Builds examples for one layout and tokenizer."""

    layout: Layout
    tokenizer: Tokenizer
    pieces: _pieces.Pieces

    @property
    def pad(self) -> int | None:
        """What padding holds: the model's pad id, else the tokenizer's, as its users do."""
        if self.layout.pad is not None:
            return self.layout.pad
        if self.tokenizer.pad is not None:
            return self.tokenizer.pad
        if self.layout.ragged:
            return 0
        if self.layout.width is not None:
            raise InputError(
                f"{self.layout.ids[0].name} is {self.layout.width} long, and neither the model "
                f"nor {self.tokenizer.name} has a pad id to fill it up with"
            )
        return None

    @property
    def rows(self) -> int:
        """Most texts that are drawn."""
        if self.pad is None:
            return 1
        if self.layout.rows is not None:
            return min(self.layout.rows, _MOST_ROWS)
        wide = self.layout.width or self.tokenizer.shortest + 1
        return min(self.layout.limits.max_batch, max(1, self.layout.limits.max_tokens // wide))

    @property
    def asks(self) -> bool:
        """Whether the number of texts is a choice."""
        return self.layout.rows is None and self.rows > 1

    def most(self, used: int) -> int:
        """Most characters of the next text, each of which may take four bytes of the source.

        used: the bytes that the texts before it took.
        """
        capacity = CAPACITY // (1 + len(self.layout.free))
        left = capacity - used if self.layout.rows is None else capacity // self.rows
        return min(self.layout.longest + _BEYOND, left // 4)

    def make(self, source: Source, label: str) -> Example:
        texts = self._texts(source)
        return self.encoded(texts, source, label)

    def encoded(self, texts: list[str], source: Source, label: str) -> Example:
        """The feed of these texts; a model that fixes the batch gets them again and again."""
        batch = self.layout.rows or len(texts)
        texts = [texts[i % len(texts)] for i in range(batch)]
        room = self.layout.limits.max_tokens // batch
        longest = self.layout.width or max(self.tokenizer.shortest, min(self.layout.longest, room))
        done = self.tokenizer.encode(texts, longest)
        rows, segments, offsets = [], [], []
        for text, ids, kinds, spans in zip(
            texts, done.ids, done.segments, done.offsets, strict=True
        ):
            fits(self.layout, self.tokenizer, ids, f"the text {text[:40]!r}")
            rows.append(ids if len(ids) else self._nothing())
            segments.append(kinds if len(ids) else np.zeros(1, dtype=np.int64))
            offsets.append(spans or ((0, 0),))
        return self._example(source, label, tuple(texts), rows, segments, tuple(offsets))

    def _texts(self, source: Source) -> list[str]:
        texts: list[str] = []
        used = 0
        while len(texts) < self.rows or self.asks:
            # Asked behind the last text too: without one before it, it would be the next.
            if texts and self.asks and not source.boolean("more rows"):
                break
            if len(texts) == self.rows or self.most(used) < 1:
                break
            text, size = self.row(source, used)
            used += size
            texts.append(text)
        return texts

    def row(self, source: Source, used: int) -> tuple[str, int]:
        """One text, and the bytes that it took of the source. used: by the texts before it."""
        return self.drawn(source, "row", self.most(used))

    def drawn(self, source: Source, label: str, most: int) -> tuple[str, int]:
        """One text of up to so many characters, and the bytes that it took of the source."""
        plain = source.integer(0, 3, "alphabet") == 0
        floors = [f for f in _FLOORS if f <= most]
        floor = floors[source.integer(0, len(floors) - 1, "floor")]
        alphabet = UNICODE if plain else self.pieces.alphabet
        text = source.text(label, alphabet, min_size=floor, max_size=most)
        return text if plain else self.pieces.read(text), len(text.encode())

    def _nothing(self) -> Ids:
        # A row of no tokens can't be fed: engines reject or crash on length 0.
        specials = self.tokenizer.specials
        return np.array([specials[0] if specials else self.pad or 0], dtype=np.int64)

    def _example(
        self,
        source: Source,
        label: str,
        texts: tuple[str, ...],
        rows: list[Ids],
        segments: list[Ids],
        offsets: tuple[Offsets, ...],
    ) -> Example:
        sizes = self.layout
        lead = sizes.ids[0]
        if sizes.segments and max(int(s.max()) for s in segments) >= sizes.shared_kinds:
            raise InputError(
                f"{self.tokenizer.name}: a token type is {max(int(s.max()) for s in segments)}, "
                f"but the model takes those below {sizes.shared_kinds}"
            )
        width = sizes.width or sizes.up(max(len(row) for row in rows))
        feed = assemble.feed(
            sizes,
            rows={lead.name: rows},
            segments=dict.fromkeys((s.name for s in sizes.segments), segments),
            width=width,
            pads={lead.name: self.pad or 0},
            free=free.draw(
                source,
                sizes.free,
                limits=sizes.limits,
                rows=len(rows),
                known={lead.shape[1]: width},
                capacity=CAPACITY // (1 + len(sizes.free)),
                among=sizes.ids,
            ),
        )
        lengths = tuple(len(row) for row in rows)
        return Example(feed, label, source.choices, texts, offsets, lengths, width)
