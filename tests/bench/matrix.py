"""What ten opsets cost over one, as a ratio from one run: ``python tests/bench/matrix.py``.

Exports are made once and kept, so they are made before: what is timed is running and comparing.
"""

import argparse
import time
from pathlib import Path

from parity.case import OPSETS, find
from parity.gate.cells import cells
from parity.gate.matrix import run_all
from parity.gate.models import Roots
from parity.gate.run import Settings
from parity.report.matrix import totals
from parity.verify.request import Effort


def timed(case: str, opsets: tuple[int, ...], settings: Settings) -> float:
    found = find(case, (Path("golden"),))
    chosen = list(cells(found, opsets=opsets, precisions=("fp32",), engine=None))
    begun = time.perf_counter()
    results = list(run_all(chosen, settings))
    seconds = time.perf_counter() - begun
    print(f"  opsets {opsets[0]}-{opsets[-1]}: {seconds:.2f} s; {totals(results)}", flush=True)
    if any(result.status not in ("passed", "upgraded") for result in results):
        raise SystemExit(f"{case}: not all cells pass, so nothing to time")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("case", nargs="?", default="ernie-tiny-ner")
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    settings = Settings(Roots(), Effort(), examples=given.examples)
    print(given.case)
    timed(given.case, tuple(OPSETS), settings)  # makes the exports
    ratios = []
    for _ in range(given.rounds):
        one = timed(given.case, (13,), settings)
        ratios.append(timed(given.case, tuple(OPSETS), settings) / one)
    print(f"ten opsets over one: {min(ratios):.2f}   aim <= 2.50")


if __name__ == "__main__":
    main()
