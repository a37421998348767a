"""A model of which Paddle's files and an ONNX file were both published: copied, nothing is made."""

import json
import shutil
from pathlib import Path

from parity.errors import ZooError
from parity.zoo.options import Options
from parity.zoo.recipe import Recipe
from parity.zoo.shapes import Published


def build(recipe: Recipe, into: Path, options: Options) -> None:
    """See parity.zoo.builders. The recipe's only ``.onnx`` becomes ``model.onnx``; the rest
    keeps its name. Raises ZooError if it names none or several.
    """
    found = [name for name in options.files if name.endswith(".onnx")]
    if len(found) != 1:
        raise ZooError(f"{recipe.path}: names {len(found)} ONNX files; one is needed")
    for name, path in options.files.items():
        shutil.copyfile(path, into / ("model.onnx" if name == found[0] else name))
    labels = recipe.shape(Published).labels
    if labels:
        (into / "labels.json").write_text(json.dumps(list(labels)) + "\n", "utf-8")
