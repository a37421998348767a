"""``parity check CASE`` and ``parity new``."""

import json
import shutil
from pathlib import Path

import pytest

from parity.api.machines import run as running
from parity.case import FILE, load
from parity.cli.main import parity
from parity.errors import CaseError, ModelError, UsageError
from tests.gate.repository import TASK, XFAIL, Repository, changed
from tests.verify.conftest import tagger, with_row


def command(*arguments: str) -> int:
    with parity.make_context("parity", list(arguments)) as context:
        return int(parity.invoke(context))


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return Repository(tmp_path)


def test_a_case_by_name_folder_or_file(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = repository.record(repository.case("mine", tagger(), TASK))
    for name in ("mine", "golden/mine", str(folder / FILE)):
        assert command("check", name, "--max-examples", "3") == 0
        assert "mine[file-fp32-short] passed" in capsys.readouterr().out


def test_a_changed_model_says_what_a_user_sees(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.record(repository.case("mine", changed("linear"), TASK))
    report = repository.root / "report.json"
    bundle = repository.root / "bundle"
    arguments = ("--max-examples", "3", "--json", str(report), "--bundle", str(bundle))
    assert command("check", "mine", *arguments) == 1
    told = capsys.readouterr().out
    assert "mine[file-fp32-short] failed" in told
    assert "changed since the golden was recorded:" in told
    assert "(candidate)" in told
    found = json.loads(report.read_text("utf-8"))
    assert (found["verdict"], found["passed"], found["case"]) == ("differs", False, "mine")
    assert found["elements"] > 0
    kinds = {f["kind"] for f in found["findings"]}
    assert {"answer-differs", "golden-differs", "values-differ"} <= kinds
    assert [c["status"] for c in found["cells"]] == ["failed"]
    assert (bundle / "report.json").is_file()


def test_strict_holds_for_a_case_too(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = with_row(tagger(), 7, float("nan"))
    repository.case("odd", odd, reference=odd)
    assert command("check", "odd", "--max-examples", "3") == 0
    assert "warning   logits: the reference itself answers NaN" in capsys.readouterr().out
    report = repository.root / "report.json"
    assert command("check", "odd", "--max-examples", "3", "--strict", "--json", str(report)) == 1
    assert "odd[file-fp32-short] failed" in capsys.readouterr().out
    found = json.loads(report.read_text("utf-8"))
    assert (found["verdict"], found["passed"], found["findings"]) == ("differs", False, [])
    assert [w["kind"] for w in found["warnings"]] == ["reference-non-finite"]


def test_what_must_fail_and_does_is_no_failure(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.case("known", changed("linear"), rest=XFAIL)
    assert command("check", "known", "--max-examples", "3") == 0
    assert "xfailed" in capsys.readouterr().out
    repository.case("healed", tagger(), rest=XFAIL)
    assert command("check", "healed", "--max-examples", "3") == 1
    assert "drop that [[xfail]]" in capsys.readouterr().out


def test_a_model_that_is_not_here_is_not_run(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = repository.case("away", tagger())
    (folder / "ref.onnx").unlink()
    report = repository.root / "report.json"
    assert command("check", "away", "--json", str(report)) == 2
    assert "not run" in capsys.readouterr().out
    found = json.loads(report.read_text("utf-8"))
    assert (found["verdict"], found["cells"][0]["status"]) == ("error", "not run")


def test_a_golden_of_another_model_is_an_error(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = repository.record(repository.case("mine", tagger(), TASK))
    shutil.copy(repository.case("other", changed("words")) / "cand.onnx", folder / "ref.onnx")
    assert command("check", "mine", "--max-examples", "3") == 2
    assert "the parameters file recorded was" in capsys.readouterr().out


def test_max_length_of_the_golden_is_the_cases(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = repository.record(repository.case("mine", tagger(), TASK))
    text = (folder / FILE).read_text()
    (folder / FILE).write_text(text.replace("max_length = 12", "max_length = 10"))
    assert command("check", "mine", "--max-examples", "3") == 2
    assert "the max_length recorded was 12, that of today is 10" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("option", "value"),
    [("--rtol", "1e-3"), ("--reference", "x.json"), ("--max-batch", "2"), ("--inputs", "ids")],
)
def test_what_the_case_says_is_no_option(repository: Repository, option: str, value: str) -> None:
    repository.case("mine", tagger())
    with pytest.raises(UsageError, match=f"{option} doesn't go with a case"):
        command("check", "mine", option, value)


def test_a_precision_that_the_case_does_not_list(repository: Repository) -> None:
    repository.case("mine", tagger())
    with pytest.raises(CaseError, match="has no precision int8; there are: fp32"):
        command("check", "mine", "--precision", "int8")


def test_new_writes_a_case_that_loads_and_never_over_another(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("new", "fresh") == 0
    assert capsys.readouterr().out.strip() == "golden/fresh/case.toml"
    path = repository.root / "golden" / "fresh" / FILE
    found = load(path.parent)
    assert (found.name, found.precisions, found.reference.path) == (
        "fresh", ("fp32",), "model/inference",
    )  # fmt: skip
    before = path.read_bytes()
    with pytest.raises(UsageError, match="is there already"):
        command("new", "fresh")
    assert path.read_bytes() == before
    assert command("new", "elsewhere/deep") == 0
    assert load(repository.root / "elsewhere" / "deep").name == "deep"


def test_every_commented_key_of_new_is_one_that_loads(repository: Repository) -> None:
    command("new", "fresh")
    path = repository.root / "golden" / "fresh" / FILE
    lines = path.read_text("utf-8").splitlines()
    rows = []
    for line in lines:
        key = line.removeprefix("# ")
        is_code = key.startswith("[") or key.partition(" = ")[0].replace("_", "").isalnum()
        # In place of what stands above it: one of the two.
        if line.startswith("# ") and is_code and "in place of path" not in line:
            line = key
        rows.append(line)
    text = "\n".join(rows).replace('head = "token_cls"', '# head = "token_cls"')
    path.write_text(text, "utf-8")
    found = load(path.parent)
    assert found.golden == "golden.json"
    assert found.task is not None
    assert found.xfail[0].opset == 7
    assert found.engines["candidate"] == ("ort", {"optimization": "disable"})


@pytest.mark.parametrize("name", ["a b", "-x", "é", "a/.."])
def test_new_takes_plain_names(repository: Repository, name: str) -> None:
    with pytest.raises((UsageError, CaseError)):
        command("new", "--", name) if name != "a/.." else command("new", "a b/x y")


def test_what_is_nearly_a_case_says_which(repository: Repository) -> None:
    repository.case("tagger", tagger())
    with pytest.raises(CaseError, match='no case "tager"; did you mean "tagger"'):
        command("check", "tager")
    with pytest.raises(ModelError, match="no such file"):
        command("check", "tagger.onnx")
    with pytest.raises(ModelError, match="no such file"):
        command("check", "unlike")


def test_interrupted_before_the_first_cell_the_json_says_that_it_is_partial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    folder = Repository(tmp_path).case("tags", None)
    monkeypatch.setattr(running, "run_all", interrupted)
    arguments = ["check", str(folder), "--json", str(tmp_path / "out.json")]
    with pytest.raises(KeyboardInterrupt), parity.make_context("parity", arguments) as context:
        parity.invoke(context)
    report = json.loads((tmp_path / "out.json").read_text())
    assert (report["partial"], report["passed"], report["verdict"]) == (True, False, "error")
