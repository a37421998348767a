"""Does the reference agree with itself? If not, which of its optimisations is to blame?

That it doesn't is found by the verdict's arbiter, unless the user chose the reference's options:
then it is asked here. Which switch it is is always asked here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from parity import plugins
from parity.compare.tolerance import DEFAULTS
from parity.diagnose.ladder import trial
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import Failing
from parity.diagnose.ladder.rung import Answer, Rung, skipped
from parity.diagnose.ladder.yardstick import Yardstick, yardstick
from parity.engines import Options
from parity.model.tensors import Feed, Outputs
from parity.verify.doubt.plain import plain_options
from parity.verify.request import Request, Side

NAME = "reference"

_WORDS = {"onednn": "oneDNN", "ir_optim": "its IR passes"}
"""How the switches of an engine are called by people; others by their own names."""


@dataclass(frozen=True)
class Asked:
    """answer: of the rung. expected: of the plain kernels where they differ, which count then."""

    answer: Answer
    expected: Outputs | None = None


def climb(failing: Failing, clock: Clock) -> Asked:
    """Ask the plain kernels, and on disagreement each switch alone."""
    side = failing.request.reference
    plain: Options | None = getattr(plugins.load("engines", side.engine), "PLAIN", None)
    if plain is None:
        return Asked(skipped(NAME, f"{side.engine} has no plain kernels"))
    if all(side.options.get(key) == value for key, value in plain.items()):
        return Asked(skipped(NAME, "the reference ran with its plain kernels"))
    asked = failing.judged and plain_options(failing.request) is not None
    if not failing.disagrees and asked:
        said = "the verdict asked the plain kernels, which answer as the default ones do"
        return Asked(skipped(NAME, said))
    return _asked(failing, side, plain, clock)


def itself(request: Request, feed: Feed, budget_s: float) -> Answer:
    """Which of the reference's optimisations it is, on a feed on which it disagrees with itself."""
    asked = Failing(request, feed, {}, {}, {}, disagrees=True)
    return climb(asked, Clock(budget_s)).answer


def _asked(failing: Failing, side: Side, plain: Options, clock: Clock) -> Asked:
    began = clock.seconds
    # What was expected is the default kernels' answer, or the plain ones' once those disagreed.
    known: trial.Outputs = dict(failing.expected)
    if not known:
        every, default = trial.trials([_with(side, plain), side], failing.feed, clock)
    elif failing.disagrees:
        every, default = known, trial.trial(side, failing.feed, clock)
    else:
        every, default = trial.trial(_with(side, plain), failing.feed, clock), known
    if isinstance(every, str):
        said = f"with its plain kernels the reference {every}"
        return Asked(Answer(Rung(NAME, ran=True, said=said, seconds=clock.seconds - began)))
    if isinstance(default, str):
        yard: Yardstick | None = _apart(failing, every, {})
        off = f"with its default kernels the reference {default}, with its plain ones it doesn't"
    else:
        yard = _apart(failing, every, default)
        off = f"its default kernels are {yard.off:.2g} off its plain ones" if yard else ""
    if yard is None:
        said = "its default kernels answer as its plain ones do"
        return Asked(Answer(Rung(NAME, ran=True, said=said, seconds=clock.seconds - began)))
    blamed = _switch(failing, side, plain, yard, clock)
    rung = Rung(NAME, ran=True, said=f"{off}; {blamed}", seconds=clock.seconds - began)
    sentence = f"blamed: the reference, which disagrees with itself: {blamed}. {_first(off)}."
    return Asked(Answer(rung, "reference", sentence), every)


def _apart(failing: Failing, plain: Outputs, default: Outputs) -> Yardstick | None:
    """The default kernels' answers against the plain ones'; None where they agree."""
    yard = yardstick(
        plain, default, names={n: n for n in plain}, tolerance=DEFAULTS["fp32"],
        valid={n: v for n, v in failing.valid.items() if n in plain},
    )  # fmt: skip
    # One that only knows what is furthest is of two that agree.
    return yard if yard is not None and yard.beyond else None


def _switch(failing: Failing, side: Side, plain: Options, yard: Yardstick, clock: Clock) -> str:
    free = [name for name, value in plain.items() if side.options.get(name) != value]
    sides = [_with(side, {name: plain[name]}) for name in free]
    answers = list(trial.trials(sides, failing.feed, clock))
    if not clock.left:
        return "which of its optimisations could not be told in time"
    mending = {
        _WORDS.get(name, name): isinstance(outputs, Mapping) and yard.judge(outputs).right
        for name, outputs in zip(free, answers, strict=True)
    }
    alone = [name for name, mends in mending.items() if mends]
    if len(alone) == 1:
        others = [name for name, mends in mending.items() if not mends]
        kept = f", whatever {' and '.join(others)} do" if others else ""
        return f"{alone[0]}, without which it is right{kept}"
    if alone:
        return f"{' together with '.join(alone)}: it is right without either"
    return f"{' and '.join(mending)}, of which none alone makes it right"


def _with(side: Side, options: Options) -> Side:
    return replace(side, options={**side.options, **options})


def _first(text: str) -> str:
    return text[0].upper() + text[1:]
