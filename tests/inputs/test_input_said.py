"""Feeds of inputs of which somebody has said what they take."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parity.errors import InputError
from parity.inputs import Example, Limits, plan
from parity.model.notation.applied import told
from parity.model.spec import Image, Lengths, Signature, TensorSpec, TokenIds, Values

MODEL = Signature(
    (
        TensorSpec("x", "float32", ("n", 3, "h", "w"), Image(3)),
        TensorSpec("sr", "int64", ()),
        TensorSpec("speed", "float32", (), Values(-3, 3)),
        TensorSpec("sound", "float32", ("n", "t"), Values(-3, 3)),
        TensorSpec("many", "float32", ("n", "h"), Values(-3, 3)),
    ),
    (),
)
SAID = told(
    MODEL,
    [
        "x: [n=2..3,3,h=32k,16k>=40] in [-1,1]",
        "sr: one of {8000,16000}",
        "speed: scale in [0.5,2]",
        "sound: [n,t>=400] waveform at 8000",
        "many: whole in [2,5]",
    ],
).inputs


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_sizes_and_values_are_those_that_were_said(data: st.DataObject) -> None:
    fits(data.draw(plan(SAID).strategy()))


def test_boundary_feeds_are_those_that_were_said_and_reach_the_ends() -> None:
    examples = list(plan(SAID).boundary())
    for example in examples:
        fits(example)
    assert {e.feed["x"].shape[0] for e in examples} == {2, 3}
    assert {float(e.feed["sr"]) for e in examples} == {8000, 16000}
    speeds = {float(e.feed["speed"]) for e in examples}
    assert {0.5, 1.0, 2.0} <= speeds
    sounds = [e.feed["sound"][0] for e in examples if len(np.unique(e.feed["sound"])) > 100]
    assert all(0.05 < np.abs(sound).max() <= 1 for sound in sounds)
    # Sound, unlike noise (1.3), changes little from one sample to the next, save at high tones.
    steps = [np.abs(np.diff(sound)).mean() / np.abs(sound).mean() for sound in sounds]
    assert min(steps) < 0.9


def fits(example: Example) -> None:
    feed = example.feed
    rows, _, height, width = feed["x"].shape
    assert rows in (2, 3)
    assert height % 32 == 0
    assert width % 16 == 0
    assert width >= 40
    assert feed["many"].shape == (rows, height)
    assert set(np.unique(feed["many"])) <= {2, 3, 4, 5}
    assert np.abs(feed["x"]).max() <= 1
    assert int(feed["sr"]) in (8000, 16000)
    assert 0.5 <= float(feed["speed"]) <= 2
    assert feed["sound"].shape[1] >= 400


def test_a_scale_of_either_sign_is_never_zero() -> None:
    specs = told(MODEL, ["many: scale signed in [0.1,4]"]).inputs[4:]
    fed = np.concatenate([e.feed["many"].reshape(-1) for e in plan(specs).boundary()])
    assert (np.abs(fed) >= 0.1 - 1e-6).all()
    assert fed.min() < 0 < fed.max()
    assert 1.0 in fed


def test_channels_come_last_where_they_are_said_to() -> None:
    model = Signature((TensorSpec("x", "float32", ("n", "h", "w", 3), Values(-3, 3)),), ())
    specs = told(model, ["x: picture NHWC mean 0.5 std 0.25"]).inputs
    for example in plan(specs).boundary():
        assert example.feed["x"].shape[3] == 3
        assert example.feed["x"].shape[1] >= 32
        assert -2 <= example.feed["x"].min() <= example.feed["x"].max() <= 2


WORDS = Signature(
    (
        TensorSpec("ids", "int64", ("n", "t"), TokenIds(300, 0, masked=True)),
        TensorSpec("len", "int64", ("n",), Lengths("ids")),
    ),
    (),
)


@pytest.mark.parametrize("padded", [True, False], ids=["padded", "rows of one length"])
@pytest.mark.parametrize("text", ["ids: [n=1..2,t=8k<=64]", "ids: [n=1..2,t=7..20]"])
@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_ids_have_the_lengths_that_were_said(padded: bool, text: str, data: st.DataObject) -> None:
    specs = WORDS.inputs if padded else (TensorSpec("ids", "int64", ("n", "t"), TokenIds(300)),)
    made = told(Signature(specs, ()), [text]).inputs
    rule = made[0].extents[1]
    chosen = plan(made, limits=Limits(max_batch=4))
    for example in [data.draw(chosen.strategy()), *chosen.boundary()]:
        rows, width = example.feed["ids"].shape
        assert rows <= 2
        assert rule.allows(width)
    widths = {e.feed["ids"].shape[1] for e in chosen.boundary()}
    assert {rule.sizes((1,))[0], rule.sizes((1000,))[0]} <= widths


def test_a_length_that_the_limits_forbid_is_told() -> None:
    specs = told(WORDS, ["ids: [n,t>=40]"]).inputs
    with pytest.raises(InputError, match="--max-length"):
        plan(specs, limits=Limits(max_length=10))


def test_a_number_of_rows_of_ids_that_begins_above_1_goes_by_turns() -> None:
    ids = TensorSpec("ids", "int64", ("n", "t"), TokenIds(9))
    (spec,) = told(Signature((ids,), ()), ["ids: [n=2..4,t<=8]"]).inputs
    rows = [
        {len(e.feed["ids"]) for e in plan([spec], limits=Limits(turn=turn)).boundary()}
        for turn in range(3)
    ]
    assert set.union(*rows) == {2, 3, 4}
    assert all(1 not in found for found in rows)
