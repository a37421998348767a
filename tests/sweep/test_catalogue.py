"""The catalogue is data: large, well-formed, and fed with what tells its variants apart."""

import numpy as np
import pytest

from parity.sweep.asked import chosen
from parity.sweep.feeds import COUNT, feeds
from parity.zoo.ops import FAMILIES, catalogue, family_of
from parity.zoo.ops._net import nets
from parity.zoo.ops._takes import takes

NETS = list(catalogue().values())


def test_there_are_many_of_every_family() -> None:
    assert len(NETS) >= 500
    families = {family_of(net.name) for net in NETS}
    assert families == set(FAMILIES)


def test_no_two_are_the_same_net() -> None:
    told = {(net.code, net.make, net.inputs) for net in NETS}
    assert len(told) == len(NETS)


@pytest.mark.parametrize("family", FAMILIES)
def test_feeds_are_as_the_net_says(family: str) -> None:
    for net in chosen(f"{family}/*"):
        made = feeds(net)
        assert len(made) == COUNT
        for feed in made:
            letters: dict[str, int] = {}
            for name, wanted in net.inputs:
                array = feed[name]
                assert array.dtype == wanted.dtype
                assert array.ndim == len(wanted.shape)
                for size, axis in zip(array.shape, wanted.shape, strict=True):
                    if isinstance(axis, str):
                        assert letters.setdefault(axis, size) == size
                    else:
                        assert size == axis


def test_a_seed_gives_the_same_feeds_and_another_gives_others() -> None:
    (net,) = chosen("reduces/sum-last")
    one, same, other = feeds(net, 1), feeds(net, 1), feeds(net, 2)
    assert all(np.array_equal(a["x"], b["x"]) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a["x"], b["x"]) for a, b in zip(one, other, strict=True))


def test_usual_floats_have_ties_zeros_signs_and_large_ones() -> None:
    (net,) = chosen("activations/relu")
    values = np.concatenate([feed["x"].ravel() for feed in feeds(net)])
    assert (values == 0).any()
    assert (values % 1 == 0.5).any()
    assert values.min() < -10 < 10 < values.max()


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("int64 N,S below 3", 0, 2), ("N,3 unit", 0, 1), ("N,3 inner", -1, 1), ("9 positive", 0, 99)],
)
def test_kinds_keep_to_what_they_say(text: str, low: float, high: float) -> None:
    (net,) = nets("t", f"a | x | x: {text}")
    for feed in feeds(net):
        assert feed["x"].min() >= low
        assert feed["x"].max() <= high


def test_lengths_reach_the_longest_and_never_zero() -> None:
    (net,) = nets("t", "a | x | x: N,S,2; n: int64 N upto S")
    for feed in feeds(net):
        assert feed["n"].max() == feed["x"].shape[1]
        assert feed["n"].min() >= 1


def test_distinct_ones_are() -> None:
    (net,) = nets("t", "a | x | x: N,3,5 distinct")
    assert all(len(np.unique(feed["x"])) == feed["x"].size for feed in feeds(net))


@pytest.mark.parametrize("text", ["", "N,3 belo 3", "N,3 below", "N;3", "int64"])
def test_an_input_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match='"'):
        takes(text)
