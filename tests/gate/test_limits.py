"""The gate holds the size that a case allows."""

from pathlib import Path

from tests.gate.repository import TASK, Repository
from tests.verify.conftest import tagger


def test_a_candidate_that_is_too_large_is_refused(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    rest = "[limits]\nmax_size_mb = {}\n"
    repository.record(repository.case("small", tagger(), TASK, rest=rest.format(1)))
    repository.record(repository.case("large", tagger(), TASK, rest=rest.format(0.002)))
    ran = repository.run("golden", "--parity-examples=2")
    assert ran.code == 1
    assert ran.status("small[file-fp32-short]") == "passed"
    assert ran.status("large[file-fp32-short]") == "failed"
    assert "MB on disk, the case allows 0.002" in ran.reason("large[file-fp32-short]")
