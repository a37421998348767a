"""An export and its siblings: each held against the one before and the original."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import onnx
import pytest
from click.testing import CliRunner

from parity.cli.check import check
from parity.errors import ModelError
from parity.exports.pytorch.siblings import quantised
from parity.family.members import members, steps
from parity.family.run import Stepped, culprits, passed, run
from parity.verify.request import Effort
from tests.schemas.test_documents import problems
from tests.verify.conftest import Bench, with_row

NAMES = ("model.onnx", "model-optimized.onnx", "model-optimized-quantized.onnx")


def alike(folder: Path) -> Path:
    """A folder of the original, healthy.onnx, and three siblings that say the same."""
    bench = Bench(folder)
    for name in NAMES[:2]:
        shutil.copy(bench.twin, folder / name)
    quantised(bench.twin, folder / NAMES[2], per_channel=True)
    return folder


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> list[Stepped]:
    folder = alike(tmp_path_factory.mktemp("family"))
    request = Bench(folder).request(folder / NAMES[0], effort=Effort(3, shrink_s=2), max_batch=2)
    return list(run(request, steps(members(folder / NAMES[0]))))


def off(rows: list[Stepped], *numbers: int) -> list[Stepped]:
    """The rows, of which those of the numbers found something."""
    made = list(rows)
    for number in numbers:
        result = made[number].result
        verdict = replace(result.verdict, findings=("off",))  # type: ignore[arg-type]
        made[number] = replace(made[number], result=replace(result, verdict=verdict))
    return made


def test_each_is_held_against_the_one_before_and_the_original(healthy: list[Stepped]) -> None:
    rows = healthy
    assert [row.step.name for row in rows] == [
        "model.onnx against the original",
        "model-optimized.onnx against model.onnx",
        "model-optimized.onnx against the original",
        "model-optimized-quantized.onnx against model-optimized.onnx",
        "model-optimized-quantized.onnx against the original",
    ]
    assert [row.step.member.precision for row in rows] == [
        "fp32", *["optimized"] * 2, *["int8"] * 2
    ]  # fmt: skip
    assert passed(rows)
    assert all(row.result.verdict.elements for row in rows)
    assert rows[3].result.verdict.worst[0].max_abs > 1e-4  # the rounding was seen, and allowed
    assert culprits(rows) == []
    assert not passed(rows[:1])  # nothing was held against the one before
    assert not passed([])


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((0, 2, 4), ["model.onnx: the export broke it: it differs from the original"]),
        ((1, 2, 4), ["model-optimized.onnx: the optimiser broke it: it differs from model.onnx"]),
        ((1, 2, 3), ["model-optimized.onnx: the optimiser broke it"]),  # quantised of a sound one
        ((3, 4), ["model-optimized-quantized.onnx: the quantiser broke it"]),
        ((0, 1, 2, 3, 4), ["model.onnx: ", "model-optimized.onnx: ", "model-optimized-quantized"]),
        ((4,), ["model-optimized-quantized.onnx: no step alone is off"]),
    ],
)
def test_the_step_that_broke_it_is_named(
    healthy: list[Stepped], numbers: tuple[int, ...], said: list[str]
) -> None:
    rows = off(healthy, *numbers)
    assert not passed(rows)
    lines = culprits(rows)
    assert len(lines) == len(said)
    assert all(line.startswith(words) for line, words in zip(lines, said, strict=True))


def test_one_without_siblings_says_so(tmp_path: Path) -> None:
    path = Bench(tmp_path).twin
    with pytest.raises(ModelError, match=r"has no siblings: twin-optimized\.onnx and"):
        members(path)
    shutil.copy(path, tmp_path / "twin-optimized.onnx")
    assert len(steps(members(path))) == 3
    (tmp_path / "twin-optimized.onnx").write_bytes(b"no model")
    with pytest.raises(ModelError, match=r"twin-optimized\.onnx"):
        members(path)


@pytest.mark.slow
def test_the_command(tmp_path: Path) -> None:
    folder = alike(tmp_path)
    planted = with_row(onnx.load(folder / NAMES[1]), 7, 50.0)
    onnx.save(planted, folder / NAMES[1])
    report = folder / "report.json"
    asked = [folder / NAMES[0], "--family", "--reference", folder / "healthy.onnx",
             "--max-examples", 2, "--max-batch", 2, "--json", report]  # fmt: skip
    done = CliRunner().invoke(check, [*map(str, asked)], standalone_mode=False)
    assert done.return_value == 1, done.output
    assert "model-optimized.onnx: the optimiser broke it" in done.output
    told = json.loads(report.read_text())
    assert problems("family", told) == []
    assert (told["verdict"], told["passed"]) == ("differs", False)
    assert [s["passed"] for s in told["steps"]] == [True, False, False, False, True]
    assert told["steps"][1]["against"] == "model.onnx"
    for wrong, words in (
        (["--precision", "fp16"], "--precision says whether"),
        (["--bundle", "x"], "--bundle doesn't go with --family"),
    ):
        done = CliRunner().invoke(check, [*map(str, asked[:4]), *wrong], standalone_mode=False)
        assert words in str(done.exception)
