"""Directions and neighbours."""

from pathlib import Path

import numpy as np
import pytest

from parity.errors import CaseError
from parity.tasks import embedding

GALLERY = {
    "north": np.array([0, 1.0]),
    "east": np.array([2.0, 0]),
    "south": np.array([0, -1.0]),
}


def task(**options: object) -> embedding.Embedding:
    return embedding.open(options, Path()).among(GALLERY)


def out(*vector: float) -> dict[str, np.ndarray]:
    return {"y": np.array([vector], np.float32)}


def test_the_nearest_recorded_sentence_is_shown() -> None:
    assert task().answer(out(1, 9), 0, "x", ()).shown == ("north",)
    assert task().answer(out(9, 1), 0, "x", ()).shown == ("east",)


def test_a_sentence_is_not_its_own_neighbour() -> None:
    assert task().answer(out(1, 9), 0, "north", ()).shown == ("east",)


def test_without_a_golden_only_directions_count() -> None:
    bare = embedding.open({}, Path())
    found = bare.answer(out(1, 9), 0, "x", ())
    assert found.shown == ("(no other sentence is recorded)",)
    assert bare.loss(out(1, 9), 0, (), found.decisions) == 0


def test_both_sides_must_point_the_same_way() -> None:
    least = task().agreement(out(1, 0), out(1, 0.01), 0, ())
    assert least[0] > least[1] == 0.999
    assert task().agreement(out(1, 0), out(1, 0.1), 0, ())[0] < 0.999
    assert task().agreement(out(1, 0), out(3, 0), 0, ())[0] == pytest.approx(1)
    assert task().agreement(out(1, 0), out(0, 0), 0, ())[0] == 0


def test_tokens_are_pooled_without_padding() -> None:
    tokens = {"y": np.array([[[1, 0], [0, 1], [9, 9.0]]])}
    two = ((0, 0), (0, 1))
    assert task().kept(tokens, 0, two).tolist() == [0.5, 0.5]
    assert task(pooling="cls").kept(tokens, 0, two).tolist() == [1, 0]


def test_a_candidate_within_the_tolerance_is_never_beyond_the_margin() -> None:
    rng = np.random.default_rng(3)
    flips = 0
    for _ in range(300):
        gallery = {str(i): rng.normal(size=8) for i in range(6)}
        asked = embedding.open({}, Path()).among(gallery)
        vector = rng.normal(size=(1, 8))
        allowed = float(rng.choice([0.01, 0.1, 0.4]))
        near = {"y": vector + rng.uniform(-allowed, allowed, vector.shape)}
        other = asked.answer(near, 0, "", ())
        loss = asked.loss({"y": vector}, 0, (), other.decisions)
        flips += loss > 0
        assert loss <= 2 * allowed
    assert flips > 10


def test_a_far_neighbour_is_beyond_a_small_margin() -> None:
    assert task().loss(out(0.1, 9), 0, (), (2,)) > 1


def test_what_cannot_be_read_is_an_error() -> None:
    with pytest.raises(CaseError, match="3 wide, but 2"):
        task().answer(out(1, 2, 3), 0, "", ())
    with pytest.raises(CaseError, match="holds no vector"):
        task().answer({"y": np.zeros(3)}, 0, "", ())
    with pytest.raises(CaseError, match="not finite"):
        task().answer(out(1, float("inf")), 0, "", ())
    with pytest.raises(CaseError, match='no pooling "max"'):
        task(pooling="max")
    with pytest.raises(CaseError, match="between 0 and 1"):
        task(cosine=1.0)
