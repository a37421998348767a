"""The evidence of cells: in its folder, of one cell each, and never an earlier run's."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from tests.gate.repository import Repository
from tests.verify.conftest import tagger

EVIL = "../../x\x1b[2J\nparity: all fine|`"


@pytest.mark.slow
def test_it_stays_in_its_folder_and_names_act_on_nothing(repository: Repository) -> None:
    folder = repository.case("broken", tagger(broken_id=37))
    path = folder / "case.toml"
    text = path.read_text("utf-8")
    assert "[inputs.short]" in text
    told = EVIL.replace("\x1b", "\\u001b").replace("\n", "\\n")
    path.write_text(text.replace("[inputs.short]", f'[inputs."{told}"]'), "utf-8")
    ran = repository.run("golden", "--parity-bundles=out/evidence", "--junitxml=junit.xml",
                         "--parity-markdown=summary.md")  # fmt: skip
    assert ran.code == 1
    (made,) = (repository.root / "out" / "evidence").iterdir()
    assert (made / "feed.npz").exists()
    assert sorted(p.name for p in (repository.root / "out").iterdir()) == ["evidence"]
    for said in (ran.text, (repository.root / "summary.md").read_text()):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]|^parity: all fine", said, re.MULTILINE)
    assert r"\|\`" in (repository.root / "summary.md").read_text()
    (case,) = ElementTree.parse(repository.root / "junit.xml").iter("testcase")  # noqa: S314  our own
    assert r"\x1b[2J\nparity: all fine" in case.attrib["name"]


@pytest.mark.slow
def test_two_cases_of_one_name_keep_theirs(repository: Repository) -> None:
    first = repository.case("twin", tagger(broken_id=37))
    other = repository.root / "more" / "golden" / "twin"
    other.parent.mkdir(parents=True)
    first.rename(other)
    repository.case("twin", tagger(broken_id=36))
    ran = repository.run("golden", "more/golden", "--parity-bundles=evidence")
    assert ran.code == 1
    made = sorted((repository.root / "evidence").iterdir())
    assert len(made) == 2
    assert all((folder / "feed.npz").exists() for folder in made)
    # One after the other, in runs of their own.
    for place in ("golden", "more/golden"):
        assert repository.run(place, "--parity-bundles=apart").code == 1
    assert len(list((repository.root / "apart").iterdir())) == 2


@pytest.mark.slow
def test_that_of_an_earlier_run_is_put_aside(repository: Repository) -> None:
    folder = repository.case("mended", tagger(broken_id=37))
    assert repository.run("golden", "--parity-bundles=evidence").code == 1
    (folder / "cand.onnx").write_bytes(tagger().SerializeToString())
    ran = repository.run("golden", "--parity-bundles=evidence")
    assert ran.code == 0, ran.text
    (left,) = (repository.root / "evidence").iterdir()
    assert left.name == "mended-file-fp32-short.earlier"
    assert "evidence of an earlier run is now" in ran.text


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--parity-markdown", "is no report of parity's; --parity-markdown would replace it"),
        ("--parity-bundles", "is a file; --parity-bundles takes a folder"),
    ],
)
def test_the_gate_replaces_nothing_of_the_users(
    repository: Repository, option: str, says: str
) -> None:
    folder = repository.case("healthy", tagger())
    before = (folder / "cand.onnx").read_bytes()
    ran = repository.run("golden", f"{option}=golden/healthy/cand.onnx")
    assert ran.code == 4
    assert f"cand.onnx: {says}" in ran.text
    assert (folder / "cand.onnx").read_bytes() == before
