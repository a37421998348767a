"""Time a case or a model."""

from collections.abc import Callable, Sequence
from pathlib import Path

from parity.api.options import AnyPath
from parity.api.typed import typed
from parity.gate.models import Roots
from parity.gate.run import Settings
from parity.target import find_case, is_case
from parity.timing.rounds import Effort
from parity.timing.run import Bench, bench_case, bench_pair
from parity.verify.request import Effort as Search


@typed
def bench(
    name: AnyPath,
    *,
    reference: AnyPath | None = None,
    precisions: Sequence[str] = (),
    engines: Sequence[str] = (),
    lengths: Sequence[int] = (),
    batches: Sequence[int] = (),
    feeds: Sequence[AnyPath] = (),
    inputs: Sequence[str] = (),
    picture: str | None = None,
    threads: int | None = None,
    warmup: int = 20,
    rounds: int = 5,
    models: AnyPath | None = None,
    watch: Callable[[str], None] | None = None,
) -> Bench:
    """How long a sample takes in each engine and precision, side by side.

    name: a case, by folder or name under golden/; or a model as `check` takes it, with its
        reference beside it or named.
    precisions: of the case; of a model the one that it has. engines: of the candidate; none for
        its own, and OpenVINO where that is installed.
    lengths, batches: none for 16, 64, 128 and 1, 32. feeds, inputs, picture: of a model, as in
        `check`. threads: None for all cores that may be used.
    warmup: runs before any counts. rounds: how often each column is measured at each setting.
    watch: hears what is being done, a line each time.

    Raises ParityError, one line, where nothing can be measured.
    """
    effort = Effort(warmup=warmup, rounds=rounds)
    say = watch or _silent
    if is_case(name):
        settings = Settings(Roots.of(None if models is None else Path(models)), Search())
        return bench_case(
            find_case(name), settings, effort, precisions=precisions, engines=engines,
            lengths=lengths, batches=batches, threads=threads, watch=say,
        )  # fmt: skip
    from parity.api.asked import request
    from parity.api.checking import defaults

    given = defaults()
    given["precision"] = precisions[0] if precisions else "fp32"
    given["inputs"] = tuple(inputs)
    given["picture"] = picture
    paths = tuple(Path(feed) for feed in feeds)
    asked = request(name, reference, given, feeds=paths, say=say)
    return bench_pair(
        str(name), asked, effort, engines=engines, lengths=lengths, batches=batches,
        threads=threads, watch=say,
    )  # fmt: skip


def _silent(_: str) -> None:
    """Nobody watches."""
