"""What both searches had to look with is known."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from parity.mutate import recorded
from parity.verify.request import Request
from tests.verify.conftest import Bench


class Silent:
    left_out = 0

    def __init__(self, request: Request) -> None:
        pass

    def __enter__(self) -> "Silent":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def fresh(self) -> list[Any]:
        return []


@pytest.mark.parametrize("finds", [(), ("y is off",)])
def test_a_stronger_search_that_finds_something_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, finds: tuple[str, ...]
) -> None:
    """It ends there, so that what it doesn't tell is equivalent by fewer feeds."""
    seeds: list[int] = []

    def verify(request: Request, **_: object) -> Any:
        seeds.append(request.effort.seed)
        found = finds if request.effort.seed == 1000 else ()
        verdict = SimpleNamespace(findings=found)
        return SimpleNamespace(passed=True, verdict=verdict, signature=None, pairs={})

    monkeypatch.setattr(recorded, "verify", verify)
    monkeypatch.setattr(recorded, "Recorder", Silent)
    monkeypatch.setattr(recorded, "Comparer", lambda *_: None)
    told = recorded.record(Bench(tmp_path).request()).notes
    assert seeds == [0, 1000, 2000]
    assert len(told) == len(finds)
    assert all("--seed 1000" in line and "y is off" in line for line in told)
