"""Where results go: what can't be written, what must not be lost, what is left of it."""

import json
import os
import re
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli import spoil as s
from tests.cli.command import OBEY_MODES, Command

QUICK = (
    *("check", "model.onnx", "--reference", "reference.onnx"),
    *("--max-examples", "1", "--max-length", "8", "--shrink-budget", "5"),
)
BROKEN = (*QUICK, "--candidate-engine", "fake", "--candidate-option", "fault=shift")

REPORT = b'{\n  "schema": 1,\n  "verdict": "parity"\n}\n'
"""Of an earlier run."""

MODEL = "model.json"


@dataclass(frozen=True)
class Refused:
    """kind: what can't be. says: a pattern. args: where results shall go."""

    kind: str
    says: str
    args: tuple[str, ...]
    do: s.Spoil = s.nothing


BEFORE = [
    Refused("json is a folder", r"there: is a folder; --json takes a file",
        ("--json", "there"), s.folder("there")),
    Refused("json is a model", rf"{MODEL}: is no report of parity's; --json would replace it",
        ("--json", MODEL)),
    Refused("json under a file", r"reference\.onnx: can't be written: Not a directory",
        ("--json", "reference.onnx/out.json")),
    Refused("json in an unwritable folder", r"there: can't be written: Permission denied",
        ("--json", "there/out.json"), s.both(s.folder("there"), s.mode("there", 0o500))),
    Refused("json in an unwritable folder, to be made", r"can't be written: Permission denied",
        ("--json", "there/new/out.json"), s.both(s.folder("there"), s.mode("there", 0o500))),
    Refused("bundle is a file", r"reference\.onnx: is a file; --bundle takes a folder",
        ("--bundle", "reference.onnx")),
    Refused("bundle is a folder with other things", r"there: holds other things \(notes\.txt\)",
        ("--bundle", "there"), s.holds("there/notes.txt", b"mine")),
    Refused("bundle holds a report and models of the user's", r"other things \(models, report",
        ("--bundle", "there"),
        s.both(s.holds("there/models/my.onnx", b"mine"), s.holds("there/report.json", REPORT))),
    Refused("json is another program's", r"mine\.json: is no report of parity's",
        ("--json", "mine.json"), s.holds("mine.json", b'{\n "schema": 1,\n "source": "me"\n}')),
    Refused("json and bundle are one", r"out: --json and --bundle are the same; name two places",
        ("--bundle", "out", "--json", "out")),
    Refused("bundle below the json", r"out/b: lies below out, a file of --json",
        ("--bundle", "out/b", "--json", "out")),
    Refused("bundle is the database", r"out: --bundle and --database are the same",
        ("--bundle", "out", "--database", "./out")),
    Refused("bundle is a report's folder with other things", r"holds other things \(notes\.txt",
        ("--bundle", "there"),
        s.both(s.holds("there/notes.txt", b"mine"), s.holds("there/report.json", REPORT))),
    Refused("bundle is where the models are", r"holds other things \(model\.json, model\.onnx",
        ("--bundle", "."), s.holds("report.json", REPORT)),
    Refused("bundle in an unwritable folder", r"there: can't be written: Permission denied",
        ("--bundle", "there/out"), s.both(s.folder("there"), s.mode("there", 0o500))),
    Refused("json in the bundle", r"out/it\.json: lies in the folder of --bundle",
        ("--bundle", "out", "--json", "out/it.json")),
]  # fmt: skip


@pytest.mark.parametrize("refused", BEFORE, ids=lambda refused: refused.kind)
def test_refused_before_the_work(command: Command, refused: Refused) -> None:
    refused.do(command.work)
    done = command.run(*BROKEN, *refused.args, before=OBEY_MODES)
    assert re.match(rf"parity: .*{refused.says}", done.err), done.err
    assert done.err.count("\n") == 1
    assert (done.code, done.out) == (2, "")
    kept = [n for n in done.left if n not in ("file out/it.json", "file out")]  # the error, as JSON
    assert kept == []


def test_a_failing_run_leaves_a_report_and_a_bundle_and_nothing_else(command: Command) -> None:
    done = command.run(*BROKEN, "--json", "new/out.json", "--bundle", "out")
    assert done.code == 1
    assert done.err == ""
    names = ("bundle.json", "report.json", "report.md", "feed.npz", "expected.npz", "actual.npz")
    assert done.left == sorted(["file new/out.json", *(f"file out/{n}" for n in names)])
    assert stat.S_IMODE((command.work / "out").stat().st_mode) == 0o777 & ~umask()
    assert stat.S_IMODE((command.work / "new/out.json").stat().st_mode) == 0o666 & ~umask()


@pytest.mark.slow
def test_a_report_and_a_bundle_of_an_earlier_run_are_replaced(command: Command) -> None:
    s.holds("out.json", REPORT)(command.work)
    for examples in ("1", "2"):
        done = command.run(
            *BROKEN, "--json", "out.json", "--bundle", "out", "--max-examples", examples
        )
        assert done.code == 1, done.err
        for name in ("out.json", "out/report.json"):
            told = json.loads((command.work / name).read_text())
            assert (told["verdict"], told["effort"]["max_examples"]) == ("differs", int(examples))
    (command.work / "out/repro.py").write_text("# mine")
    done = command.run(*BROKEN, "--bundle", "out")
    assert (done.code, done.left) == (2, [])
    assert "out: holds other things (repro.py), which --bundle would replace" in done.err


@pytest.mark.slow
def test_evidence_of_an_earlier_run_is_not_taken_for_that_of_one_that_passes(
    command: Command,
) -> None:
    command.run(*BROKEN, "--bundle", "out")
    done = command.run(*QUICK, "--bundle", "out")
    assert done.code == 0
    assert "bundle    none; that of an earlier run is now out.earlier" in done.out
    assert not (command.work / "out").exists()
    assert (command.work / "out.earlier/feed.npz").is_file()


def test_a_run_that_passes_makes_no_bundle(command: Command) -> None:
    done = command.run(*QUICK, "--bundle", "out")
    assert (done.code, done.left) == (0, [])


def test_a_link_leads_to_what_is_replaced(command: Command) -> None:
    s.holds("real.json", REPORT)(command.work)
    (command.work / "out.json").symlink_to("real.json")
    done = command.run(*QUICK, "--json", "out.json")
    assert done.code == 0
    assert (command.work / "out.json").is_symlink()
    assert json.loads((command.work / "real.json").read_text())["examples"] > 0


def test_an_error_is_told_in_the_json_too(command: Command) -> None:
    s.holds("out.json", REPORT)(command.work)
    done = command.run("check", "gone.onnx", "--json", "out.json")
    report = json.loads((command.work / "out.json").read_text())
    assert done.code == 2
    assert (report["verdict"], report["passed"]) == ("error", False)
    assert done.err == f"parity: {report['error']}\n"


def test_json_to_standard_output_is_all_that_is_there(command: Command) -> None:
    done = command.run(*BROKEN, "--json", "-")
    assert done.code == 1
    assert json.loads(done.out)["verdict"] == "differs"
    assert "differs" in done.err
    assert done.left == []


def test_json_to_a_device_leaves_the_device(command: Command) -> None:
    before = Path("/dev/full").stat()
    done = command.run(*QUICK, "--json", "/dev/full")
    assert (done.code, done.left) == (2, [])
    assert done.err == "parity: /dev/full: can't be written: No space left on device\n"
    assert "parity: " in done.out  # what was found is shown all the same
    assert Path("/dev/full").stat().st_rdev == before.st_rdev
    assert command.run(*QUICK, "--json", "/dev/stderr").code == 0


VERBS = {
    "check": QUICK,
    "json": (*QUICK, "--json", "-"),
    "inspect": ("inspect", "model.onnx"),
    "zoo": ("zoo", "list"),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
class TestStandardOutput:
    def test_full(self, command: Command, verb: tuple[str, ...]) -> None:
        with Path("/dev/full").open("w") as full:
            done = command.run(*verb, stdout=full)
        assert done.code == 2
        assert done.err.endswith("parity: standard output: No space left on device, so the report "
                                 "could not be shown\n")  # fmt: skip
        assert "Traceback" not in done.err
        assert done.left == []

    def test_closed(self, command: Command, verb: tuple[str, ...]) -> None:
        done = command.run(*verb, before="os.close(1)")
        assert done.code == 2
        assert done.err.endswith(
            "parity: standard output is closed, so the report could not be shown\n"
        )
        assert "Traceback" not in done.err
        assert done.left == []

    def test_a_pipe_that_nobody_reads(self, command: Command, verb: tuple[str, ...]) -> None:
        read, write = os.pipe()
        os.close(read)
        try:
            done = command.run(*verb, stdout=write)
        finally:
            os.close(write)
        assert done.code == 2
        assert done.err.endswith(
            "parity: standard output is closed, so the report could not be shown\n"
        )
        assert done.left == []


def test_a_full_standard_output_costs_no_evidence(command: Command) -> None:
    with Path("/dev/full").open("w") as full:
        done = command.run(*BROKEN, "--json", "out.json", "--bundle", "out", stdout=full)
    assert done.code == 2
    assert json.loads((command.work / "out.json").read_text())["verdict"] == "differs"
    assert (command.work / "out/feed.npz").exists()


@pytest.mark.parametrize("before", ["os.close(2)", "os.close(0); os.close(1); os.close(2)",
                                    "os.dup2(os.open('/dev/full', os.O_WRONLY), 2)"])  # fmt: skip
def test_a_standard_error_that_is_closed_or_full_leaves_the_code(
    command: Command, before: str
) -> None:
    done = command.run("check", "gone.onnx", "--json", "out.json", before=before)
    assert (done.code, done.left) == (2, ["file out.json"])
    done = command.run(*BROKEN, "--json", "out.json", before=before)
    assert done.code == (2 if "close(1)" in before else 1)
    assert json.loads((command.work / "out.json").read_text())["verdict"] == "differs"


LIMIT = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes}, {bytes}))
"""


def test_a_disk_that_fills_up_under_the_bundle(command: Command) -> None:
    """The report fits and the copies of the models don't."""
    s.holds("out/report.json", REPORT)(command.work)
    (command.work / "big.bin").write_bytes(bytes(200_000))
    s.graph(s.nan_weight)(command.work)
    s.graph(lambda m: s.external(m, location="big.bin", length=96), "reference.onnx")(command.work)
    done = command.run(*QUICK, "--json", "out.json", "--bundle", "out",
                       before=LIMIT.format(bytes=100_000))  # fmt: skip
    assert done.code == 2, done.out
    assert re.fullmatch(r"parity: out: can't be written: File too large\n", done.err), done.err
    assert "differs" in done.out
    assert done.left == ["file out.json"]
    # Which names no feed in a bundle that isn't there.
    assert json.loads((command.work / "out.json").read_text())["minimal"]["file"] is None
    assert (command.work / "out/report.json").read_bytes() == REPORT


def test_a_disk_that_fills_up_under_the_json(command: Command) -> None:
    s.holds("out.json", REPORT)(command.work)
    # Above a page, which is what is shared with an engine, and below the report of a finding.
    done = command.run(*BROKEN, "--json", "out.json", before=LIMIT.format(bytes=2**12))
    assert done.code == 2
    assert re.fullmatch(r"parity: out\.json: can't be written: File too large\n", done.err)
    assert done.left == []
    assert (command.work / "out.json").read_bytes() == REPORT


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_a_disk_that_is_really_full(command: Command, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8k", "parity-test", str(disk)],
        capture_output=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        (disk / "out.json").write_bytes(REPORT)
        done = command.run(*BROKEN, "--json", str(disk / "out.json"), "--bundle", str(disk / "out"))
        assert done.code == 2
        assert re.fullmatch(
            rf"parity: {disk}/out(\.json|/\S+)?: can't be written: No space left on device\n",
            done.err,
        ), done.err
        assert [p.name for p in disk.iterdir()] == ["out.json"]
        assert (disk / "out.json").read_bytes() == REPORT
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("missing", ["TMPDIR", "PARITY_CACHE"])
def test_a_folder_of_the_environment_that_is_none(command: Command, missing: str) -> None:
    """Temporary files go elsewhere; examples are just not kept."""
    done = command.run(*BROKEN, env={missing: "/dev/null/x"})
    assert done.code == 1, done.err
    assert done.err == ""


def test_failing_examples_are_kept_in_the_cache_alone(command: Command) -> None:
    assert command.run(*BROKEN).left == []
    assert {p.name for p in command.cache.iterdir()} <= {"examples", "hypothesis"}
    assert any((command.cache / "examples").iterdir())


def umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
