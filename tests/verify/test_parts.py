"""Small parts of a verification."""

import numpy as np
import pytest

from parity.errors import UsageError
from parity.inputs import Example
from parity.model.spec import AttentionMask, Lengths, Signature, TensorSpec, TokenIds
from parity.model.validity import by_output, valid_positions
from parity.verify.facts.busy import Busy
from parity.verify.kept.size import size
from parity.verify.request import Effort


def test_time_in_which_both_are_busy_counts_once() -> None:
    busy = Busy()
    for interval in ((0.0, 2.0), (1.0, 3.0), (5.0, 6.0), (5.2, 5.8)):
        busy.add(*interval)
    assert busy.seconds == pytest.approx(4.0)


def test_no_work_is_no_time() -> None:
    assert Busy().seconds == 0


def example(ids: list[list[int]], lengths: tuple[int, ...]) -> Example:
    # Beside an input that is wider than any row, whatever is fed.
    feed = {"ids": np.array(ids), "table": np.zeros((len(ids), 16), np.float32)}
    return Example(feed, "x", lengths=lengths, width=len(ids[0]))


def test_smaller_is_fewer_rows_then_shorter_then_smaller_ids() -> None:
    ordered = [
        example([[1]], (1,)),
        example([[2]], (1,)),
        example([[1, 1]], (2,)),
        example([[1], [1]], (1, 1)),
        example([[1, 0], [1, 1]], (1, 2)),
        example([[1, 0]], (1,)),  # a column that no row fills is no simple feed
    ]
    assert [size(e) for e in ordered] == sorted(size(e) for e in ordered)


IDS = TensorSpec("ids", "int64", ("batch", "sequence"), TokenIds(50, pad=0, masked=True))
FEED = {"ids": np.array([[5, 6, 0], [7, 0, 0]])}


def test_a_masked_pad_id_is_padding() -> None:
    valid = valid_positions([IDS], FEED)
    assert valid is not None
    assert valid.tolist() == [[True, True, False], [True, False, False]]


def test_a_pad_id_that_the_model_does_not_mask_counts() -> None:
    unmasked = TensorSpec("ids", "int64", ("batch", "sequence"), TokenIds(50, pad=0))
    assert valid_positions([unmasked], FEED) is None


def test_lengths_and_masks_are_padding() -> None:
    ids = TensorSpec("ids", "int64", ("batch", "sequence"), TokenIds(50))
    lengths = TensorSpec("n", "int64", ("batch",), Lengths("ids"))
    mask = TensorSpec("m", "int64", ("batch", "sequence"), AttentionMask("ids"))
    feed = {**FEED, "n": np.array([2, 1]), "m": np.array([[1, 1, 1], [1, 1, 0]])}
    by_length = valid_positions([ids, lengths], feed)
    by_mask = valid_positions([ids, mask], feed)
    assert by_length is not None
    assert by_length.sum() == 3
    assert by_mask is not None
    assert by_mask.sum() == 5


def test_only_outputs_by_position_have_padding() -> None:
    outputs = (
        TensorSpec("tags", "float32", ("batch", "sequence", 7)),
        TensorSpec("pooled", "float32", ("batch", 3)),  # 3 classes: not the 3 columns
    )
    signature = Signature((IDS,), outputs)
    valid = valid_positions([IDS], FEED)
    got = {"tags": np.zeros((2, 3, 7)), "pooled": np.zeros((2, 3))}
    assert set(by_output(signature, valid, got)) == {"tags"}


@pytest.mark.parametrize("wrong", [{"max_examples": 0}, {"budget_s": 0.0}, {"budget_s": -1.0}])
def test_no_effort_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        Effort(**wrong)  # type: ignore[arg-type]
