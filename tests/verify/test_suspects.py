"""A fault in a few rows in the middle of a large vocabulary is found for certain."""

import re
from dataclasses import replace

import pytest

from parity.compare.findings import ValuesDiffer
from parity.compare.warned import RowsSampled
from parity.model.artifact import resolve
from parity.verify.feeds.suspects import MOST
from parity.verify.request import Effort, Side
from parity.verify.run import verify
from tests.marks import slowly
from tests.verify.conftest import Bench, tagger

VOCABULARY = 50_000


@pytest.mark.parametrize("kind", slowly(["ids", None], "ids"))
@pytest.mark.parametrize("at", slowly([20_011, 33_333], "33333"))
def test_two_rows_swapped(bench: Bench, at: int, kind: str | None) -> None:
    healthy = bench.save("large", tagger(vocabulary=VOCABULARY))
    broken = bench.save("broken", tagger(vocabulary=VOCABULARY, swapped=at))
    # Hardly anything is drawn: the boundary feeds are to show it.
    request = replace(
        bench.request(broken, effort=Effort(1)),
        reference=Side(resolve(healthy), "ort"),
        kind=kind,
    )
    result = verify(request)
    assert isinstance(result.verdict.findings[0], ValuesDiffer)
    assert result.minimal is not None
    assert result.minimal.example.feed["ids"].tolist() in ([[at]], [[at + 1]])
    (line,) = [note for note in result.notes if "two tables" in note]
    assert line == (
        f"ids: 2 of 50,000 rows of the two tables differ, the first that of id {at}: all fed"
    )


@pytest.mark.slow
def test_a_table_that_differs_at_large_is_sampled(bench: Bench) -> None:
    healthy = bench.save("large", tagger(vocabulary=VOCABULARY))
    other = tagger(vocabulary=VOCABULARY)
    words = next(t for t in other.graph.initializer if t.name == "words")
    words.raw_data = words.raw_data[: len(words.raw_data) // 2] + bytes(len(words.raw_data) // 2)
    request = replace(
        bench.request(bench.save("other", other), effort=Effort(1)),
        reference=Side(resolve(healthy), "ort"),
    )
    result = verify(request)
    assert not result.verdict.passed
    (line,) = [note for note in result.notes if "two tables" in note]
    found = re.fullmatch(
        "ids: 25,000 of 50,000 rows of the two tables differ, the first that of id 25000: "
        "([0-9,]+) of them fed",
        line,
    )
    assert found
    assert MOST <= int(found[1].replace(",", "")) < 25_000
    assert RowsSampled in {type(w) for w in result.warnings}


def test_equal_tables_are_not_mentioned(bench: Bench) -> None:
    result = verify(bench.request(effort=Effort(1)))
    assert result.verdict.passed
    assert not [note for note in result.notes if "two tables" in note]
