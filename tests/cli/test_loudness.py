"""``-q``, ``-v``, and notes for GitHub: how much a check prints, and where."""

import json
import re

import pytest

from tests.cli.command import Command

QUICK = (
    *("check", "model.onnx", "--reference", "reference.onnx"),
    *("--max-examples", "1", "--max-length", "8", "--shrink-budget", "5"),
)
BROKEN = (*QUICK, "--candidate-engine", "fake", "--candidate-option", "fault=shift")


@pytest.mark.slow
def test_quiet_is_the_verdict_alone(command: Command) -> None:
    done = command.run(*QUICK, "-q")
    assert (done.code, done.err) == (0, "")
    # And what is wrong with a verdict that passes: the two are one file.
    assert re.fullmatch(r"warning   a model is compared .*\nparity: \d+ examples .*\n", done.out)
    done = command.run(*BROKEN, "-q")
    assert done.code == 1
    assert re.fullmatch(r"(warning .*\n)?differs: \d findings? in .*\n", done.out)


def test_quiet_does_not_hide_what_makes_a_verdict_weaker(command: Command) -> None:
    settings = command.work / "parity.toml"
    settings.write_text("[check]\nmax-examples = 2\nseed = 3\n")
    done = command.run(*QUICK[:4], *QUICK[6:], "-q")
    assert done.out.startswith(f"settings  {settings}: max-examples 2 (WEAKER: 100 without it)\n")
    assert len(done.out.splitlines()) == 3


def test_verbose_says_what_it_was_run_with(command: Command) -> None:
    done = command.run(*QUICK, "-v")
    assert done.code == 0
    rows = {line.split()[0]: line for line in done.out.splitlines() if line.strip()}
    assert "optimization all" in rows["candidate"]
    assert "max_examples 1" in rows["effort"]
    assert "boundary" in rows["seconds"]


def test_both_at_once_make_no_sense(command: Command) -> None:
    for verb in (QUICK, ("matrix", "x"), ("export", "model.json")):
        done = command.run(*verb, "-q", "-v")
        assert (done.code, done.err) == (2, "parity: -q and -v: which of them?\n")


def test_an_export_that_is_quiet_is_a_path(command: Command) -> None:
    done = command.run("export", "model.onnx", "--precision", "fp16", "--out", "half.onnx", "-q")
    assert (done.code, done.out) == (0, "half.onnx\n")


@pytest.mark.slow
def test_findings_are_notes_where_github_runs_it_or_if_asked_for(command: Command) -> None:
    there = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(command.work)}
    done = command.run(*BROKEN, env=there)
    notes = [line for line in done.out.splitlines() if line.startswith("::error")]
    assert len(notes) == 1
    assert "::warning file=model.onnx,line=1,title=parity%3A self-comparison::" in done.out
    assert notes[0].startswith(
        "::error file=model.onnx,line=1,title=parity%3A values-differ::fetch_name_0["
    )
    assert "%0Asee it again: parity check " in notes[0]
    for more, environment in (((), {}), (("--annotations", "none"), there)):
        assert "::error" not in command.run(*BROKEN, *more, env=environment).out


def test_notes_leave_the_json_whole(command: Command) -> None:
    done = command.run(*BROKEN, "--annotations", "github", "--json", "-")
    assert json.loads(done.out)["verdict"] == "differs"
    assert any(line.startswith("::error ") for line in done.err.splitlines())


def test_parity_has_no_note(command: Command) -> None:
    assert "::error" not in command.run(*QUICK, "--annotations", "github").out
