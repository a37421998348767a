"""What a result looks like to a person, to a program, and to someone without parity."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from parity.errors import OutputError
from parity.model.artifact import resolve
from parity.model.formats import npz
from parity.model.tensors import Array
from parity.report import bundle, document, terminal
from parity.report.console import Plain
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from tests.verify.conftest import Bench, tagger


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def broken(bench: Bench) -> Request:
    return bench.request(bench.save("broken", tagger(broken_id=37)), effort=Effort(5, shrink_s=20))


def shown(result: Result) -> str:
    console = Plain(file=StringIO(), width=200, color_system=None)
    terminal.show(result, console)
    file = console.file
    assert isinstance(file, StringIO)
    return file.getvalue()


def test_the_document_of_a_difference_has_the_keys_of_the_contract(bench: Bench) -> None:
    made = document.document(verify(broken(bench)))
    parsed = json.loads(document.dumps(made))
    assert parsed["schema"] == document.SCHEMA
    assert (parsed["verdict"], parsed["passed"]) == ("differs", False)
    assert parsed["examples"] > 0
    assert parsed["elements"] > 0
    assert set(parsed["worst"]) == {"output", "max_abs", "max_rel"}
    (finding,) = parsed["findings"]
    assert finding["kind"] == "values-differ"
    assert "logits[0,0," in finding["message"]
    assert parsed["minimal"]["feed"]["ids"] == {
        "dtype": "int64",
        "shape": [1, 1],
        "values": [[37]],
    }
    assert parsed["environment"]["effective_opset"] == 13
    assert parsed["environment"]["versions"]["onnxruntime"]
    assert len(parsed["environment"]["hashes"]) == 2
    assert parsed["seconds"]["total"] > 0


def test_the_document_of_parity_says_so(bench: Bench) -> None:
    made = document.document(verify(bench.request()))
    assert (made["verdict"], made["passed"], made["findings"]) == ("parity", True, [])
    assert made["minimal"] is None


def test_an_error_has_a_document_too() -> None:
    made = json.loads(document.dumps(document.failure("why")))
    assert (made["verdict"], made["passed"], made["error"]) == ("error", False, "why")


def test_json_holds_no_nan() -> None:
    text = document.dumps({"a": float("nan"), "b": [float("-inf"), 1.5]})
    assert json.loads(text) == {"a": "nan", "b": ["-inf", 1.5]}


def test_a_person_reads_the_finding_and_the_feed(bench: Bench) -> None:
    text = shown(verify(broken(bench)))
    assert "differs: 1 finding" in text
    assert "ids [1, 1]: [[37]]" in text
    assert "would pass at rtol" in text


def test_a_person_reads_parity_and_how_much_was_compared(bench: Bench) -> None:
    result = verify(bench.request())
    text = shown(result)
    assert f"parity: {result.verdict.examples} examples" in text
    assert f"{result.verdict.elements:,} elements" in text
    assert "differs" not in text


def test_equal_nan_is_counted_apart(bench: Bench) -> None:
    """Else a model that answers NaN half of the time would look as well compared as any."""
    model = tagger(output="sum of words")
    model.graph.node.append(helper.make_node("Log", ["sum of words"], ["logits"]))
    model.graph.output[0].name = "logits"
    path = bench.save("log", model)
    result = verify(replace(bench.request(path), reference=Side(resolve(path), "ort")))
    parsed = json.loads(document.dumps(document.document(result)))
    assert parsed["passed"]
    assert parsed["non_finite"] > 0.2 * parsed["elements"] > 0
    assert f" compared and {parsed['non_finite']:,} equal NaN or infinities, " in shown(result)


def test_a_tensor_name_is_no_markup(bench: Bench) -> None:
    # Rich would take "[red]" in a name for a style, and drop it.
    bench.healthy = bench.save("named", tagger(output="[red]out"))
    broken_one = bench.save("broken", tagger(output="[red]out", broken_id=37))
    text = shown(verify(bench.request(broken_one, effort=Effort(1))))
    assert "[red]out[0,0," in text
    assert re.search(r"^\[red\]out  +all", text, re.MULTILINE)


def repro(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(folder / "repro.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_bundle_replays_the_difference_and_sees_when_it_is_gone(
    bench: Bench, tmp_path: Path
) -> None:
    folder = bundle.write(tmp_path / "bundle", verify(broken(bench)))
    names = {p.name for p in folder.iterdir()}
    assert names >= {"report.json", "feed.npz", "expected.npz", "actual.npz", "repro.py"}
    there = repro(folder)
    assert there.returncode == 1, there.stdout + there.stderr
    assert "the difference is there" in there.stdout
    gone = repro(folder, str(bench.healthy), str(bench.healthy))
    assert gone.returncode == 0, gone.stdout + gone.stderr


def test_the_bundle_works_where_the_models_are_gone(bench: Bench, tmp_path: Path) -> None:
    folder = bundle.write(tmp_path / "bundle", verify(broken(bench)))
    for path in tmp_path.glob("*.onnx"):
        path.unlink()
    assert repro(folder).returncode == 1


def test_a_replay_without_models_can_not_run(bench: Bench, tmp_path: Path) -> None:
    folder = bundle.write(tmp_path / "bundle", verify(broken(bench)))
    absent = str(tmp_path / "absent.onnx")
    assert repro(folder, absent, absent).returncode == 2


def test_the_replay_does_not_need_parity(bench: Bench, tmp_path: Path) -> None:
    folder = bundle.write(tmp_path / "bundle", verify(broken(bench)))
    assert "parity" not in {
        line.split()[1].split(".")[0]
        for line in (folder / "repro.py").read_text().splitlines()
        if line.strip().startswith(("import ", "from "))
    }


def test_a_new_bundle_replaces_the_old_one_whole(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    result = verify(broken(bench))
    bundle.write(folder, result)
    assert (folder / "feed.npz").exists()
    bundle.write(folder, replace(result, minimal=None))
    assert {p.name for p in folder.iterdir()} == {"bundle.json", "report.json", "report.md"}
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".bundle")] == []


def test_a_bundle_in_a_place_that_can_not_be_is_an_error(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="can't be written"):
        bundle.write(tmp_path / "file" / "bundle", verify(broken(bench)))


def test_arrays_come_back_by_any_name_without_a_pickle(tmp_path: Path) -> None:
    arrays: dict[str, Array] = {
        "file": np.arange(3),
        "save_infer_model/scale_0.tmp_0": np.ones((0, 2), np.float16),
    }
    npz.save(tmp_path / "a.npz", arrays)
    with np.load(tmp_path / "a.npz", allow_pickle=False) as loaded:
        assert set(loaded.files) == set(arrays)
        for name, array in arrays.items():
            assert np.array_equal(loaded[name], array)
            assert loaded[name].dtype == array.dtype


def test_objects_are_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"pickle|Object"):
        npz.save(tmp_path / "a.npz", {"a": np.array([object()])})
