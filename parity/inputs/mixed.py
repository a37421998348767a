"""Text and ids by turns: text shows what users see, ids reach what no text does."""

from collections.abc import Sequence

from parity.inputs import ids, text
from parity.inputs._limits import Limits
from parity.inputs._plan import Example, Script, ScriptedPlan
from parity.inputs._source import Source
from parity.inputs.tokenizers import Tokenizer
from parity.model.spec import TensorSpec


def plan(
    specs: Sequence[TensorSpec], *, limits: Limits, tokenizer: Tokenizer | None, seed: int
) -> ScriptedPlan:
    """Both plans under one roof. Raises InputError where one of them can't be made."""
    return turns(
        "mixed",
        text.plan(specs, limits=limits, tokenizer=tokenizer, seed=seed),
        ids.plan(specs, limits=limits, tokenizer=tokenizer, seed=seed),
    )


def turns(name: str, *both: ScriptedPlan) -> ScriptedPlan:
    """Two plans by turns, the first being the simpler."""

    def make(source: Source, label: str) -> Example:
        # Text first: the simplest counterexample is a sentence.
        return both[source.integer(0, 1, "text or ids")].build(source, label)

    def scripts() -> list[Script]:
        return [
            Script(script.label, {"text or ids": [turn], **script.answers}, script.cost)
            for turn, part in enumerate(both)
            for script in part.scripts()
        ]

    return ScriptedPlan(
        name=name,
        summary="; ".join(part.describe() for part in both),
        make=make,
        scripts=scripts,
    )
