"""The weights of a lowered file against the reference's, nothing being run.

FP16's and INT8's tolerances are wide enough for a column of zeros to pass. Rounding a weight to
the nearest moves it by half a step of its type, whatever the model: more is a fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from parity.compare.lowered import WeightDiffers, WeightUnpaired
from parity.compare.weights.apart import Apart, apart
from parity.compare.weights.partners import (
    SAME,
    Partner,
    Partners,
    distance,
    expected_turned,
    fits,
    partners,
    split,
)
from parity.compare.weights.scattered import scattered
from parity.model.formats.read import sense
from parity.model.lowered.kept import kept
from parity.model.lowered.parameters import parameters
from parity.model.lowered.quantised import Unread, quantised
from parity.model.lowered.store import Store
from parity.model.lowered.weight import Weight
from parity.verify.checks import Asked, Said

_FEW = 2
"""So many parameters without a partner are a fault in those; more, and the graph was rewritten."""

_NEARER = 1e-2
"""How much nearer another parameter must be, by square distance, to be what a weight holds."""

_NAMED = 3  # rows, columns, elements that a line names


def before(asked: Asked) -> Said:
    """Findings for each weight that is off; a line that counts what was compared.

    Raises ModelError for files that are damaged.
    """
    request = asked.request
    program = request.candidate.model.program
    if request.family == "fp32" or request.candidate.model.format != "onnx":
        return Said()
    expected = parameters(request.reference.model)
    with sense(program):
        store = Store(program)
        read = quantised(store)
        held = [w for w in read if isinstance(w, Weight)]
        unread = [w for w in read if isinstance(w, Unread)]
        known = list(expected.values())
        whole = [*split(held, known), *split(kept(store), known)]
        found = _Compared(partners(whole, expected), _folds(store))
        return found.said(len(held), unread)


def _folds(store: Store) -> bool:
    """Whether a normalisation of the reference can have gone into the weights before it."""
    return not any(node.op_type == "BatchNormalization" for node in store.nodes)


@dataclass
class _Compared:
    pairs: Partners
    folds: bool
    findings: list[WeightDiffers | WeightUnpaired] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    worst: dict[bool, float] = field(default_factory=dict)
    count: dict[bool, int] = field(default_factory=dict)

    def said(self, integers: int, unread: Sequence[Unread]) -> Said:
        for pair in self.pairs.pairs:
            self._compare(pair)
        self._scattered()
        paired = sum(self.count.values())
        if paired:
            self._unpaired(paired)
        return Said(tuple(self.findings), (), tuple(self._notes(integers, unread)))

    def _compare(self, pair: Partner) -> None:
        weight, parameter = pair.weight, pair.parameter
        if self.folds and parameter.normalised:
            self.folded.append(weight.name)
            return
        known = expected_turned(weight, parameter)
        square = len(fits(weight, parameter)) > 1
        turned = known if known is not None and square else pair.turned
        off = apart(weight, parameter, turned=turned)
        kind = weight.quantised
        self.count[kind] = self.count.get(kind, 0) + 1
        self.worst[kind] = max(self.worst.get(kind, 0.0), off.off)
        if off.count:
            self.findings.append(self._finding(pair, off, turned))

    def _scattered(self) -> None:
        """Weights of rows of several parameters, as recurrent layers have them."""
        for found in list(scattered(self.pairs.weights, self.pairs.parameters)):
            self.pairs.weights = [w for w in self.pairs.weights if w is not found.weight]
            self.pairs.parameters = [
                p for p in self.pairs.parameters if p.name not in found.parameters
            ]
            self.count[False] = self.count.get(False, 0) + 1
            off, weight = found.off, found.weight
            if off is not None:
                self.worst[False] = max(self.worst.get(False, 0.0), off.off)
                where = _listed("row", off.rows)
                self.findings.append(
                    WeightDiffers(
                        weight.name, " and ".join(found.parameters), weight.dtype, off.index,
                        off.expected, off.actual, off.off, off.allowed, off.count, off.elements,
                        where, "it is put together of their rows",
                    )
                )  # fmt: skip

    def _finding(self, pair: Partner, off: Apart, turned: bool) -> WeightDiffers:
        weight = pair.weight
        return WeightDiffers(
            weight.name, pair.parameter.name, weight.dtype, off.index, off.expected, off.actual,
            off.off, off.allowed, off.count, off.elements, _where(weight, off),
            self._hint(pair, turned),
        )  # fmt: skip

    def _hint(self, pair: Partner, turned: bool) -> str:
        """Whose numbers these are, where they are a parameter's."""
        weight = pair.weight
        near = min(SAME, _NEARER * distance(weight, pair.parameter, turned))
        others = [p.parameter for p in self.pairs.pairs] + self.pairs.parameters
        for other in (pair.parameter, *others):
            for way in fits(weight, other):
                itself = other.name == pair.parameter.name and way is turned
                if not itself and distance(weight, other, way) < near:
                    return f"it holds {other.name}{' transposed' if way is not turned else ''}"
        return ""

    def _unpaired(self, paired: int) -> None:
        left = [p for p in self.pairs.parameters if not (self.folds and p.normalised)]
        everything = [*self.pairs.parameters, *(p.parameter for p in self.pairs.pairs)]
        if sum(weight.quantised for weight in self.pairs.weights) > paired:
            return  # of another making, or another model: one by one they say nothing
        for weight in self.pairs.weights:
            missing = [p.name for p in left if fits(weight, p)]
            fitting = [p for p in everything if fits(weight, p)]
            if self.folds and any(p.normalised for p in fitting):
                continue  # a bias that a normalisation went into, under a new name
            lost = bool(missing) and len(left) <= _FEW
            if fitting if weight.quantised else lost:
                self.findings.append(
                    WeightUnpaired(weight.name, weight.dtype, weight.shape, tuple(missing), paired)
                )

    def _notes(self, integers: int, unread: Sequence[Unread]) -> list[str]:
        quantised, floats = self.count.get(True, 0), self.count.get(False, 0)
        lines = []
        if not quantised + floats and not self.folded:
            lines.append(
                "weights: no stored weight could be paired with a parameter of the reference, "
                "so none was compared"
            )
        elif integers:
            lines.append(
                f"weights: {quantised} of {integers} quantised weights compared with the "
                f"reference's, worst {self.worst.get(True, 0.0):.3f} of a step; {floats} float ones"
            )
        else:
            lines.append(
                f"weights: {floats} stored weights compared with the reference's, "
                f"worst {self.worst.get(False, 0.0):.3f} of a step"
            )
        lines += [f"weights: {u.name} not compared: {u.cause}" for u in unread[:_NAMED]]
        if self.folded:
            lines.append(
                f"weights: {len(self.folded)} weights not compared, because a normalisation of "
                "the reference is folded into them"
            )
        if self.pairs.renamed:
            lines.append(
                "weights: names lead to other numbers, so weights were paired by numbers alone"
            )
        return lines


def _where(weight: Weight, off: Apart) -> str:
    if len(weight.shape) < 2 or weight.rows == 1:
        return _listed("element", off.columns)
    if len(off.rows) <= len(off.columns):
        named, of = ("row", off.rows), weight.rows
    else:
        named, of = ("column", off.columns), weight.columns
    return "all over" if len(named[1]) == of > 1 else _listed(*named)


def _listed(noun: str, numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"{noun} {numbers[0]}"
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    return f"{noun}s {', '.join(map(str, numbers[:_NAMED]))}{more}"
