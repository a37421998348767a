"""A text's label, confidence and margin."""

import numpy as np
import pytest

from parity.errors import CaseError
from parity.tasks.seq_cls import decode


def test_label_confidence_and_margin() -> None:
    found = decode(np.array([1.0, 3.0, 2.5], np.float32), ["a", "b", "c"])
    assert found.label == "b"
    assert found.confidence == pytest.approx(np.exp(3) / np.exp([1, 3, 2.5]).sum(), abs=1e-6)
    assert found.margin_logits == 0.5


def test_large_logits_do_not_overflow() -> None:
    assert decode(np.array([1e4, -1e4], np.float32), ["a", "b"]).confidence == 1.0


@pytest.mark.parametrize(
    "logits", [np.zeros(3), np.zeros((1, 2)), np.array([1, np.nan]), np.array([1, np.inf])]
)
def test_what_cannot_be_read_is_an_error(logits: np.ndarray) -> None:
    with pytest.raises(CaseError):
        decode(logits, ["a", "b"])
    with pytest.raises(CaseError):
        decode(np.zeros(1), ["a"])
