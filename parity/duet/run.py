"""Compare two tokenizers: try, shrink, and group by the rule behind."""

import time
from collections.abc import Sequence
from dataclasses import replace

from parity.duet import rule, texts
from parity.duet.found import Difference, Duet, Kind, aspect, kind_of, line
from parity.duet.shrink import Differs, shortest
from parity.duet.side import Row, Side, Trial

LONGEST = (2, 3, 8, 16, 128, 512)
"""Tokens to which texts are cut: two specials and what is next to them, and usual lengths."""

_PAIRS = 120  # pairs that are tried
_SHRUNK = 60
"""Texts of one kind that are made short: what comes after shows the same rules again."""
_PEELED = 4  # rules that one text may show


def run(
    a: Side, b: Side, *, given: Sequence[tuple[str, str | None]] = (), examples: int = 300,
    seed: int = 0, one_in: int = 1,
) -> Duet:  # fmt: skip
    """Every way in which two loaded tokenizers differ.

    given: sentences, or pairs, of the user. one_in: so many of the single characters are tried.
    """
    began = time.monotonic()
    compare = _Compare(a, b)
    singles = [text for text, second in given if second is None]
    singles += [*texts.boundary(), *texts.generated(_pieces(a), examples, seed)]
    singles = list(dict.fromkeys(singles))
    compare.vocabularies()
    alike = compare.singles(singles)
    compare.characters(list(texts.characters())[::one_in])
    compare.cut(alike)
    two = [(text, second) for text, second in given if second is not None]
    compare.pairs([*two, *texts.partners(alike, seed, _PAIRS)])
    found = compare.differences()
    return Duet(
        f"{a.name} ({a.version})", f"{b.name} ({b.version})", found, compare.tokens,
        compare.texts, compare.refused, round(time.monotonic() - began, 3),
    )  # fmt: skip


def _pieces(side: Side) -> list[str]:
    return [token.removeprefix("##") for token in side.vocabulary if token.removeprefix("##")]


class _Compare:
    def __init__(self, a: Side, b: Side) -> None:
        self._a, self._b = a, b
        self._found: dict[tuple[Kind, str], Difference] = {}
        self.tokens = self.texts = self.refused = 0

    def vocabularies(self) -> None:
        """The ids of tokens that both have."""
        a, b = self._a.vocabulary, self._b.vocabulary
        moved = sorted((t for t in a.keys() & b.keys() if a[t] != b[t]), key=lambda t: a[t])
        if moved:
            first = moved[0]
            self._add(Difference(
                "vocabulary",
                f"{len(moved):,} of {len(a.keys() & b.keys()):,} tokens have another id, "
                f"{first!r} {a[first]} and {b[first]}",
            ))  # fmt: skip
        if not a.keys() & b.keys():
            self._add(Difference("vocabulary", "they have no token in common"))

    def singles(self, many: Sequence[str]) -> list[str]:
        """Whole texts; those on which both agree."""
        off = self._tried([(text, None, None) for text in many])
        shrunk = 0
        for text in (trial[0] for trial in off):
            if shrunk < _SHRUNK:
                self._peeled(text)
                shrunk += 1
        gone = {trial[0] for trial in off}
        return [text for text in many if text not in gone]

    def characters(self, many: Sequence[str]) -> None:
        """Single characters, counted by rule."""
        off = self._tried([(text, None, None) for text in many])
        for trial, (kind, name) in zip(off, self._rules(off), strict=True):
            known = self._found.get((kind, name))
            if known is None or (not known.characters and len(known.text or "") > len(trial[0])):
                base = known or Difference(kind, name)
                self._found[kind, name] = self._shown(base, trial)
            known = self._found[kind, name]
            self._found[kind, name] = replace(known, characters=known.characters + 1, of=len(many))

    def cut(self, alike: Sequence[str]) -> None:
        """Texts that agree whole, cut."""
        self._shown_first(self._tried([(t, None, n) for n in LONGEST for t in alike]))

    def pairs(self, many: Sequence[tuple[str, str]]) -> None:
        """Pairs, whole and cut."""
        whole = self._tried([(first, second, None) for first, second in many])
        self._shown_first(whole)
        gone = {trial[:2] for trial in whole}
        left = [two for two in many if two not in gone]
        self._shown_first(self._tried([(f, s, n) for n in LONGEST[2:] for f, s in left]))

    def differences(self) -> tuple[Difference, ...]:
        """All, those that most texts show first."""
        if not self.tokens:
            self._add(Difference("nothing compared", "no text gave a token on either side"))
        order = sorted(self._found.values(), key=lambda d: -(d.texts + d.characters))
        return tuple(sorted(order, key=lambda d: d.text is not None))

    def _add(self, found: Difference) -> None:
        self._found[found.kind, found.rule] = found

    def _both(self, trials: Sequence[Trial]) -> list[tuple[Row, Row]]:
        return list(zip(self._a.rows(trials), self._b.rows(trials), strict=True))

    def _tried(self, trials: Sequence[Trial]) -> list[Trial]:
        """Those on which they differ; what was compared is counted."""
        off = []
        for trial, (one, other) in zip(trials, self._both(trials), strict=True):
            self.texts += 1
            if "raised" in one and "raised" in other:
                self.refused += 1
            self.tokens += len(one.get("ids", ()))
            if aspect(one, other) is not None:
                off.append(trial)
        return off

    def _peeled(self, text: str) -> None:
        """Each rule that a text shows: found, taken out, and looked again."""
        for _ in range(_PEELED):
            if not self._differ([(text, None, None)])[0]:
                return
            small = shortest(text, self._with(None, None, leading=True))
            self._note((small, None, None))
            left = "".join(c for c in text if c not in small or c in "a0一")
            if len(left) == len(text):
                return
            text = left

    def _shown_first(self, off: Sequence[Trial]) -> None:
        """Differences that no single text shows whole, each text shrunk while the other stays."""
        for first, second, longest in off[:_SHRUNK]:
            small = shortest(first, self._with(second, longest, leading=True))
            if second is not None:
                second = shortest(second, self._with(small, longest, leading=False))
            self._note((small, second, longest))
        for trial in off[_SHRUNK:]:
            self._note(trial)

    def _with(self, other: str | None, longest: int | None, *, leading: bool) -> Differs:
        """Whether they differ on a text beside another. leading: whether the text is the first."""

        def differs(many: Sequence[str]) -> list[bool]:
            trials: list[Trial] = [
                (text, other, longest) if leading else (other or "", text, longest) for text in many
            ]
            return self._differ(trials)

        return differs

    def _differ(self, trials: Sequence[Trial]) -> list[bool]:
        return [aspect(one, other) is not None for one, other in self._both(trials)]

    def _note(self, trial: Trial) -> None:
        ((kind, name),) = self._rules([trial])
        known = self._found.get((kind, name))
        size = len(trial[0]) + len(trial[1] or "")
        if known is None or len(known.text or "") + len(known.second or "") > size:
            known = self._shown(known or Difference(kind, name), trial)
        self._found[kind, name] = replace(known, texts=known.texts + 1)

    def _shown(self, base: Difference, trial: Trial) -> Difference:
        ((one, other),) = self._both([trial])
        text, second, longest = trial
        shown = (aspect(one, other) or base.kind) if base.kind not in ("pairs",) else base.kind
        return replace(
            base, text=text, second=second, longest=longest, a=line(one, shown),
            b=line(other, shown),
        )  # fmt: skip

    def _rules(self, trials: Sequence[Trial]) -> list[tuple[Kind, str]]:
        """Kind and rule of each, all of them asked together."""
        rows = self._both(trials)
        many = len(rule.RULES)
        undone = self._differ([
            (undo(text), None if second is None else undo(second), longest)
            for text, second, longest in trials
            for undo in rule.RULES.values()
        ])  # fmt: skip
        filled = self._differ([(t or _SHORT, None if s is None else s or _SHORT, n)
                               for t, s, n in trials])  # fmt: skip
        found: list[tuple[Kind, str]] = []
        for at, (trial, (one, other)) in enumerate(zip(trials, rows, strict=True)):
            seen = aspect(one, other) or "ids"
            mine = undone[at * many : (at + 1) * many]
            names = [name for name, off in zip(rule.RULES, mine, strict=True) if not off]
            behind = self._counted(trial) if seen == "offsets" else None
            behind = behind or _behind(trial, one, other, names, emptiness=not filled[at])
            found.append((kind_of(seen, trial), behind))
        return found

    def _counted(self, trial: Trial) -> str | None:
        """What offsets count that aren't characters: then they are off behind the text, too."""
        text, second, longest = trial
        if second is not None or longest is not None:
            return None
        ((one, other),) = self._both([(text + _SHORT, None, None)])
        return rule.of_offsets(text + _SHORT, one, other)


_SHORT = "a"
"""In place of a text that is empty, to see whether that is it."""


def _behind(trial: Trial, one: Row, other: Row, names: Sequence[str], *, emptiness: bool) -> str:
    """The rule of one trial. names: of those that undo the difference."""
    text, second, longest = trial
    seen = aspect(one, other)
    if second is not None and not (text and second) and emptiness:
        return rule.EMPTY
    if longest is not None and seen in ("ids", "segments"):
        return rule.of_cut(one, other)
    if second is not None and seen in ("ids", "segments"):
        return rule.of_pair(one, other)
    return names[0] if names else rule.of_rows(one, other)
