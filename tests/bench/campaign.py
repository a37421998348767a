"""A campaign of healthy runs, resumable: ``python -m tests.bench.campaign --state FILE``.

Every zoo model at every opset with every seed, FP32, by Paddle2ONNX, 40 examples a run; each run is
a line of the state file as soon as it ends, and what stands there isn't run again. A model at an
opset that comes out as another's file is run once. Stop it at any time and go on with the same
line. ``--runs N`` stops after so many; ``--table`` runs nothing and prints the table of the docs.
Exits 1 if any run found something: each finding is a false alarm.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from parity import zoo
from parity.errors import ParityError
from parity.exports.derive import derive
from parity.model.artifact import resolve
from parity.verify.reference import reference_of
from parity.verify.run import verify
from tests.bench.false_alarms import MODELS, request

OPSETS = (7, 9, 11, 13, 15, 16, 17, 21)
EXAMPLES = 40


@dataclass(frozen=True)
class Run:
    """One. found: its first finding, "" for none. error: why there was no verdict, "" for one.
    same_as: the opset whose file it shares, of which alone it was run; 0 for its own.
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
    models: list[str], opsets: list[int], seeds: range, done: set[tuple[str, int, int]]
) -> Iterator[Run]:
    """All that aren't done, seed by seed within a model at an opset."""
    for model in models:
        folder = zoo.build(model)
        contents: dict[str, int] = {}
        for opset in opsets:
            left = [s for s in seeds if (model, opset, s) not in done]
            try:
                made = derive(resolve(folder, want="paddle"), opset=opset, precision="fp32")
            except ParityError as error:
                yield from (Run(model, opset, seed, error=str(error)) for seed in left)
                continue
            first = contents.setdefault(made.content, opset)
            if first != opset:
                yield from (Run(model, opset, seed, same_as=first) for seed in left)
                continue
            yield from _seeds(model, folder, made.path, opset, left)


def _seeds(model: str, folder: Path, path: Path, opset: int, left: list[int]) -> Iterator[Run]:
    if not left:
        return
    first = request(model, folder, path, left[0], EXAMPLES)
    with reference_of(first.reference, remember=True, run_timeout_s=120.0) as reference:
        for seed in left:
            began = time.monotonic()
            try:
                asked = request(model, folder, path, seed, EXAMPLES)
                verdict = verify(asked, reference=reference).verdict
            except ParityError as error:
                yield Run(model, opset, seed, error=str(error))
                continue
            found = "" if verdict.passed else str(next(iter(verdict.findings), "does not pass"))
            spent = round(time.monotonic() - began, 2)
            yield Run(model, opset, seed, found, "", verdict.examples, verdict.elements, 0, spent)


def table(done: list[Run]) -> str:
    """Markdown, a line a model."""
    heads = ("model", "opsets", "runs", "of another's file", "examples", "elements", "alarms")
    lines = [f"| {' | '.join(heads)} | no verdict |", f"|{'---|' * (len(heads) + 1)}"]
    for model in [*dict.fromkeys(r.model for r in done), ""]:
        mine = [r for r in done if model in ("", r.model)]
        really = [r for r in mine if not r.same_as]
        opsets = ", ".join(map(str, sorted({r.opset for r in mine})))
        cells = [
            model or "all", opsets, len(really), len(mine) - len(really),
            f"{sum(r.examples for r in really):,}", f"{sum(r.elements for r in really):,}",
            sum(bool(r.found) for r in really), sum(bool(r.error) for r in really),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=list(MODELS))
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--opsets", type=int, nargs="+", default=list(OPSETS))
    parser.add_argument("--seeds", type=int, default=15)
    parser.add_argument("--runs", type=int, help="stop after so many")
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args()
    done = read(given.state)
    if not given.table:
        known = {(r.model, r.opset, r.seed) for r in done}
        made = runs(given.models, given.opsets, range(given.seeds), known)
        ran = 0
        with given.state.open("a") as file:
            for run in made:
                file.write(json.dumps(asdict(run)) + "\n")
                file.flush()
                done.append(run)
                ran += not run.same_as
                if run.found or run.error:
                    print(f"{run.model} at {run.opset}, seed {run.seed}: {run.found or run.error}")
                if given.runs is not None and ran >= given.runs:
                    break
    print(table(done))
    count = Counter("alarm" if r.found else "none" if r.error else "well" for r in done)
    return int(bool(count["alarm"]) or not count["well"])


if __name__ == "__main__":
    sys.exit(main())
