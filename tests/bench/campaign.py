"""A campaign of healthy runs, resumable: ``python -m tests.bench.campaign --state FILE``.

Every zoo model by every exporter at every opset with every seed, FP32, 40 examples a run; each run
is a line of the state file as soon as it ends, and what stands there isn't run again. A model at an
opset that comes out as another's file is run once; one that the exporter refuses, or of which ONNX
Runtime doesn't load what it made, is no run. ``--exporter zoo``: the files of the zoo, of which
some were published. Stop it at any time and go on with the same line.
``--runs N`` stops after so many; ``--table`` runs nothing and prints the table of the docs. Exits 1
if any run found something: each finding is a false alarm.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from parity import zoo
from parity.errors import ParityError
from parity.exports._by import USUAL, By
from parity.exports.derive import derive
from parity.model.artifact import resolve
from parity.verify.reference import reference_of
from parity.verify.run import verify
from parity.workers.loads import loads
from tests.bench.false_alarms import MODELS, request

ALL = (*MODELS, "ernie-tiny-qa")
OPSETS = (7, 9, 11, 13, 15, 16, 17, 21)
EXAMPLES = 40
ZOO = "zoo"

Key = tuple[str, str, int, int]
"""Model, exporter, opset, seed."""


@dataclass(frozen=True)
class Run:
    """One. found: its first finding, "" for none. error: why there was no verdict, "" for one.
    same_as: the opset whose file it shares, of which alone it was run; 0 for its own. refused: why
    there is no file to be run, "" where there is one.
    """

    model: str
    opset: int
    seed: int
    found: str = ""
    error: str = ""
    examples: int = 0
    elements: int = 0
    same_as: int = 0
    seconds: float = 0.0
    exporter: str = USUAL
    refused: str = ""

    @property
    def ran(self) -> bool:
        """Whether there was something to run."""
        return not self.same_as and not self.refused


def read(state: Path) -> list[Run]:
    """Runs that are done; a line that was cut off is run again."""
    done = []
    for line in state.read_text().splitlines() if state.exists() else []:
        try:
            done.append(Run(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return done


def runs(
    models: list[str], exporter: str, opsets: list[int], seeds: range, done: set[Key]
) -> Iterator[Run]:
    """All that aren't done, seed by seed within a model at an opset."""
    for model in models:
        folder = zoo.build(model)
        paddle = resolve(folder, want="paddle")
        contents: dict[str, int] = {}
        if exporter == ZOO:
            left = [s for s in seeds if (model, exporter, 0, s) not in done]
            todo = [Run(model, 0, seed, exporter=exporter) for seed in left]
            yield from _seeds(todo, folder, folder / "model.onnx")
            continue
        for opset in opsets:
            left = [s for s in seeds if (model, exporter, opset, s) not in done]
            todo = [Run(model, opset, seed, exporter=exporter) for seed in left]
            try:
                made = derive(paddle, opset=opset, precision="fp32", by=By(exporter))
            except ParityError as error:
                yield from (replace(run, refused=str(error)) for run in todo)
                continue
            if failed := loads(resolve(made.path)):
                yield from (replace(run, refused=f"doesn't load: {failed}") for run in todo)
                continue
            first = contents.setdefault(made.content, opset)
            if first != opset:
                yield from (replace(run, same_as=first) for run in todo)
                continue
            yield from _seeds(todo, folder, made.path)


def _seeds(runs: list[Run], folder: Path, path: Path) -> Iterator[Run]:
    if not runs:
        return
    first = request(runs[0].model, folder, path, runs[0].seed, EXAMPLES)
    with reference_of(first.reference, remember=True, run_timeout_s=120.0) as reference:
        for run in runs:
            began = time.monotonic()
            try:
                asked = request(run.model, folder, path, run.seed, EXAMPLES)
                verdict = verify(asked, reference=reference).verdict
            except ParityError as error:
                yield replace(run, error=str(error))
                continue
            found = "" if verdict.passed else str(next(iter(verdict.findings), "does not pass"))
            yield replace(
                run, found=found, examples=verdict.examples, elements=verdict.elements,
                seconds=round(time.monotonic() - began, 2),
            )  # fmt: skip


def table(done: list[Run]) -> str:
    """Markdown, a line a model."""
    heads = ("model", "exporter", "opsets", "runs", "examples", "elements", "alarms", "no verdict")
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    done = [r for r in done if r.ran]
    for model, exporter in [*dict.fromkeys((r.model, r.exporter) for r in done), ("", "")]:
        really = [r for r in done if not model or (r.model, r.exporter) == (model, exporter)]
        opsets = ", ".join(map(str, sorted({r.opset for r in really if r.opset})))
        cells = [
            model or "all", exporter, opsets, len(really),
            f"{sum(r.examples for r in really):,}", f"{sum(r.elements for r in really):,}",
            sum(bool(r.found) for r in really), sum(bool(r.error) for r in really),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=list(ALL))
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--exporter", default=USUAL)
    parser.add_argument("--opsets", type=int, nargs="+", default=list(OPSETS))
    parser.add_argument("--seeds", type=int, default=15)
    parser.add_argument("--runs", type=int, help="stop after so many")
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args()
    done = read(given.state)
    if not given.table:
        known = {(r.model, r.exporter, r.opset, r.seed) for r in done}
        made = runs(given.models, given.exporter, given.opsets, range(given.seeds), known)
        ran = 0
        with given.state.open("a") as file:
            for run in made:
                file.write(json.dumps(asdict(run)) + "\n")
                file.flush()
                done.append(run)
                ran += run.ran
                if run.found or run.error:
                    print(f"{run.model} at {run.opset}, seed {run.seed}: {run.found or run.error}")
                if given.runs is not None and ran >= given.runs:
                    break
    print(table(done))
    count = Counter("alarm" if r.found else "none" if r.error else "well" for r in done if r.ran)
    return int(bool(count["alarm"]) or not count["well"])


if __name__ == "__main__":
    sys.exit(main())
