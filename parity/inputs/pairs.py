"""Pairs of texts, and ids by turns: a question and its context, or two sentences to compare.

A pair is one text with a tab between its two (``parity.pairs``). Only the second is cut where
both are too long; token types are 0 and 1, as the tokenizer gives them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from parity import pairs
from parity.errors import InputError
from parity.inputs import ids, text
from parity.inputs._limits import Limits
from parity.inputs._plan import ScriptedPlan
from parity.inputs._source import Source
from parity.inputs.boundary import pairs as boundary
from parity.inputs.mixed import turns
from parity.inputs.tokenizers import PairTokenizer, Tokenizer
from parity.model.spec import TensorSpec

_LONGEST_FIRST = 64  # characters that are drawn; BERT's max_query_length, so that a context fits


def plan(
    specs: Sequence[TensorSpec], *, limits: Limits, tokenizer: Tokenizer | None, seed: int
) -> ScriptedPlan:
    """Pairs as ids of the one id input, and ids that no text reaches.

    Raises InputError as ``text`` and ``ids`` do, and for a tokenizer that has no pairs.
    """
    if tokenizer is None:
        raise InputError("pairs of texts need a tokenizer; none lies beside the model: name one")
    two = PairTokenizer(tokenizer)
    two.encode_pairs([("", "")], two.shortest)  # raises where there are no pairs
    maker = text.maker(specs, limits, two, Maker)
    drawn = ScriptedPlan(
        name="pairs",
        summary=f"pairs: batch 1-{maker.rows}, cut at {maker.layout.longest} tokens, "
        f"{tokenizer.name}",
        make=maker.make,
        scripts=lambda: boundary.scripts(maker.rows, maker.most, asks=maker.asks),
    )
    return turns("pairs", drawn, ids.plan(specs, limits=limits, tokenizer=tokenizer, seed=seed))


@dataclass(frozen=True)
class Maker(text.Maker):
    """Builds examples of pairs; its tokenizer takes pairs."""

    def row(self, source: Source, used: int) -> tuple[str, int]:
        """A pair, and the bytes that both took of the source."""
        most = self.most(used)
        first, taken = self.drawn(source, "question", min(most, _LONGEST_FIRST))
        rest = max(0, min(most, self.most(used + taken)))
        second, more = self.drawn(source, "row", rest)
        return pairs.join(first, second), taken + more
