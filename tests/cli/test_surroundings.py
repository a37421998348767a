"""Where the command is run, by whom, under which limits, and beside what: one line, its code."""

import hashlib
import json
import os
import sys
from pathlib import Path

import pytest

from parity.verify.kept.examples import MOST_BYTES, Examples
from tests.cli.command import Command, Done

QUICK = (
    *("check", "model.onnx", "--reference", "reference.onnx"),
    *("--max-length", "4", "--max-examples", "1"),
)
SHADOWS = (
    *("json.py", "numpy.py", "click/__init__.py", "onnx.py", "onnxruntime.py", "paddle.py"),
    *("hypothesis.py", "rich.py", "tokenizers.py", "resource.py", "socket.py", "typing.py"),
)


def one_line(done: Done, says: str) -> None:
    assert done.code == 2, done.err
    assert done.err.startswith("parity: "), done.err
    assert done.err.count("\n") == 1, done.err
    assert says in done.err
    assert "internal error" not in done.err


class TestFilesOfTheUser:
    def shadow(self, command: Command, *names: str) -> Path:
        ran = command.work / "ran"
        for name in names:
            (command.work / name).parent.mkdir(exist_ok=True)
            (command.work / name).write_text(f"open({str(ran)!r}, 'a').write({name!r})\n")
        return ran

    def test_are_not_imported(self, command: Command) -> None:
        """Neither by the command nor by what it starts."""
        ran = self.shadow(command, *SHADOWS)
        done = command.run(*QUICK)
        assert (done.code, done.err, ran.exists()) == (0, "", False)

    @pytest.mark.slow
    def test_nor_by_what_makes_an_export(self, command: Command) -> None:
        ran = self.shadow(command, *SHADOWS)
        done = command.run("export", "model.json", "--opset", "12", "--out", "made.onnx")
        assert (done.code, ran.exists()) == (0, False), done.err
        done = command.run("export", "made.onnx", "--precision", "int8")
        assert (done.code, ran.exists()) == (0, False), done.err

    def test_nor_by_the_script_whatever_their_names(self, command: Command) -> None:
        """``python -m`` itself imports types.py from there, before there is any of us."""
        ran = self.shadow(command, *SHADOWS, "types.py", "contextlib.py", "parity/__init__.py")
        script = Path(sys.executable).with_name("parity")
        before = f"os.execv({str(script)!r}, [{str(script)!r}, *{QUICK!r}])"
        done = command.run(before=before)
        assert (done.code, done.err, ran.exists()) == (0, "", False)


NOBODY = """
import pwd
def unknown(*_): raise KeyError
pwd.getpwuid = unknown
for name in ("HOME", "XDG_CACHE_HOME", "PARITY_CACHE"): os.environ.pop(name, None)
sys.argv = ["parity", *sys.argv[3:]]
from parity.__main__ import start
start()
"""


class TestUser:
    def test_without_a_home_checks_all_the_same(self, command: Command) -> None:
        done = command.run(*QUICK, before=NOBODY)
        assert (done.code, done.err, done.left) == (0, "", [])

    def test_without_a_home_is_told_where_models_would_be_kept(self, command: Command) -> None:
        one_line(command.run("export", "model.json", before=NOBODY), "PARITY_CACHE")

    @pytest.mark.slow
    def test_pythoninspect_changes_no_code(self, command: Command) -> None:
        for more, code in (((), 0), (("--candidate-option", "fault=shift"), 1)):
            engine = ("--candidate-engine", "fake") if more else ()
            done = command.run(*QUICK, *engine, *more, env={"PYTHONINSPECT": "1"})
            assert done.code == code, done.err
            assert "Traceback" not in done.err


UNFLUSHED = """
import io
class Full(io.StringIO):
    def flush(self): raise OSError(28, "No space left on device")
from parity.__main__ import start
sys.{stream} = sys.__{stream}__ = Full()
sys.argv = ["parity", *sys.argv[3:]]
start()
"""


@pytest.mark.parametrize(("stream", "code"), [("stderr", 2), ("stdout", 2)])
def test_a_stream_that_can_t_be_flushed_at_the_end_changes_no_code(
    command: Command, stream: str, code: int
) -> None:
    """Python's own way to end makes 120 of it."""
    done = command.run("check", "gone.onnx", before=UNFLUSHED.format(stream=stream))
    assert done.code == code


class TestFolder:
    def test_that_is_gone(self, command: Command) -> None:
        gone = command.work / "gone"
        gone.mkdir()
        model = str(command.work / "model.onnx")
        done = command.run("check", model, before=f"os.chdir({str(gone)!r}); os.rmdir('../gone')")
        one_line(done, "the working folder is gone")

    def test_whose_name_is_no_text(self, command: Command) -> None:
        """Engines take UTF-8 only. A link to it has another name."""
        folder = command.work / os.fsdecode(b"caf\xe9")
        folder.mkdir()
        for name in ("model.onnx", "reference.onnx"):
            (folder / name).write_bytes((command.work / name).read_bytes())
        (command.work / "link").symlink_to(folder)
        models = [str(folder / "model.onnx"), "--reference", str(folder / "reference.onnx")]
        done = command.run("check", *models, "--json", "out.json")
        one_line(done, "is no text in UTF-8")
        assert json.loads((command.work / "out.json").read_text())["verdict"] == "error"
        one_line(command.run("check", str(folder / "none.onnx")), "no such file")
        assert command.run("inspect", str(folder / "model.onnx")).code == 0
        done = command.run("check", "link/model.onnx", "--reference", "link/reference.onnx",
                           "--max-length", "4", "--max-examples", "1")  # fmt: skip
        assert done.code == 0, done.err


@pytest.mark.skipif(sys.platform != "linux", reason="macOS knows no limit of address space")
@pytest.mark.parametrize("mib", [100, 600])
def test_too_little_address_space(command: Command, mib: int) -> None:
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({mib << 20}, {mib << 20}))"
    one_line(command.run(*QUICK, before=limit), f"limited to {mib} MiB here (ulimit -v)")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*QUICK, "--candidate-option", "threads=1000000"), 'threads "1000000" is more than'),
        ((*QUICK, "--candidate-option", f"threads={'9' * 5000}"), "is not a whole number"),
        (("check", "model.json", "--opset", "²"), "'²' is not a valid"),
        (("export", "model.json", "--opset", "9" * 20), "there is none"),
        (("export", "model.json", "--opset", "9" * 5000), "not a valid integer"),
        (("matrix", "case", "--opset", "²"), 'opsets "²": write them as'),
        (("matrix", "case", "--opset", "7-999999999"), "they go from 7 to 21"),
        (("matrix", "case", "--opset", "7-" + "9" * 5000), "write them as"),
    ],
)
def test_absurd_numbers(command: Command, arguments: tuple[str, ...], says: str) -> None:
    (command.work / "case").mkdir()
    (command.work / "case" / "case.toml").write_text('summary = "x"\n[reference]\npath = "y"\n')
    one_line(command.run(*arguments, timeout_s=60), says)


class TestPipes:
    """Nothing is waited for that nobody writes into or reads from."""

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (("--tokenizer", "pipe"), "pipe: "),
            (("--tokenizer", "in/tokenizer.json"), "is no file"),
            (("--json", "pipe"), "pipe: can't be written: nobody reads from it"),
            (("--database", "pipe"), "pipe: can't be written"),
            (("--bundle", "pipe"), "pipe: is a file"),
        ],
    )
    def test_as(self, command: Command, arguments: tuple[str, ...], says: str) -> None:
        (command.work / "in").mkdir()
        for name in ("pipe", "in/tokenizer.json"):
            os.mkfifo(command.work / name)
        one_line(command.run(*QUICK, *arguments, timeout_s=60), says)

    def test_that_somebody_reads_from_gets_the_json(self, command: Command) -> None:
        os.mkfifo(command.work / "pipe")
        reader = os.open(command.work / "pipe", os.O_RDONLY | os.O_NONBLOCK)
        try:
            done = command.run(*QUICK, "--json", "pipe", timeout_s=60)
            assert done.code == 0, done.err
            assert json.loads(os.read(reader, 1 << 16))["verdict"] == "parity"
        finally:
            os.close(reader)


def test_junk_among_the_examples_is_not_read(tmp_path: Path) -> None:
    """Hypothesis waits at the pipe for ever, and reads a megabyte of 0xff for a minute."""
    kept = Examples(tmp_path)
    kept.save(b"key", b"an example")
    kept.save(b"key", b"one")
    (folder,) = tmp_path.iterdir()
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    (folder / "junk").write_bytes(b"\xff" * 1000)
    large = b"\xff" * (MOST_BYTES + 1)
    (folder / hashlib.sha384(large).hexdigest()[:16]).write_bytes(large)
    assert kept.fetch(b"key") == [b"one", b"an example"]
    kept.delete(b"key", b"one")
    kept.delete(b"key", b"one")
    assert Examples(tmp_path).fetch(b"key") == [b"an example"]
    assert kept.fetch(b"other") == []


def test_they_lie_as_hypothesis_own_do(tmp_path: Path) -> None:
    """Those kept by an earlier version are found."""
    from hypothesis.database import DirectoryBasedExampleDatabase

    DirectoryBasedExampleDatabase(tmp_path).save(b"key", b"value")
    assert Examples(tmp_path).fetch(b"key") == [b"value"]


@pytest.mark.slow
def test_a_cached_card_of_deep_json_is_made_anew(command: Command) -> None:
    arguments = ("export", "model.json", "--opset", "12", "--json", "-")
    first = command.run(*arguments)
    assert first.code == 0, first.err
    (card,) = command.cache.rglob("candidate.json")
    before = json.loads(card.read_text())
    card.write_text("[" * 200_000)
    again = command.run(*arguments)
    assert again.code == 0, again.err
    assert json.loads(again.out)["sha256"] == json.loads(first.out)["sha256"]
    assert json.loads(card.read_text())["schema"] == before["schema"]


ENTRY = "[parity.engines]\nodd = odd_plugin\n[parity.tasks]\nodd = odd_plugin\n"
ENDINGS = {
    "sys.exit(0)": "SystemExit: 0",
    "sys.exit()": "SystemExit",
    "raise GeneratorExit": "GeneratorExit",
    "class PanicException(BaseException): pass\nraise PanicException('unwrap')": "PanicException",
    "import no_such_module": "No module named",
    "def": "SyntaxError",
}


@pytest.mark.parametrize(
    ("verb", "does"),
    [*(("check", does) for does in ENDINGS), *(("matrix", does) for does in list(ENDINGS)[:1])],
)
def test_a_plugin_that_ends_the_command_ends_nothing(
    command: Command, verb: str, does: str
) -> None:
    site = command.work / "site"
    (site / "odd-1.dist-info").mkdir(parents=True)
    (site / "odd-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\n")
    (site / "odd-1.dist-info" / "entry_points.txt").write_text(ENTRY)
    (site / "odd_plugin.py").write_text(f"import sys\n{does}\n")
    (command.work / "case").mkdir()
    (command.work / "case" / "case.toml").write_text(
        'summary = "x"\n[reference]\npath = "../reference.onnx"\n[candidate]\n'
        'path = "../model.onnx"\n[task]\nname = "odd"\n'
    )
    arguments = (*QUICK, "--candidate-engine", "odd") if verb == "check" else ("matrix", "case")
    done = command.run(*arguments, env={"PYTHONPATH": str(site)})
    one_line(done, 'entry point "odd"')
    assert ENDINGS[does] in done.err


def test_debug_changes_no_code(command: Command) -> None:
    plain = command.run("check", "gone.onnx")
    told = command.run("check", "gone.onnx", "--debug")
    assert (plain.code, told.code) == (2, 2)
    assert "Traceback" in told.err
    assert told.err.endswith(plain.err)
