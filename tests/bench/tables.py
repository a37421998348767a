"""The two tables in which deployment guides end: accuracy, and latency or QPS, by precision.

    python -m tests.bench.tables [--medium] [--rounds 5] [--length 128]

Both by parity's own commands: `parity zoo data` writes what the small trained models were never
shown (two of the three corpora are downloaded), `parity evaluate` and `parity bench` measure it
with the shipped cases, at batch 32. --medium times ERNIE 3.0 Medium as well, whole and pruned,
whose weights here are seeded: no accuracy. Prints Markdown, and the machine below it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

CASES = {
    "ernie-tiny-sentiment": ("sentiment", "accuracy"),
    "ernie-tiny-ner": ("NER", "f1"),
    "ernie-tiny-qa": ("QA", "exact match"),
}
MEDIUM = {"ernie-3.0-medium": "Medium", "ernie-3.0-medium-pruned": "Medium, pruned to 0.75"}

Column = tuple[str, str]
"""Precision, and how it is run."""


def parity(*words: str, fails: bool = False) -> str:
    """What a command prints. fails: its exit code may be 1: a limit of the case is broken."""
    done = subprocess.run(
        [sys.executable, "-m", "parity", *words], capture_output=True, text=True, check=False
    )
    if done.returncode not in ((0, 1) if fails else (0,)):
        raise SystemExit(done.stderr or done.stdout)
    return done.stdout


def measured(kind: str, *words: str, at: Path) -> dict[str, Any]:
    """The JSON of evaluate or bench."""
    parity(kind, *words, "--json", str(at), fails=True)
    document: dict[str, Any] = json.loads(at.read_text("utf-8"))
    return document


def timed(name: str, given: argparse.Namespace, at: Path, *more: str) -> dict[str, Any]:
    """A bench of ONNX Runtime beside Paddle at batch 32."""
    return measured(
        "bench", name, "--engine", "ort", "--batch", "32", "--length", str(given.length),
        "--rounds", str(given.rounds), *more, at=at,
    )  # fmt: skip


def speeds(bench: dict[str, Any]) -> dict[Column, dict[str, Any]]:
    return {
        (c["precision"], c["name"].removeprefix(f"{c['precision']} ")): c["timings"][0]
        for c in bench["columns"]
        if c["timings"]
    }


def accuracies(evaluated: dict[str, Any], figure: str) -> dict[Column, str]:
    found = {}
    for system in evaluated["systems"]:
        reference = system["role"] == "reference"
        change = "" if reference else f" ({system['change'][figure]:+.2f})"
        said = f"{system['figures'][figure]:.2f}{change}"
        for engine in ("paddle oneDNN",) if reference else (system["engine"],):
            found[system["precision"], engine] = said
    return found


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def trained(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Accuracy and QPS of the three trained models, side by side."""
    cells: list[tuple[dict[Column, dict[str, Any]], dict[Column, str]]] = []
    rows: dict[Column, None] = {}
    head = [""]
    bench: dict[str, Any] = {}
    for name, (task, figure) in CASES.items():
        parity("zoo", "data", name, "--out", str(folder / name))
        evaluated = measured(
            "evaluate", name, "--data", str(folder / name), at=folder / f"{name}.json"
        )
        bench = timed(name, given, folder / f"{name}-bench.json")
        cells.append((speeds(bench), accuracies(evaluated, figure)))
        head += [f"{task} QPS", f"{task} {figure}, %"]
        rows.update(dict.fromkeys(cells[-1][0]))
    lines = []
    for row in rows:
        line = [" ".join(row)]
        for fast, right in cells:
            timing = fast.get(row)
            line.append(f"{timing['qps']:.0f} ({timing['speedup']:.1f}x)" if timing else "")
            line.append(right.get(row, ""))
        lines.append(line)
    print(table(head, lines), flush=True)
    return bench


def whole_and_pruned(given: argparse.Namespace, folder: Path) -> None:
    """Milliseconds a sample of ERNIE 3.0 Medium and its pruned sibling."""
    lines = []
    for name, told in MEDIUM.items():
        found: dict[Column, dict[str, Any]] = {}
        for precision in ("fp32", "int8"):
            bench = timed(
                f"zoo:{name}", given, folder / f"{name}-{precision}.json",
                "--precision", precision, "--warmup", "5",
            )  # fmt: skip
            found.update({c: t for c, t in speeds(bench).items() if c not in found})
        lines += [
            [f"{told}, {' '.join(column)}", f"{t['latency_ms']:.1f}", f"{t['speedup']:.2f}x"]
            for column, t in found.items()
        ]
    print()
    print(table(["", "latency, ms", "against its Paddle oneDNN"], lines), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--medium", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--length", type=int, default=128)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bench = trained(given, Path(scratch))
        if given.medium:
            whole_and_pruned(given, Path(scratch))
    machine, versions = bench["machine"], bench["machine"]["versions"]
    print(f"\n{machine['cpu']} ({', '.join(machine['features'])}), {bench['threads']} threads; "
          f"batch 32, length {given.length}; paddlepaddle {versions['paddlepaddle']}, "
          f"onnxruntime {versions['onnxruntime']}")  # fmt: skip
    for said in bench["noisy"]:
        print(f"noisy: {said}")


if __name__ == "__main__":
    main()
