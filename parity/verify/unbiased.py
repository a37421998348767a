"""Keep what Hypothesis draws independent of the code that happens to be around."""

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def unbiased() -> Iterator[None]:
    """Let no constants of local source files into what is drawn.

    Hypothesis draws literals that it finds in modules outside site-packages.
    Good for tests of that code; here it would make one seed give one run from a
    checkout, another from a wheel, and a third beside a user's tests. There is
    no setting for it, so its collector is replaced for the time being; a test
    says if a new Hypothesis makes that go wrong.
    """
    from hypothesis.internal.conjecture import providers
    from hypothesis.internal.constants_ast import Constants

    collect = providers._get_local_constants
    nothing = Constants()
    providers.CONSTANTS_CACHE.cache.clear()  # it holds both kinds, by what was asked for
    providers._get_local_constants = lambda: nothing
    try:
        yield
    finally:
        providers._get_local_constants = collect
        providers.CONSTANTS_CACHE.cache.clear()
