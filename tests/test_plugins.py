"""A name that nobody knows: the nearest, and never hundreds of lines."""

from parity.plugins import unknown


def test_a_few_are_all_listed() -> None:
    said = unknown("engine", "otr", ["ort", "paddle"])
    assert said == 'no engine "otr"; did you mean "ort"?; there are: ort, paddle'


def test_of_many_the_nearest_are() -> None:
    names = [f"conv/conv{i}" for i in range(300)]
    said = unknown("net", "conv/conv299x", names)
    assert said.startswith('no net "conv/conv299x"; of 300 there are, the nearest: conv/conv299, ')
    assert said.count(",") == 5
    assert "nearest: conv/conv0, conv/conv1" in unknown("net", "~", names)
