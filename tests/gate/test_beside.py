"""What is wrong with one case, a plugin or a golden is that case's error; the healthy one runs."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from parity import golden
from parity.errors import CaseError
from parity.golden import _parse
from tests.gate.repository import ROOT, TASK, Repository
from tests.verify.conftest import tagger

BROKEN = {
    "deep": "a = " + "[" * 100_000,
    "deep, closed": "a = " + "[" * 5_000 + "]" * 5_000,
    "a long number": "opset = " + "9" * 10_000,
    "no text": "\x00\x01",
}


@pytest.mark.slow
@pytest.mark.parametrize("what", BROKEN)
def test_a_damaged_case_stops_no_other(repository: Repository, what: str) -> None:
    repository.case("healthy", tagger())
    damaged = repository.case("damaged", tagger())
    (damaged / "case.toml").write_text(BROKEN[what])
    ran = repository.run("golden")
    assert ran.code == 1, ran.text
    assert ran.status("healthy[file-fp32-short]") == "passed"
    assert ran.status("damaged[case]") == "error"
    assert "case.toml" in ran.reason("damaged[case]")


@pytest.mark.slow
@pytest.mark.parametrize("does", ["import sys; sys.exit(0)", "raise RuntimeError('no')", "def"])
def test_a_task_that_breaks_at_its_import_stops_no_other(repository: Repository, does: str) -> None:
    site = repository.root / "site"
    (site / "odd-1.dist-info").mkdir(parents=True)
    (site / "odd-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\n")
    (site / "odd-1.dist-info" / "entry_points.txt").write_text("[parity.tasks]\nodd = odd_task\n")
    (site / "odd_task.py").write_text(does)
    repository.case("healthy", tagger())
    repository.case("broken", tagger(), '[task]\nname = "odd"')
    ran = repository.run("golden", path=Path(f"{ROOT}{os.pathsep}{site}"))
    assert ran.code == 1, ran.text
    assert ran.status("healthy[file-fp32-short]") == "passed"
    assert 'entry point "odd"' in ran.reason("broken[case]")


@pytest.mark.parametrize("how", ["truncated", "flipped", "empty", "other"])
def test_a_damaged_golden_npz_is_the_case_s_error(repository: Repository, how: str) -> None:
    """Also where its hash is that of the damaged file."""
    folder = repository.record(repository.case("tagger", tagger(), TASK))
    arrays = folder / "golden.npz"
    raw = arrays.read_bytes()
    middle = len(raw) // 2
    damaged = {
        "truncated": raw[:middle],
        "flipped": raw[:middle]
        + bytes(255 - b for b in raw[middle : middle + 64])
        + raw[middle + 64 :],
        "empty": b"",
        "other": b"\x93NUMPY\x01\x00" + bytes(100),
    }[how]
    arrays.write_bytes(damaged)
    with pytest.raises(CaseError, match="not the logits that"):
        golden.load(folder / "golden.json")
    document = json.loads((folder / "golden.json").read_text("utf-8"))
    plain = golden.load(_without_logits(folder, document))
    document["logits"] = hashlib.sha256(damaged).hexdigest()
    document["digest"] = golden.digest(plain, document["logits"])
    (folder / "golden.json").write_text(json.dumps(document), "utf-8")
    with pytest.raises(CaseError, match=r"golden\.npz: damaged: "):
        golden.load(folder / "golden.json")


def _without_logits(folder: Path, document: dict[str, object]) -> Path:
    """The same golden, which says that it has none. Its digest is worked out by trying."""
    path = folder / "plain.json"
    changed = {**document, "logits": None, "digest": ""}
    path.write_text(json.dumps(changed), "utf-8")
    sentences = tuple(_parse.sentence(s) for s in document["sentences"])  # type: ignore[attr-defined]
    made = _parse.provenance(document["provenance"])  # type: ignore[arg-type]
    whole = golden.Golden(sentences, made, str(document["source"]))
    changed["digest"] = golden.digest(whole, None)
    path.write_text(json.dumps(changed), "utf-8")
    return path
