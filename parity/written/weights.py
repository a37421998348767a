"""Every parameter of a reference against what a candidate stores; nothing is run."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from parity.compare.weights.partners import Partner, partners, split
from parity.compare.weights.scattered import Scattered, scattered
from parity.model.artifact import Artifact
from parity.model.formats.onnx_graph import let_go
from parity.model.formats.read import sense
from parity.model.lowered.kept import kept
from parity.model.lowered.parameters import Parameter, parameters
from parity.model.lowered.quantised import Unread, quantised
from parity.model.lowered.store import Store
from parity.model.lowered.weight import Weight
from parity.written import folds, gates, left, places
from parity.written.judge import Judge
from parity.written.pages import Pages
from parity.written.reference import Reference, read
from parity.written.said import Compared, WeightSaid
from parity.written.single import single


def compare(reference: Artifact, candidate: Artifact) -> Compared:
    """Say of each parameter what became of it.

    Both of any format. Raises ModelError for files that are damaged or hold no weights.
    """
    began = time.perf_counter()
    known = read(reference)
    with sense(candidate.program):
        if candidate.format == "onnx":
            store = Store(candidate.program)
            let_go(candidate.program)
            stored: list[Weight | Unread] = [*quantised(store), *kept(store)]
        else:
            store, stored = None, list(_weights(candidate))
        found = _Comparison(known, store)
        found.all([w for w in stored if isinstance(w, Weight)])
        if store is not None and reference.format != "onnx":
            found.said += single(reference, store)
    notes = [f"{w.name} not compared: {w.cause}" for w in stored if isinstance(w, Unread)]
    return Compared(
        tuple(found.said), (*notes, *found.notes), round(time.perf_counter() - began, 4)
    )


def _weights(artifact: Artifact) -> Sequence[Weight]:
    return [
        Weight(p.name, p.values.dtype.name, p.shape, p.values, turned=p.turned)
        for p in parameters(artifact).values()
    ]


@dataclass
class _Comparison:
    """Takes from what is left on either side, one way of storing after another."""

    reference: Reference
    store: Store | None
    said: list[WeightSaid] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    explained: set[str] = field(default_factory=set)

    def all(self, stored: Sequence[Weight]) -> None:
        known = self.reference.parameters
        judge = Judge(tuple(known.values()), self.reference.factors)
        stored = self._recurrent(stored, judge)
        pages = Pages()
        pairs = partners(split(stored, list(known.values())), known, read=pages.read)
        if self._folds():
            self._folded(pairs.pairs, pairs.weights, judge)
        by_name: dict[str, str] = {}
        for pair in pairs.pairs:
            self._say(judge.judge(pair.weight, pair.parameter, pair.turned))
            pages.read(pair.weight.values, pair.parameter.values)
            if pair.named or self.said[-1].kind == "equal":
                by_name[pair.weight.name] = pair.parameter.name
        if self.store is not None:
            self._places(by_name, renamed=pairs.renamed)
        if pairs.renamed or not any(p.named for p in pairs.pairs):
            self.notes.append(
                "names are of another saving, so weights were paired by their numbers: that two "
                "changed places can't be seen"
            )
        self._left(pairs.weights, judge)

    def _say(self, said: WeightSaid) -> None:
        self.said.append(said)
        self.explained.add(said.reference)

    def _recurrent(self, stored: Sequence[Weight], judge: Judge) -> list[Weight]:
        if self.store is None:
            return list(stored)
        taken = set()
        for name, used, found in gates.blocks(self.store, self.reference):
            taken.add(name)
            self.explained.update(used)
            others = Judge(tuple(b.parameter for b in found))
            for block in found:
                self.said.append(others.judge(block.weight, block.parameter, False))
        return [w for w in stored if w.name not in taken]

    def _folds(self) -> bool:
        """Whether a normalisation can have gone into what is before it."""
        return self.store is not None and not any(
            node.op_type == "BatchNormalization" for node in self.store.nodes
        )

    def _folded(self, pairs: list[Partner], free: list[Weight], judge: Judge) -> None:
        assert self.store is not None  # noqa: S101  asked before
        for fold in folds.folds(self.reference):
            those = [p for p in pairs if p.parameter.name in fold.consumed]
            weights = [*(p.weight for p in those), *free]
            made = list(folds.folded(fold, weights, judge, self.store))
            if not made:
                continue
            pairs[:] = [p for p in pairs if p not in those]
            free[:] = _without(weights, [weight for weight, _, _ in made])
            for _, said, part in made:
                self._say(said)
                self.explained.update(part.consumed)

    def _places(self, by_name: Mapping[str, str], *, renamed: bool) -> None:
        assert self.store is not None  # noqa: S101  asked before
        found = list(places.company(self.store, self.reference, by_name))
        if not renamed:
            found += places.misplaced(self.store, self.reference, by_name)
        wrong = {s.reference for s in self.said if not s.healthy}
        for said in found:
            if said.reference not in wrong:
                self.said = [s for s in self.said if s.reference != said.reference]
                self._say(said)

    def _left(self, weights: Sequence[Weight], judge: Judge) -> None:
        known = list(self.reference.parameters.values())
        made = list(left.constants(weights, self._missing(), known, self.store))
        for _, said in made:
            self._say(said)
        free = _without(weights, [weight for weight, _ in made])
        missing = {p.name for p in self._missing()}
        small = [p for p in known if p.name in missing or p.values.size <= _TABLE]
        rows = list(scattered(free, small))
        for found in rows:
            self._rows(found)
        free = _without(free, [found.weight for found in rows])
        for said in left.rest(free, self._missing(), judge):
            self._say(said)

    def _missing(self) -> list[Parameter]:
        return [p for n, p in self.reference.parameters.items() if n not in self.explained]

    def _rows(self, found: Scattered) -> None:
        """A weight of rows of several parameters."""
        self.explained.update(found.parameters)
        made = f"made of rows of {' and '.join(found.parameters)}"
        said = WeightSaid(found.weight.name, found.parameters[0], "equal", detail=made)
        off = found.off
        if off is not None:
            said = replace(
                said, kind="changed", elements=off.count, of=off.elements,
                max_abs=abs(off.actual - off.expected), index=off.index,
                expected=off.expected, actual=off.actual, detail=f"is changed, {made}",
            )  # fmt: skip
        self._say(said)


_TABLE = 1 << 22
"""Elements of a parameter whose rows are not looked for in others once it was found itself."""


def _without(weights: Sequence[Weight], taken: Sequence[Weight]) -> list[Weight]:
    ids = {id(weight) for weight in taken}
    return [weight for weight in weights if id(weight) not in ids]
