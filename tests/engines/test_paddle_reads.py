"""Releases of Paddle before 3 die of a ``.json``: they aren't handed one."""

import pytest

from parity.engines import paddle
from parity.errors import EngineError


@pytest.mark.parametrize("version", ["2.6.2", "2.5.0rc1"])
def test_an_older_one_says_what_it_reads(version: str) -> None:
    with pytest.raises(EngineError, match=rf"Paddle {version} reads .* not \.json") as caught:
        paddle._check_reads("pir", version)
    assert "\n" not in str(caught.value)
    paddle._check_reads("pdmodel", version)


@pytest.mark.parametrize("version", ["3.0.0", "3.3.1", "0.0.0", "10.1"])
def test_today_s_reads_both(version: str) -> None:
    paddle._check_reads("pir", version)
    paddle._check_reads("pdmodel", version)
