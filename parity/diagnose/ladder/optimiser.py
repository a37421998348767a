"""Is the file right as it is, and wrong only when the runtime has optimised it?"""

from dataclasses import replace

from parity import plugins
from parity.diagnose.ladder import passes
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import Failing
from parity.diagnose.ladder.rung import Answer, Rung, skipped
from parity.diagnose.ladder.trial import trial
from parity.diagnose.ladder.yardstick import Yardstick
from parity.engines import Options
from parity.verify.request import Side

NAME = "optimiser"

_RUNTIMES = {"ort": "ONNX Runtime"}


def climb(failing: Failing, yard: Yardstick, clock: Clock) -> Answer:
    """Run the candidate with nothing optimised; if that mends it, find the pass."""
    side = failing.request.candidate
    plain = _plain(side)
    if plain is None:
        return skipped(NAME, f"{side.engine} has no options with which it optimises nothing")
    if all(side.options.get(key) == value for key, value in plain.items()):
        return skipped(NAME, "the candidate was run with nothing optimised")
    began = clock.seconds
    outputs = trial(replace(side, options={**side.options, **plain}), failing.feed, clock)
    runtime = _RUNTIMES.get(side.engine, side.engine)
    if isinstance(outputs, str):
        said = f"with nothing optimised the candidate {outputs}"
        return Answer(Rung(NAME, ran=True, said=said, seconds=clock.seconds - began))
    judged = yard.judge(outputs)
    if not judged.right:
        said = f"with nothing optimised the candidate is off by {judged.off:.2g} all the same"
        rung = Rung(NAME, ran=True, said=said, seconds=clock.seconds - began)
        return Answer(rung, outputs=outputs)
    found: tuple[str, ...] = ()
    if side.engine == "ort" and side.options.get("provider", "cpu") == "cpu":
        found = passes.culprits(side, failing.feed, yard, clock)
    right = (
        f"the file is right with nothing optimised, off by {judged.off:.2g} where it was "
        f"{yard.off:.2g}"
    )
    seconds = clock.seconds - began
    if not found:
        which = "; which pass it is could not be told"
        rung = Rung(NAME, ran=True, said=f"{right}{which}", seconds=seconds)
        return Answer(rung, "optimiser", f"blamed: {runtime}'s optimiser. {_first(right)}{which}.")
    names = " and ".join(found)
    passed = "pass" if len(found) == 1 else "passes"
    without = f"{right}, and so without {passed} {names} alone"
    return Answer(
        Rung(NAME, ran=True, said=without, seconds=seconds),
        "optimiser",
        f"blamed: {runtime}'s optimiser, {passed} {names}. {_first(without)}.",
    )


def unoptimised(side: Side) -> Side:
    """A side with nothing optimised, as far as its engine knows how."""
    return replace(side, options={**side.options, **(_plain(side) or {})})


def _plain(side: Side) -> Options | None:
    plain: Options | None = getattr(plugins.load("engines", side.engine), "PLAIN", None)
    return plain


def _first(text: str) -> str:
    return text[0].upper() + text[1:]
