"""A candidate that an earlier run exported is said to be one; any other is not."""

import json
import shutil

import pytest

from parity import cached
from parity.verify.request import Request
from parity.verify.run import verify
from tests.verify.conftest import Bench, tagger


@pytest.mark.parametrize(
    ("card", "facts", "said"),
    [
        ("candidate.json", {}, True),
        ("zoo.json", {"order": {"opset": 13}}, True),
        ("zoo.json", {"order": {"opset": None}}, False),
        ("other.json", {}, False),
    ],
)
def test_a_kept_export_is_noted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, card: str, facts: dict[str, object], said: bool
) -> None:
    entry = bench.folder / "cache" / "candidates" / "x"
    entry.mkdir(parents=True)
    other = tagger()
    other.producer_name = "an exporter"
    shutil.move(bench.save("made", other), entry / "model.onnx")
    (entry / card).write_text(json.dumps(facts))
    request = bench.request(entry / "model.onnx")
    assert not _noted(request)  # it lies in no cache
    monkeypatch.setenv("PARITY_CACHE", str(bench.folder / "cache"))
    assert _noted(request) == said
    cached.made_now(entry)
    assert not _noted(request)


def _noted(request: Request) -> bool:
    result = verify(request)
    assert result.passed
    assert result.warnings == ()
    return any("exported in an earlier run" in note for note in result.notes)
