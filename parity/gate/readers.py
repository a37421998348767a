"""``[tokenizers]`` of a case: each side is fed by its own, as training and deployment do it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from parity.case import Case
from parity.compare.answers import TokenizersDiffer
from parity.compare.findings import Finding, NothingCompared, severity
from parity.duet.found import Difference, Duet
from parity.duet.reader import Reader
from parity.duet.run import run
from parity.duet.side import Named, Side, named
from parity.duet.texts import boundary
from parity.errors import CaseError
from parity.gate.asking import ask
from parity.gate.models import Roots, find
from parity.processes.interpreter import interpreter
from parity.tasks import Task
from parity.verify.request import Request
from parity.verify.result import Result
from parity.verify.task import task_of

_EXAMPLES = 60
_ONE_IN = 20
"""Of what ``parity tokenizers`` tries: a gate has many cells, and looks for what text shows."""


@dataclass(frozen=True)
class Own:
    """findings: in what the two differ. told: what was compared, a line; "" for nothing."""

    findings: tuple[Finding, ...] = ()
    told: str = ""

    def beside(self, result: Result) -> Result:
        """A result with these among what it found."""
        if not self.told:
            return result
        kept = tuple(sorted([*result.verdict.findings, *self.findings], key=severity))
        verdict = replace(result.verdict, findings=kept)
        return replace(result, verdict=verdict, notes=(*result.notes, self.told))


def own(case: Case, asked: Request, roots: Roots) -> Own:
    """In what the case's two tokenizers differ, and what a user sees of that.

    Raises CaseError, InputError and EngineError where they can't be run.
    """
    if case.tokenizers is None:
        return Own()
    first = _named(case, case.tokenizers.reference, case.tokenizers.reference_env, roots)
    second = _named(case, case.tokenizers.candidate, case.tokenizers.candidate_env, roots)
    with Side(first) as one, Side(second) as other:
        recorded = [(r.text, None) for r in asked.golden]
        duet = run(one, other, given=recorded, examples=_EXAMPLES, one_in=_ONE_IN)
        findings = tuple(_findings(duet, asked, Reader(one), Reader(other)))
    told = f"tokenizers: {duet.texts:,} texts, {duet.compared:,} tokens: {duet.a}; {duet.b}"
    return Own(findings, told)


def _findings(duet: Duet, asked: Request, one: Reader, other: Reader) -> list[Finding]:
    if not duet.compared:
        return [NothingCompared("the tokenizers", "no text gave a token")]
    task = task_of(asked)
    seen: Seen = {}
    sentences = [*(r.text for r in asked.golden), *boundary()]
    if task is not None and task.reads_texts:
        shows = [d.text for d in duet.differences if d.text is not None and d.second is None]
        seen = _answers(asked, list(dict.fromkeys([*sentences, *shows])), one, other)
    found: list[Finding] = [
        TokenizersDiffer(_how(d), d.text, d.a, d.b, *seen.get(d.text or "", (None, None)))
        for d in duet.differences
    ]
    if task is None:
        return found
    told = _sentences(task, {s: seen[s] for s in sentences if s in seen})
    # A report shows the first few: what a user sees stands before what only ids show.
    return [*told, *sorted(found, key=_unseen)]


def _unseen(finding: Finding) -> bool:
    differs = isinstance(finding, TokenizersDiffer) and finding.expected != finding.actual
    return not differs


Seen = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""By text, what each side shows."""


def _how(difference: Difference) -> str:
    cut = "" if difference.longest is None else f", cut at {difference.longest}"
    return f"{difference.kind}, by {difference.rule}{cut}" if difference.text is not None else (
        difference.rule
    )  # fmt: skip


def _answers(asked: Request, texts: Sequence[str], one: Reader, other: Reader) -> Seen:
    """What a user is shown of each text, by each side fed by its own."""
    mine = ask(asked, "reference", texts, tokenizer=one)
    its = ask(asked, "candidate", texts, tokenizer=other)
    return {
        a.text: (tuple(a.answer.shown), tuple(b.answer.shown))
        for a, b in zip(mine, its, strict=True)
    }


def _sentences(task: Task, seen: Seen) -> list[Finding]:
    """Sentences of which a user sees something else."""
    own = "fed by its own"
    return [
        TokenizersDiffer("what a user sees of a sentence", text, own, own, mine, its)
        for text, (mine, its) in seen.items()
        if not task.alike(mine, its)
    ]


def _named(case: Case, text: str | None, env: Path | None, roots: Roots) -> Named:
    """A tokenizer of a case, whose path is one from its folder or under the models root."""
    there = None if env is None else interpreter(env)
    if text is None:
        raise CaseError(f"{case.name}: [tokenizers] names no reference")
    kind, colon, rest = text.partition(":")
    path = find(case, rest if colon else text, roots, what="tokenizer")
    return named(f"{kind}:{path}" if colon else str(path), there)
