"""Rules for sizes, and pictures by their numbers."""

import pytest

from parity.model.spec import Extent, Image, TensorSpec, both, extents


@pytest.mark.parametrize(
    ("rule", "wanted", "sizes"),
    [
        (Extent("k"), (1, 2, 8), (1, 2, 8)),
        (Extent("k", multiple=32), (1, 2, 48, 96, 100), (32, 64, 96)),
        (Extent("k", low=7), (1, 2, 8), (7, 8)),
        (Extent("k", high=4), (1, 8), (1, 4)),
        (Extent("k", 32, 60, 100), (1, 1000), (64, 96)),
        (Extent("k", 32, 65, 90), (1, 1000), ()),
        (Extent("k", low=5, high=4), (1,), ()),
    ],
)
def test_sizes_are_the_nearest_that_are_allowed(
    rule: Extent, wanted: tuple[int, ...], sizes: tuple[int, ...]
) -> None:
    assert rule.sizes(wanted) == sizes
    assert all(rule.allows(size) for size in sizes)


def test_a_symbol_takes_what_all_its_rules_allow() -> None:
    one = TensorSpec("a", "float32", ("n", "t"), extents=(Extent("t", 4, 5), Extent("n")))
    other = TensorSpec("b", "float32", ("n", "t"), extents=(Extent("t", 6, high=50),))
    assert extents((one, other)) == {"t": Extent("t", 12, 5, 50), "n": Extent("n")}
    assert not extents((one, other))["t"].free
    assert extents((one,))["n"].free
    assert not both(Extent("t", low=5), Extent("t", high=4)).allows(4)


def test_bounds_of_pictures_follow_from_mean_and_deviation() -> None:
    picture = Image.normalised((0.5, 0.25), (0.5, 0.25), "NHWC")
    assert picture == Image(2, -1.0, 3.0, "NHWC", (0.5, 0.25), (0.5, 0.25))
