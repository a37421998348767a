"""What is known of the sizes of a model's open axes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from parity.inputs.sizes.rule import Rule


@dataclass(frozen=True)
class Link:
    """An axis that is as large as another, and ``more``."""

    to: str
    more: int = 0


@dataclass(frozen=True)
class Sizes:
    """By symbol the rule that was learned; a symbol without one takes what is wanted.

    linked: symbols that follow another symbol, by name.
    together: the only sizes of all symbols that may be fed, where no simple rule is behind them;
        fewest elements first. Empty otherwise.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    linked: Mapping[str, Link] = field(default_factory=dict)
    together: tuple[Mapping[str, int], ...] = ()

    def options(self, symbol: str, wanted: tuple[int, ...]) -> tuple[int, ...]:
        """The sizes of a symbol, ascending; ``wanted`` as far as the rule allows."""
        rule = self.rules.get(symbol)
        return wanted if rule is None else rule.options(wanted)
