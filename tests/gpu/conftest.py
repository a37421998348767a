"""Skip, and say why, where there is no CUDA device."""

import pytest

from tests.gpu.here import why_not


@pytest.fixture(autouse=True)
def device(request: pytest.FixtureRequest) -> None:
    why = why_not("cuda")
    if why:
        pytest.skip(f"{request.node.name}: {why}")
