"""Which of many parameters take long: those run in CI, the others always."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def slowly(values: Iterable[Any], *slow: str, by: Callable[[Any], str] = str) -> list[Any]:
    """The parameters, those of these names marked slow. Raises ValueError for a name of none."""
    listed = list(values)
    unknown = set(slow) - {by(value) for value in listed}
    if unknown:
        raise ValueError(f"no parameter is called {', '.join(sorted(unknown))}")
    return [
        pytest.param(value, marks=pytest.mark.slow) if by(value) in slow else value
        for value in listed
    ]
