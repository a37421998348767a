"""Inputs that are pictures, as pictures."""

import base64
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from parity.model.formats import npz
from parity.model.tensors import Array
from parity.page.blocks import Picture
from parity.page.node import Node

_ROWS = 4  # of a batch
_SIDE = 192  # pixels; larger ones are made smaller
_SHOWN = 96  # smaller ones are shown larger, as blocks
_MOST_BYTES = 1 << 30  # of a feed, unpacked


def kept(run: Node, folder: Path) -> tuple[Picture, ...]:
    """Those of the smallest failing feed, from the file that a document names beside it.

    folder: of the document. None where there is no such file, or it holds something else.
    """
    named = run["minimal"]["file"].text
    file = folder / named
    if not named.endswith(".npz") or not _images(run) or not file.is_file():
        return ()
    try:
        return of(run, npz.load(file, most_bytes=_MOST_BYTES))
    except ValueError:
        return ()  # the feed went, or was replaced: the page shows what is there


def of(run: Node, feed: Mapping[str, Array]) -> tuple[Picture, ...]:
    """Those of a feed, as the document describes the inputs."""
    found = []
    for name, domain in _images(run).items():
        if name in feed:
            found += list(_drawn(name, domain, feed[name]))
    return tuple(found)


def _images(run: Node) -> dict[str, Node]:
    return {
        spec["name"].text: spec["domain"]
        for spec in run["inputs"]
        if spec["domain"]["kind"].text == "Image"
    }


def _drawn(name: str, domain: Node, array: Array) -> Iterator[Picture]:
    if array.ndim != 4 or not array.size or array.dtype.kind not in "fiu":
        return
    last = domain["layout"].text == "NHWC"
    for row, values in enumerate(array[:_ROWS].astype(np.float64)):
        planes = values if last else np.moveaxis(values, 0, -1)
        yield _picture(f"input {name}, row {row}", _bytes(planes, domain, array.dtype.kind))


def _bytes(planes: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", domain: Node,
           kind: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":  # fmt: skip
    """Values back into bytes: by mean and std where those are known, else from low to high."""
    mean, std = domain["mean"].numbers, domain["std"].numbers
    low, high = domain["low"].number, domain["high"].number
    if kind in "iu":
        made = planes
    elif mean and std and len(mean) == len(std) == planes.shape[-1]:
        made = (planes * np.array(std) + np.array(mean)) * 255
    elif low is not None and high is not None and high > low:
        made = (planes - low) / (high - low) * 255
    else:
        made = planes * 255
    bounded = np.clip(np.nan_to_num(made, nan=0.0, posinf=255.0, neginf=0.0), 0, 255)
    return bounded.round().astype(np.uint8)


def _picture(alt: str, pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> Picture:
    from PIL import Image

    height, width = pixels.shape[:2]
    grey = pixels.shape[-1] != 3
    image = Image.fromarray(np.ascontiguousarray(pixels[..., 0] if grey else pixels))
    image.thumbnail((_SIDE, _SIDE))
    body = io.BytesIO()
    image.save(body, "PNG")
    source = f"data:image/png;base64,{base64.b64encode(body.getvalue()).decode()}"
    times = max(1, _SHOWN // max(image.width, image.height))
    told = f"{alt}: {width} x {height} pixels"
    return Picture(source, told, image.width * times, image.height * times)
