"""What a gate finds in a lowered file beside its answers: in what is stored, and by its sibling.

FP16's and INT8's tolerances are wide; the gate's two other looks are what tells most mutants there.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from parity.compare.outputs import compare
from parity.compare.tolerance import DEFAULTS
from parity.exports.derive import same
from parity.model.artifact import resolve
from parity.model.lowered.likeness import likeness
from parity.mutate.recorded import Fed, Recorded
from parity.mutate.trial import Answer
from parity.verify.checks import Asked, asking, every, own, sibling


class Lowered:
    """The two looks at mutants of one lowered candidate.

    original: answers as the candidate does that nothing was planted in. Where that is parity's own
    file, it is the sibling of its mutants.
    """

    def __init__(self, recorded: Recorded, original: Answer) -> None:
        self._recorded = recorded
        request = recorded.request
        self._program = request.candidate.model.program
        is_own = own.is_own(self._program) or same(own.made(request), self._program)
        by_example = {id(f.example): f for f in recorded.own}
        examples = [f.example for f in recorded.own]
        chosen = [*asking.spaced(asking.short(examples), sibling.FEEDS), *asking.longest(examples)]
        asked = [(by_example[id(e)], original(by_example[id(e)])) for e in chosen if is_own]
        self._beside = [
            (fed, {name: array.copy() for name, array in recorded.comparer.named(given).items()})
            for fed, given in asked
            if isinstance(given, Mapping)
        ]

    def finding(self, path: Path, answer: Answer) -> tuple[str, Fed | None] | None:
        """What is found of a mutant that was saved, and on which feed; None for nothing."""
        request = self._recorded.request
        candidate = replace(request.candidate, model=resolve(path))
        signature = self._recorded.result.signature
        found = every.before(Asked(replace(request, candidate=candidate), signature)).findings
        if found:
            return str(found[0]), None
        if self._beside and not likeness(path, self._program).why:
            return self._differs(answer)
        return None

    def _differs(self, answer: Answer) -> tuple[str, Fed] | None:
        """Beside the original at FP32's tolerance, as ``verify.checks.sibling``."""
        comparer = self._recorded.comparer
        for fed, expected in self._beside:
            given = answer(fed)
            if not isinstance(given, Mapping):
                continue
            compared = compare(
                expected, comparer.named(given), names={n: n for n in expected},
                tolerance=DEFAULTS["fp32"], valid=comparer.valid(fed.example, expected),
            )  # fmt: skip
            if compared.findings:
                return f"beside parity's own file: {compared.findings[0]}", fed
        return None
