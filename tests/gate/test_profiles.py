"""What a profile of the gate asks of each cell."""

from pathlib import Path

import pytest

from parity.pytest_plugin._options import PROFILES, Chosen


def chosen(profile: str) -> Chosen:
    nothing: tuple[Path, ...] = ()
    return Chosen(
        given=True, folders=nothing, cases=(), opsets=(), precisions=(), engine=None,
        profile=profile, examples=None, seed=3, budget_s=None, explain_s=None,
        models=None, database=None, blobs=(), json=None, markdown=None, bundles=None, strict=False,
        require_all=False,
    )  # fmt: skip


@pytest.mark.parametrize("profile", PROFILES)
def test_only_the_nightly_run_walks_every_length(profile: str) -> None:
    effort = chosen(profile).settings().effort
    assert effort.every_length == (profile == "nightly")
    assert effort.seed == 3
