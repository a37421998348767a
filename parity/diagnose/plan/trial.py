"""Whether a lowered model holds on some feeds, each choice of kept nodes made and run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from parity.errors import EngineError, ExportError
from parity.exports.derive import vary
from parity.inputs import Example
from parity.model.artifact import Artifact, resolve
from parity.model.parts.onnx_cut import Graph
from parity.model.spec import Signature
from parity.verify.checks import overflow
from parity.verify.reference import Reference
from parity.verify.request import Request, Side
from parity.verify.sides import Sides


@dataclass
class Trials:
    """Makes and runs choices, each once for what has been fed so far.

    request: the check that must hold; its candidate is replaced. source: the FP32 file. reference:
    one that remembers. examples: to hold on; more may be added. folder: for files on trial.
    half: whether overflows inside count, which takes another process for each.
    """

    request: Request
    source: Artifact
    reference: Reference
    signature: Signature
    folder: Path
    timeout_s: float
    examples: list[Example] = field(default_factory=list)
    half: bool = False
    count: int = 0
    _known: dict[frozenset[str], bool] = field(default_factory=dict)

    def add(self, examples: Iterable[Example]) -> bool:
        """Take in more examples; whether there was a new one. What held must hold on them, too."""
        fed = {id(example.feed) for example in self.examples}
        new = [e for e in examples if id(e.feed) not in fed]
        self.examples += new
        if new:
            self._known = {keep: held for keep, held in self._known.items() if not held}
        return bool(new)

    def holds(self, keep: Sequence[str]) -> bool:
        """Whether the model with these nodes in FP32 shows no finding on any example."""
        chosen = frozenset(keep)
        if chosen not in self._known:
            self.count += 1
            self._known[chosen] = self._run(sorted(chosen))
        return self._known[chosen]

    def fp32_holds(self) -> bool:
        """Whether the FP32 file itself does: else there is nothing that keeping could mend."""
        return self._judged(replace(self.request.candidate, model=self.source))

    def overflowing(self, side: Side) -> tuple[str, ...]:
        """Nodes that make or read what FP16 can't hold on some example, by their names.

        Raises EngineError where that can't be told.
        """
        found = overflow.ranges(replace(self.request, candidate=side), self.examples)
        if isinstance(found, str):
            raise EngineError(f"{side.model.program}: its ranges can't be told: {found}")
        return overflow.touched(Graph(side.model.program), found)

    def made(self, keep: Sequence[str], target: Path) -> str:
        """Make a file; what was lowered of it. Raises ExportError."""
        return vary(
            self.source.program, self.source.program, self.request.precision, target,
            keep=keep, timeout_s=self.timeout_s,
        )  # fmt: skip

    def side(self, file: Path) -> Side:
        """A file in the place of the candidate."""
        return replace(self.request.candidate, model=resolve(file))

    def _run(self, keep: Sequence[str]) -> bool:
        target = self.folder / f"trial-{self.count}.onnx"
        try:
            self.made(keep, target)
        except ExportError:
            # With nothing left to lower there is no such variant: FP32 is what it would be.
            return bool(keep) and self.fp32_holds()
        try:
            side = self.side(target)
            return self._judged(side) and not (self.half and self.overflowing(side))
        finally:
            target.unlink()

    def _judged(self, side: Side) -> bool:
        request = replace(self.request, candidate=side)
        with Sides(request, self.reference) as sides:
            if sides.ready(self.signature):
                return False
            for example in self.examples:
                outcome = sides.evaluate(example)
                if outcome.refused is None and outcome.findings:
                    return False
        return True
