"""Which weight or op is to blame, or where the largest error is born."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parity.api.options import AnyPath, OneFeed, Options
from parity.api.typed import typed
from parity.api.watching import Watching, watching
from parity.diagnose.advice import unlike
from parity.diagnose.explain import Explanation, climb
from parity.diagnose.explain import explain as of_result
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import Failing, ask, failing
from parity.errors import EngineError, InputError, UsageError
from parity.model.tensors import Feed
from parity.shown import html_lines, shown
from parity.verify.request import Request
from parity.verify.result import Result as Verified
from parity.written.culprit import Culprit
from parity.written.said import WeightSaid

if TYPE_CHECKING:
    from rich.text import Text


@dataclass(frozen=True)
class Explained:
    """An explanation, with what it is of.

    request: the two models and how they ran. feed: what they ran on. explanation: all of it.
    bundled: whether they are those of a bundle.
    """

    request: Request
    feed: Feed
    explanation: Explanation
    bundled: bool = False

    @property
    def stage(self) -> str:
        """Whose fault it is; "rounding" where it is nobody's, "unknown" where none can say."""
        return self.explanation.stage

    @property
    def summary(self) -> str:
        """One sentence or a few."""
        return self.explanation.summary

    @property
    def weights(self) -> tuple[WeightSaid, ...]:
        """The stored weights that are to blame, the first first."""
        return self.explanation.weights

    @property
    def culprits(self) -> tuple[Culprit, ...]:
        """The ops that are."""
        return self.explanation.culprits

    @property
    def blamed(self) -> bool:
        """Whether anything is."""
        known = self.stage not in ("rounding", "unknown")
        return bool(self.weights or self.culprits or known)

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of ``parity explain --json``."""
        from parity.report import document

        return {
            **document.head(),
            "reference": str(self.request.reference.model.program),
            "candidate": str(self.request.candidate.model.program),
            "feed": {name: list(array.shape) for name, array in self.feed.items()},
            "explanation": document.explanation_of(self.explanation),
        }

    def to_json(self) -> str:
        """What ``parity explain --json`` writes."""
        from parity.report.document import dumps

        return dumps(self.to_dict())

    def __repr__(self) -> str:
        return f"<parity.Explained {self.stage}: {shown(self.summary)}>"

    def __str__(self) -> str:
        from parity.report import terminal

        return terminal.explained_text(
            self.request, self.explanation, self.feed, bundle=self.bundled
        )

    def __rich__(self) -> "Text":
        from rich.text import Text

        from parity.report import terminal

        told = terminal.explained_text(
            self.request, self.explanation, self.feed, bundle=self.bundled, colour=True
        )
        return Text.from_ansi(told)

    def _repr_html_(self) -> str:
        return html_lines(str(self))


@typed
def explain(
    candidate: AnyPath,
    reference: AnyPath | None = None,
    *,
    feed: OneFeed | None = None,
    precision: str = "fp32",
    opset: int | None = None,
    max_examples: int = 20,
    max_batch: int | None = None,
    max_length: int | None = None,
    seed: int = 0,
    inputs: str | Iterable[str] | None = None,
    map_output: Mapping[str, str] | None = None,
    explain_budget_s: float = 120.0,
    progress: bool | Watching = False,
) -> Explained:
    """Say which weight or op of a candidate is to blame for a difference.

    candidate, reference, precision, opset, max_examples, max_batch, max_length, seed, inputs,
        map_output, progress: as `check` takes them; candidate may also be the bundle of a failing
        run.
    feed: a file, or arrays by input, to be used in place of a search; without, the smallest failing
        feed of a check, and of one that passes that on which it was furthest off.
    explain_budget_s: seconds for the explanation itself.

    Raises ParityError, one line, also where nothing can be explained: only an ONNX file against a
    Paddle model can.
    """
    from parity.api.checking import defaults
    from parity.api.running import on_disk
    from parity.report import bundled

    given = defaults() | Options(
        precision=precision, opset=opset, max_examples=max_examples, max_batch=max_batch,
        max_length=max_length, seed=seed, inputs=inputs, map_output=map_output,
        shrink_budget_s=20.0, progress=progress,
    )  # fmt: skip
    with on_disk(feed) as paths:
        request, asked = _asked(candidate, reference, paths, given, explain_budget_s)
    if isinstance(asked, Explanation):
        return Explained(request, {}, asked)
    found, pairs, fails, failed = asked
    with watching(progress).explaining():
        explanation = climb(
            request, found, pairs, budget_s=explain_budget_s, failing=fails, failed=failed
        )
    if explanation is None:
        raise UsageError("nothing here can be explained: only an ONNX file against a Paddle model")
    return Explained(request, found, explanation, bundled.is_bundle(Path(candidate)))


Asked = tuple[Feed, Mapping[str, str], bool, Failing | None]
"""A feed, output names, whether it shows a difference, and both sides' answers where known."""


def _asked(
    candidate: AnyPath,
    reference: AnyPath | None,
    feeds: tuple[Path, ...],
    given: Options,
    budget_s: float,
) -> tuple[Request, Asked | Explanation]:
    """What is to be explained; the explanation itself of what no feed was needed for."""
    from parity.api import asked
    from parity.api.running import verified
    from parity.report import bundled

    watches = watching(given["progress"])
    if bundled.is_bundle(Path(candidate)):
        if reference is not None or feeds:
            raise UsageError(f"{candidate} is a bundle: it has its reference and its feed")
        kept = bundled.read(Path(candidate))
        with watches.explaining():
            return kept.request, _on(kept.request, kept.feed, budget_s)
    with watches.building() as say:
        request = asked.request(candidate, reference, given, feeds=(), say=say)
    if feeds:
        with watches.explaining():
            return request, _on(request, _own(request, feeds), budget_s)
    result, _ = verified(request, watches)
    if result.minimal is not None:
        return request, (result.minimal.feed, result.pairs, True, failing(result))
    if result.furthest is not None:
        return request, (result.furthest.feed, result.pairs, False, None)
    told = None if unlike(result) else of_result(result, budget_s=budget_s)
    if told is None:
        raise InputError(_nothing(result))
    return request, told


def _nothing(result: Verified) -> str:
    """Why no feed was compared: another model's inputs, most often."""
    first = next(iter(result.verdict.findings), None)
    if first is None:
        return "no feed was compared; name one with --feed"
    return f"no feed was compared: {first}{f'; {said}' if (said := unlike(result)) else ''}"


def _on(request: Request, feed: Feed, budget_s: float) -> Asked:
    """On one feed, which may show nothing: then where its largest error is born is the question."""
    failed = ask(request, feed, Clock(budget_s))
    if failed is None:
        raise EngineError(f"{request.reference.model.program}: the reference fails on this feed")
    if lost := sorted(set(failed.expected) - set(failed.names)):
        raise InputError(
            f"{request.candidate.model.program}: has no output {shown(lost[0])} of the reference; "
            "if it bears another name there, say so with --map-output"
        )
    yard = failed.yardstick()
    return feed, failed.names, yard is not None and yard.beyond, failed


def _own(request: Request, paths: tuple[Path, ...]) -> Feed:
    from parity.inputs.feeds import load
    from parity.verify.feeds.described import described

    found, _ = load(paths, described(request).inputs)
    if len(found) != 1:
        raise InputError(f"{paths[0]}: {len(found)} feeds; --feed takes one")
    return found[0].feed
