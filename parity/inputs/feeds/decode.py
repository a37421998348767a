"""Decodes pictures in a process of its own: ``python -m parity.inputs.feeds.decode TASK``.

TASK is a file in JSON, see ``decoded``. For each file it writes an array beside it, and a line
to standard output: "" or what is wrong, in JSON.
"""

import contextlib
import json
import resource
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

_FORMATS = ("PNG", "JPEG", "BMP")
_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr")
_MEMORY = 4 * 2**30
_CPU_S = 600


def main(path: str) -> None:
    """Decode all files of a task."""
    for limit, value in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _CPU_S)):
        with contextlib.suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(limit, (value, value))
    task = json.loads(Path(path).read_text())
    Image.MAX_IMAGE_PIXELS = task["most"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    for index, file in enumerate(task["files"]):
        problem = ""
        try:
            np.save(Path(task["out"], f"{index}.npy"), pixels(file, task), allow_pickle=False)
        except Exception as error:
            problem = " ".join(str(error).split())[:200] or type(error).__name__
        sys.stdout.write(json.dumps(problem) + "\n")
        sys.stdout.flush()


def pixels(file: str, task: dict[str, Any]) -> Any:
    """One picture, uint8 (height, width, channels). Raises ValueError and what Pillow raises."""
    with Image.open(file, formats=_FORMATS) as opened:
        if opened.width * opened.height > task["most"]:
            raise ValueError(f"{opened.width} x {opened.height} pixels; at most {task['most']:,}")
        if opened.mode not in _MODES:
            raise ValueError(f'its pixels are "{opened.mode}", not bytes')
        picture = opened.convert("L" if task["order"] == "L" else "RGB")
    array = np.asarray(resized(picture, task), dtype=np.uint8)
    if array.ndim == 2:
        array = array[:, :, None]
    return array[:, :, ::-1] if task["order"] == "BGR" else array


def resized(picture: Image.Image, task: dict[str, Any]) -> Image.Image:
    """The picture at the size that the task asks for."""
    if task["size"] is None:
        height, width = own_size(picture, task)
    else:
        height, width = task["size"]
    how = task["resize"]
    if how == "none":
        if (picture.height, picture.width) != (height, width):
            raise ValueError(
                f"{picture.height}x{picture.width}, where {height}x{width} is needed; "
                "resize=stretch, fit or crop makes it so"
            )
        return picture
    if how == "fit":
        return ImageOps.pad(picture, (width, height), Image.Resampling.BILINEAR)
    if how == "crop":
        return ImageOps.fit(picture, (width, height), Image.Resampling.BILINEAR)
    return picture.resize((width, height), Image.Resampling.BILINEAR)


def own_size(picture: Image.Image, task: dict[str, Any]) -> tuple[int, int]:
    """Height and width of the picture, as far as the input takes them; its shape is kept."""
    sides = picture.height, picture.width
    shrink = min(1.0, *(high / side for high, side in zip(task["high"], sides, strict=True)))
    height, width = (
        max(round(side * shrink) // multiple, -(-low // multiple), 1) * multiple
        for side, multiple, low in zip(sides, task["multiples"], task["low"], strict=True)
    )
    return height, width


if __name__ == "__main__":
    main(sys.argv[1])
