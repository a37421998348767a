"""Nothing of somebody else's is replaced, by any verb, nor one result by another."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from parity.cli.matrix import matrix
from parity.errors import OutputError, ParityError, UsageError
from parity.report import bundle, document, manifest, targets
from parity.report.marks import MARKDOWN
from parity.verify.request import Effort
from parity.verify.run import verify
from tests.verify.conftest import Bench, tagger

MINE = b"# mine\n"
OURS = document.dumps(document.failure("why")).encode()


def made(folder: Path, path: Path) -> None:
    """A bundle at a path."""
    bench = Bench(folder)
    broken = bench.save("broken", tagger(broken_id=37))
    bundle.write(path, verify(bench.request(broken, effort=Effort(1, shrink_s=1))), of="a")


@pytest.mark.parametrize("kind", ["json", "markdown"])
@pytest.mark.parametrize(
    "content", [MINE, b"{}", b'{"schema": 1, "source": ""}', b"\x08\x08onnx", b"# parity\n"]
)
def test_what_parity_did_not_write_stays(tmp_path: Path, kind: str, content: bytes) -> None:
    path = tmp_path / "there"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=f"--parity-{kind} would replace it"):
        targets.check(prefix="--parity-", **{kind: path})  # type: ignore[arg-type]
    # Nor is it written over if it came while the work was done.
    with pytest.raises(OutputError):
        targets.write(path, "x", kind)
    assert path.read_bytes() == content


@pytest.mark.parametrize(("kind", "content"), [("json", OURS), ("markdown", MARKDOWN.encode())])
def test_what_parity_wrote_is_replaced(tmp_path: Path, kind: str, content: bytes) -> None:
    path = tmp_path / "there"
    for before in (content, b"", b"\n"):
        path.write_bytes(before)
        targets.check(**{kind: path})  # type: ignore[arg-type]
        targets.write(path, "new", kind)
        assert path.read_text() == "new"


@pytest.mark.parametrize("option", ["--json", "--markdown"])
def test_matrix_destroys_no_candidate(tmp_path: Path, option: str) -> None:
    (tmp_path / "cand.onnx").write_bytes(tagger().SerializeToString())
    before = (tmp_path / "cand.onnx").read_bytes()
    done = CliRunner().invoke(
        matrix, ["lac", option, str(tmp_path / "cand.onnx")], standalone_mode=False
    )
    assert isinstance(done.exception, ParityError)
    assert f"cand.onnx: is no report of parity's; {option} would replace it" in str(done.exception)
    assert (tmp_path / "cand.onnx").read_bytes() == before


def test_two_results_do_not_go_to_one_place(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with pytest.raises(UsageError, match="--json and --markdown are the same"):
        targets.check(json=path, markdown=tmp_path / "." / "out")
    with pytest.raises(UsageError, match="--json and --bundle are the same"):
        targets.check(json=path, bundle=path)
    with pytest.raises(UsageError, match="lies in the folder of --bundle"):
        targets.check(json=path / "x" / "out.json", bundle=path)
    targets.check(json=path / "out.json", bundles=path, bundle=tmp_path / "other")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file beside": lambda f: (f / "notes.txt").write_bytes(MINE),
    "a file further down": lambda f: (f / "models" / "candidate" / "x").write_bytes(MINE),
    "a folder": lambda f: (f / "models" / "empty").mkdir(),
    "a link": lambda f: (f / "models" / "link").symlink_to(f),
    "a file that was changed": lambda f: (f / "repro.py").write_bytes(MINE),
    "a file in place of another": lambda f: (f / "report.json").write_bytes(OURS),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_a_bundle_with_anything_of_the_users_stays(tmp_path: Path, change: str) -> None:
    folder = tmp_path / "bundle"
    made(tmp_path, folder)
    targets.check(bundle=folder)
    CHANGES[change](folder)
    before = sorted(folder.rglob("*"))
    with pytest.raises(UsageError, match="holds other things"):
        targets.check(bundle=folder)
    with pytest.raises(OutputError, match="holds other things"):
        made(tmp_path, folder)
    assert sorted(folder.rglob("*")) == before


def test_evidence_that_is_put_aside_replaces_evidence_only(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    assert bundle.retire(folder) is None
    (tmp_path / "bundle.earlier").mkdir()
    (tmp_path / "bundle.earlier" / "mine").write_bytes(MINE)
    for _ in range(2):
        made(tmp_path, folder)
        assert bundle.retire(folder) == tmp_path / "bundle.earlier-2"
        assert not folder.exists()
        assert manifest.of(tmp_path / "bundle.earlier-2") == "a"
    assert (tmp_path / "bundle.earlier" / "mine").read_bytes() == MINE


@pytest.mark.parametrize("inputs", ["../../x", "..", "/etc", "a/b", ".", "\x1b[2J", "x" * 300])
def test_evidence_stays_in_its_folder(tmp_path: Path, inputs: str) -> None:
    root = tmp_path / "evidence"
    place = bundle.place(root, f"lac[opset13-fp32-{inputs}]", of="a")
    assert place.parent == root
    assert place.resolve().parent == root.resolve()
    assert len(place.name) < 120
    other = bundle.place(root, f"lac[opset13-fp32-{inputs}_]", of="a")
    assert other != place


def test_two_cases_of_one_name_have_evidence_each(tmp_path: Path) -> None:
    root, name = tmp_path / "evidence", "ner[opset13-fp32-default]"
    plain = bundle.place(root, name, of="a")
    assert plain.name == "ner-opset13-fp32-default"
    twins = {bundle.place(root, name, of=of, shared=True) for of in ("a", "b")}
    assert len(twins | {plain}) == 3
    # From run to run as well, whichever of the two runs.
    made(tmp_path, plain)
    assert bundle.place(root, name, of="a") == plain
    assert bundle.place(root, name, of="b") != plain
