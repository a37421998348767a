"""Would the gate notice, of nine models: ``python -m tests.bench.scores [NAME ...]``.

Prints the table of ``docs/mutate.md``: for each model what ``parity mutate`` says of default
settings, or of those that make it quick, which are in the table. Ends with 1 where a score is
below ``--least``.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from parity.api.measuring.mutating import mutate
from parity.mutate.score import Mutant, Score

BUILD = Path(__file__).with_name("build_three.py")
BUILT = ("mlp", "cnn", "gru-tagger")

QUICK: Mapping[str, Mapping[str, int]] = MappingProxyType({
    "ernie-tiny-ner": {},
    "ernie-tiny-sentiment": {},
    "ernie-tiny-qa": {},
    "mlp": {},
    "cnn": {},
    "gru-tagger": {},
    "lac": {"max_batch": 1, "each": 6},
    "minilm": {"each": 3, "max_length": 64, "max_examples": 30},
    "ppocr-v2-cls": {"each": 6},
})  # fmt: skip


def row(name: str, target: str, words: str, score: Score) -> str:
    """A line of the table."""
    fates = [m.fate for m in score.mutants]
    aside = ", ".join(
        f"{fates.count(f)} {f}" for f in ("equivalent", "broken", "unloadable", "same")
        if f in fates
    )  # fmt: skip
    alive = "; ".join(_survivor(m) for m in score.survivors) or "none"
    share = "-" if score.share is None else f"{score.share:.1%}"
    cells = (name, f"`parity mutate {target}{words}`", share, f"{score.killed} of {score.counted}",
             aside, score.feeds, f"{score.rate:.1f}", alive)  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


def _survivor(mutant: Mutant) -> str:
    return f"{mutant.kind}: {mutant.what}".replace("|", "\\|")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(QUICK))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--least", type=float, default=0.9)
    given = parser.parse_args()
    heads = ("model", "command", "score", "killed", "not counted", "feeds", "a second", "survivors")
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}", flush=True)
    worst = 1.0
    with tempfile.TemporaryDirectory() as folder:
        if {*given.names} & {*BUILT}:
            subprocess.run([sys.executable, BUILD, folder], check=True, capture_output=True)
        for name in given.names:
            options = QUICK[name]
            target = f"{folder}/{name}/model.onnx" if name in BUILT else f"zoo:{name}"
            reference = f"{folder}/{name}" if name in BUILT else None
            score = mutate(
                target, reference=reference, seed=given.seed, **options  # type: ignore[arg-type]
            ).score  # fmt: skip
            words = "".join(f" --{k.replace('_', '-')} {v}" for k, v in options.items())
            said = f"{name}/model.onnx" if name in BUILT else target
            print(row(name, said, words, score), flush=True)
            worst = min(worst, score.share or 0.0)
    return int(worst < given.least)


if __name__ == "__main__":
    sys.exit(main())
