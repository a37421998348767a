"""``parity.check`` gives a value; what differs never passes, and what can't run raises."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

import parity
from parity.api import checking, running
from parity.errors import InputError, ModelError, UsageError

QUICK: Any = {
    "max_examples": 1,
    "max_batch": 1,
    "max_length": 4,
    "shrink_budget_s": 0.5,
    "explain_budget_s": 0,
}
FAULTY: Any = {**QUICK, "candidate_engine": "fake", "candidate_options": {"fault": "shift"}}


@pytest.fixture(scope="module")
def results(
    models: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[parity.Result, parity.Result]:
    """One that passes and one that doesn't; run once, since they are values."""
    folder = tmp_path_factory.mktemp("results")
    reference = folder / "reference.onnx"
    reference.write_bytes((models / "tiny" / "model.onnx").read_bytes())
    candidate, database = models / "tiny" / "model.onnx", folder / "examples"
    good = parity.check(candidate, reference, database=database, **QUICK)
    return good, parity.check(candidate, reference, database=database, **FAULTY)


def test_a_like_model_passes(results: tuple[parity.Result, parity.Result]) -> None:
    good, _ = results
    assert good
    assert good.passed
    assert good.verdict == "parity"
    assert good.findings == ()
    assert good.minimal is None
    assert good.elements > 0
    assert good.examples > 0
    assert good.worst is not None
    assert good.worst.max_abs == 0
    good.raise_for_findings()
    assert re.fullmatch(r"<parity.Result parity: 0 findings, [\d,]+ examples, .*>", repr(good))


def test_an_unlike_model_fails(results: tuple[parity.Result, parity.Result]) -> None:
    _, bad = results
    assert not bad
    assert not bad.passed
    assert bad.verdict == "differs"
    assert bad.findings
    assert bad.worst is not None
    assert bad.worst.max_abs == pytest.approx(0.01, rel=0.01)


def test_the_smallest_feed_is_arrays(results: tuple[parity.Result, parity.Result]) -> None:
    minimal = results[1].minimal
    assert minimal is not None
    assert isinstance(minimal.feed["input_ids"], np.ndarray)
    assert minimal.feed["input_ids"].shape == (1, 1)
    (name,) = minimal.expected
    expected, actual = (np.asarray(a[name], float) for a in (minimal.expected, minimal.actual))
    assert np.abs(actual - expected).max() == pytest.approx(0.01, 0.01)


def test_raise_for_findings_raises_with_the_report(
    results: tuple[parity.Result, parity.Result],
) -> None:
    _, bad = results
    with pytest.raises(AssertionError) as caught:
        bad.raise_for_findings()
    assert isinstance(caught.value, parity.DiffersError)
    assert caught.value.result is bad
    first, *rest = str(caught.value).splitlines()
    assert first == f"differs: {bad.findings[0]}"
    assert any("smallest" in line for line in rest)


def test_a_strict_run_with_a_warning_raises_too(work: Path) -> None:
    """A model against itself proves nothing, which a warning says."""
    strict = parity.check("model.onnx", "model.onnx", strict=True, **QUICK)
    assert strict.warnings
    assert not strict.findings
    assert not strict
    with pytest.raises(AssertionError, match="differs: "):
        strict.raise_for_findings()


def test_assert_parity(
    results: tuple[parity.Result, parity.Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is check, and then raise_for_findings."""
    for result in results:
        monkeypatch.setattr(checking, "check", lambda *_, _result=result, **__: _result)
        if result:
            parity.assert_parity("model.onnx", "reference.onnx", seed=1)
            continue
        with pytest.raises(AssertionError, match=r"fetch_name_0\[0,0,"):
            parity.assert_parity("model.onnx", "reference.onnx", seed=1)


def test_json_is_what_the_command_writes(work: Path) -> None:
    """All of it but what a clock says."""
    ran = parity.check("model.onnx", "reference.onnx", **FAULTY, database="one")
    words = [*("check", "model.onnx", "--reference", "reference.onnx", "--max-examples", "1"),
             *("--max-batch", "1", "--max-length", "4", "--explain-budget", "0"),
             *("--shrink-budget", "0.5"),
             *("--candidate-engine", "fake", "--candidate-option", "fault=shift"),
             *("--database", "two", "--json", "-")]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "parity", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    mine, its = json.loads(ran.to_json()), json.loads(done.stdout)
    for document in (mine, its):
        document.pop("seconds")
        document.pop("minimal")
        document.pop("explanation")
    assert mine == its
    assert list(mine) == list(its)
    assert mine["findings"][0]["message"] == str(ran.findings[0])


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"precision": "fp8"}, UsageError, 'no precision "fp8".*fp16'),
        ({"opset": 13}, UsageError, "taken as it is"),
        ({"opset": 0}, UsageError, "opset 0"),
        ({"max_examples": 0}, UsageError, "max_examples 0"),
        ({"max_batch": 0}, UsageError, "max_batch 0"),
        ({"seed": -1}, UsageError, "seed -1"),
        ({"timeout_s": 0}, UsageError, "timeout_s 0"),
        ({"budget_s": float("nan")}, UsageError, "budget_s nan"),
        ({"plan": "idz"}, UsageError, "idz"),
        ({"inputs": "nonsense: int64[n]"}, UsageError, "nonsense"),
        ({"picture": "scale=1"}, UsageError, "no picture to read"),
        ({"task": "ner"}, UsageError, 'no task "ner".*token_cls'),
        ({"task": {"labels": "O"}}, UsageError, '"name" is missing'),
        ({"task": {"name": "seq_cls", "lable": "O"}}, UsageError, '"lable"'),
        ({"candidate_engine": "otr"}, UsageError, 'no engine "otr"'),
        ({"candidate_options": {"thread": 1}}, UsageError, 'no ort option "thread"'),
        ({"feeds": {"input_ids": [["a"]]}}, InputError, "^feed-1.npz: "),
        ({"feeds": {"input_ids": [object()]}}, InputError, "no array of numbers"),
        ({"feeds": {"input_id": [[1]]}}, InputError, 'no input "input_id"'),
        ({"feeds": "gone.npz"}, InputError, "gone.npz"),
    ],
)
def test_what_makes_no_sense_raises(
    work: Path, options: Any, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says) as caught:
        parity.check("model.onnx", "reference.onnx", **{**QUICK, **options})
    assert isinstance(caught.value, parity.ParityError)
    assert "\n" not in str(caught.value)


def test_what_is_not_there_raises(work: Path) -> None:
    (work / "empty").mkdir()
    for name in ("gone.onnx", "empty", Path("gone")):
        with pytest.raises(ModelError):
            parity.check(name, **QUICK)


def test_a_case_is_another_function_s(work: Path) -> None:
    (work / "case.toml").touch()
    with pytest.raises(UsageError, match="check_case"):
        parity.check(work)


def test_own_feeds_as_arrays_run_first(work: Path) -> None:
    ids = np.array([[3, 1, 2]], np.int64)
    Path("feeds").mkdir()
    np.savez("feeds/one.npz", input_ids=ids)
    given: Any = [{"input_ids": ids}, "feeds"]
    result = parity.check("model.onnx", "reference.onnx", feeds=given, **QUICK)
    assert result
    assert result.to_dict()["feeds"] == 2


def test_a_fault_that_only_an_own_feed_shows_is_found(work: Path) -> None:
    """The feeds are really fed: nothing else here is seven tokens long."""
    fault = {"candidate_engine": "fake", "candidate_options": {"fault": "shift", "length": 7}}
    options: Any = {**QUICK, **fault, "max_length": 4}
    assert parity.check("model.onnx", "reference.onnx", **options)
    seven = {"input_ids": np.ones((1, 7), np.int64)}
    assert not parity.check("model.onnx", "reference.onnx", feeds=seven, **options)


def test_a_task_that_no_text_reaches_is_no_pass(work: Path) -> None:
    """There is no tokenizer here, so no answer is compared, though somebody asked for answers."""
    task = {"name": "token_cls", "labels": ["O", "B-PER", "I-PER"]}
    result = parity.check("model.onnx", "reference.onnx", task=task, **QUICK)
    assert not result
    assert [type(finding).__name__ for finding in result.findings] == ["NothingCompared"]


def test_a_tolerance_decides(work: Path) -> None:
    wide = parity.Tolerance(atol=0.1, rtol=0.1)
    assert (
        parity.check("model.onnx", "reference.onnx", tolerance=wide, **FAULTY).verdict == "parity"
    )


def test_hypothesis_is_left_as_it_was(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import hypothesis.configuration as place

    monkeypatch.delenv("HYPOTHESIS_STORAGE_DIRECTORY", raising=False)
    before = vars(place)["__hypothesis_home_directory"]
    with running._tables_aside():
        assert vars(place)["__hypothesis_home_directory"] == work / "cache" / "hypothesis"
    assert vars(place)["__hypothesis_home_directory"] == before


def test_shown_in_a_notebook_and_on_a_console(
    results: tuple[parity.Result, parity.Result],
) -> None:
    for result in results:
        page = result._repr_html_()
        assert f">{result.verdict}</b>" in page
        assert "fetch_name_0" in page
        console = Console(width=120)
        with console.capture() as told:
            console.print(result)
        assert result.verdict in told.get()
        assert result.verdict in str(result)


def test_names_of_models_are_text_in_a_notebook(
    results: tuple[parity.Result, parity.Result],
) -> None:
    name = Path("<script>alert('1')<\\script>\x1b[31m\u202e.onnx")
    _, bad = results
    request = bad.verified.request
    model = replace(request.candidate.model, program=name)
    request = replace(request, candidate=replace(request.candidate, model=model))
    named = parity.Result(replace(bad.verified, request=request))
    page = named._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#x27;1&#x27;)" in page
    assert "\x1b" not in page + str(named)
    assert "\u202e" not in page + str(named)
