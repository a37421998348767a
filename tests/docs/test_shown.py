"""What counts as shown truly."""

import pytest

from tests.docs.shown import missing, shown

PRINTED = """
parity: 283 examples (183 of them boundary feeds), 1,332 elements compared, 3.7 s

output        positions  compared  max abs  used
fetch_name_0  all           1,332  2.2e-08    0%
sha256    6b5e1f4c670b4b528d70343c80136a1855b2be3375d59aedda653c743fc9e31a
"""


@pytest.mark.parametrize(
    "line",
    [
        "parity: 301 examples (201 of them boundary feeds), 9 elements compared, 12.0 s",
        "fetch_name_0 all 7 -1.5 36x",
        "sha256    0000000000000",
        "parity: 1 examples …",
    ],
)
def test_numbers_may_be_others(line: str) -> None:
    assert missing((line,), PRINTED) is None


@pytest.mark.parametrize(
    "line",
    [
        "differs: 283 examples (183 of them boundary feeds), 1,332 elements compared, 3.7 s",
        "parity: 283 examples",
        "fetch_name_0  valid         1,332  2.2e-08    0%",
        "sha256    none",
        "differs: …",
    ],
)
def test_words_may_not(line: str) -> None:
    assert missing((line,), PRINTED) == line


def test_lines_stand_in_their_order() -> None:
    below, above = "fetch_name_0 all 1 1 1", "output positions compared max abs used"
    assert missing((above, "…", below), PRINTED) is None
    assert missing((below, above), PRINTED) == above


def test_a_fence_is_taken_apart() -> None:
    first, second = shown("$ a b\nsaid\n\nmore\n$ c\n")
    assert first.command == "a b"
    assert first.lines == ("said", "", "more", "")
    assert second.command == "c"
    with pytest.raises(AssertionError, match="no command"):
        shown("said\n$ a\n")
