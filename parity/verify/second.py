"""A second opinion of the reference, where its own optimisation may be what is apart.

Networks are ill-conditioned at some inputs: MiniLM's tokens moved by 1.7e-5 of
max|ref| between Paddle's oneDNN kernels and its plain ones, with the exported
model at the plain ones' side. A candidate is not asked to follow the reference's
optimised kernels where those stray from the reference's own plain ones.
"""

from collections.abc import Mapping

from parity import plugins
from parity.compare.findings import PaddingDiffers, ValuesDiffer
from parity.compare.outputs import Comparison
from parity.engines import EngineInfo, Options
from parity.model.tensors import Feed, Outputs
from parity.verify.request import Request
from parity.workers.worker import Worker

BORDERLINE = 10.0
"""Up to how many times the tolerance a difference may be rounding. No rule is eased by it: the
candidate must be within the unchanged tolerance of the plain kernels."""


class SecondOpinion:
    """The reference with plain kernels, loaded when it is first asked."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._usable = True

    def outputs(self, feed: Feed) -> Outputs | None:
        """What the plain kernels answer; None where they fail, so that the finding stands."""
        if not self._usable:
            return None
        if not self._worker.alive:
            self._worker.start()
            self._usable = isinstance(self._worker.ready(), EngineInfo)
            if not self._usable:
                return None
        result = self._worker.run(feed).result
        return result if isinstance(result, Mapping) else None

    def close(self) -> None:
        """End the process, if there is one."""
        self._worker.close()


def plain_options(request: Request) -> Options | None:
    """Options with which the reference's engine optimises nothing.

    None if it has no such options, if one of them was chosen by the user, who
    then means what was chosen, or if the precision isn't FP32, whose tolerance
    is no matter of rounding.
    """
    side = request.reference
    if request.precision != "fp32":
        return None
    plain: Options | None = getattr(plugins.load("engines", side.engine), "PLAIN", None)
    if plain is None or set(plain) & set(side.options):
        return None
    return plain


def borderline(comparison: Comparison) -> bool:
    """Whether all that was found may be rounding."""
    return (
        bool(comparison.findings)
        and comparison.ratio < BORDERLINE
        and all(isinstance(f, ValuesDiffer | PaddingDiffers) for f in comparison.findings)
    )


def note(count: int) -> list[str]:
    """What a report says of the examples that a second opinion decided."""
    if not count:
        return []
    examples = "1 example" if count == 1 else f"{count} examples"
    return [
        f"{examples} further than allowed from the reference's optimised kernels, and within the "
        "same tolerance of its plain ones: the reference's own rounding"
    ]
