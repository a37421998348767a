"""How a picture becomes what a model takes.

``size=224x224, layout=NCHW, mean=0.485 0.456 0.406, std=0.229 0.224 0.225, order=RGB,
scale=1/255, resize=stretch``: what isn't said is as the input is described, or as below.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from parity.errors import InputError, UsageError
from parity.inputs.feeds.decoded import RESIZE, Wanted, decoded
from parity.inputs.sizes.extents import rule
from parity.model.notation.pictures import channel_axis
from parity.model.spec import Extent, Image, PictureLayout, TensorSpec
from parity.model.tensors import Array
from parity.plugins import unknown

KEYS = ("input", "size", "layout", "mean", "std", "order", "scale", "resize")
LONGEST_SIDE = 1024  # where no size is said; PP-OCR's detector takes 960
_STRIDE = 32  # where nothing is said of open sides: what convolutional models go down by


@dataclass(frozen=True)
class Pictures:
    """name: the input. Its values are (u * scale - mean) / std of the bytes u, or the bytes
    themselves where there is no mean.
    """

    name: str
    dtype: str
    layout: PictureLayout
    rows: int
    rank: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    scale: float
    wanted: Wanted

    def describe(self) -> str:
        """One line for a person."""
        wanted = self.wanted
        sides = "x".join(map(str, wanted.size or wanted.multiples))
        size = sides if wanted.size else f"its own size in multiples of {sides}"
        mean, std = (" ".join(f"{v:g}" for v in n) for n in (self.mean, self.std))
        numbers = f"(u * {self.scale:g} - ({mean})) / ({std})" if self.mean else "bytes"
        return (
            f"pictures for {self.name}: {wanted.order}, {self.layout}, {size}, "
            f"{wanted.resize}, {numbers}"
        )

    def read(self, files: Sequence[Path]) -> Iterator[tuple[Path, Array]]:
        """Each file as the input takes it. Raises InputError for one that can't be decoded."""
        for file, pixels in decoded(files, self.wanted):
            yield file, self.of(pixels)

    def of(self, pixels: Array) -> Array:
        """uint8 (height, width, channels) as the input takes it."""
        values: Array = pixels
        if self.mean:
            numbers = pixels.astype(np.float64) * self.scale
            values = (numbers - np.array(self.mean)) / np.array(self.std)
        if self.layout == "NCHW":
            values = np.moveaxis(values, -1, 0)
        if self.rank == 4:
            values = np.stack([values] * self.rows)
        return np.array(values, dtype=self.dtype, order="C")


def pictures(specs: Sequence[TensorSpec], text: str | None) -> Pictures:
    """What the text says, and the input that it is for.

    Raises UsageError for a text that makes no sense, and InputError for a model with other
    inputs than pictures, or where nobody says how bytes become numbers.
    """
    said = _keys(text or "")
    spec = _input(specs, said.get("input"))
    domain = spec.domain if isinstance(spec.domain, Image) else None
    layout = _layout(said, spec, domain)
    channels = spec.shape[channel_axis(layout)]
    if channels not in (1, 3):
        raise InputError(
            f"{spec.name}: a picture has 1 or 3 channels, but axis {channel_axis(layout)} of "
            f"{list(spec.shape)} holds {channels}; layout=NHWC has them last"
        )
    wanted = _wanted(said, spec, layout, int(channels))
    mean, std, scale = _numbers(said, spec, domain, int(channels))
    first = spec.shape[0]
    return Pictures(
        spec.name,
        spec.dtype,
        layout,
        first if len(spec.shape) == 4 and isinstance(first, int) else 1,
        len(spec.shape),
        mean,
        std,
        scale,
        wanted,
    )


def _keys(text: str) -> dict[str, str]:
    said: dict[str, str] = {}
    for part in re.split(r"[,;](?=\s*[a-z_]+\s*=)", text) if text.strip() else []:
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value:
            raise UsageError(f"--picture '{part.strip()}': write it as key=value")
        if key not in KEYS:
            raise UsageError(f"--picture: {unknown('key', key, KEYS)}")
        if key in said:
            raise UsageError(f'--picture: "{key}" is said twice')
        said[key] = value
    return said


def _input(specs: Sequence[TensorSpec], name: str | None) -> TensorSpec:
    by_name = {spec.name: spec for spec in specs}
    if name is not None and name not in by_name:
        raise UsageError(f"--picture: {unknown('input', name, by_name)}")
    if len(specs) > 1:
        raise InputError(
            f"pictures alone don't feed a model of {len(specs)} inputs "
            f"({', '.join(by_name)}): bring an .npz with all of them"
        )
    spec = specs[0]
    if len(spec.shape) not in (3, 4):
        raise InputError(f"{spec.name}: its shape is {list(spec.shape)}, which is no picture")
    return spec


def _layout(said: Mapping[str, str], spec: TensorSpec, domain: Image | None) -> PictureLayout:
    named = said.get("layout", "").upper()
    if named not in ("", "NCHW", "NHWC", "CHW", "HWC"):
        raise UsageError(f"--picture: {unknown('layout', named, ('NCHW', 'NHWC'))}")
    if named:
        return "NHWC" if named.endswith("C") else "NCHW"
    if domain is not None:
        return domain.layout
    return "NHWC" if spec.shape[-1] in (1, 3) and spec.shape[-3] not in (1, 3) else "NCHW"


def _numbers(
    said: Mapping[str, str], spec: TensorSpec, domain: Image | None, channels: int
) -> tuple[tuple[float, ...], tuple[float, ...], float]:
    scale = _values(said, "scale", 1)[0] if "scale" in said else 1 / 255
    mean, std = (_values(said, key, channels) for key in ("mean", "std"))
    if bool(mean) != bool(std):
        raise UsageError(f"--picture: mean and std go together, and {'std' if mean else 'mean'} "
                         "is missing")  # fmt: skip
    if not mean and "scale" in said:
        mean, std = (0.0,) * channels, (1.0,) * channels
    elif not mean and domain is not None and domain.mean:
        mean, std = domain.mean, domain.std
    if std and min(std) <= 0:
        raise UsageError("--picture: std must be above zero")
    if not mean and spec.dtype != "uint8":
        raise InputError(
            f"{spec.name}: how do bytes become its {spec.dtype}? Say it: "
            "--picture 'mean=0.485 0.456 0.406, std=0.229 0.224 0.225' (of u/255), or 'scale=1'"
        )
    return mean, std, scale


def _values(said: Mapping[str, str], key: str, count: int) -> tuple[float, ...]:
    """The numbers of a key, one for all or one a channel; () where it isn't said."""
    if key not in said:
        return ()
    try:
        words = re.split(r"[\s,()\[\]]+", said[key].strip(" ()[]"))
        found = tuple(float(Fraction(word)) for word in words)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise UsageError(f'--picture: {key}="{said[key]}" is no number or list of them') from None
    if len(found) not in (1, count):
        raise UsageError(f"--picture: {key} holds {len(found)} numbers for {count} channels")
    return found * count if len(found) == 1 else found


def _wanted(
    said: Mapping[str, str], spec: TensorSpec, layout: PictureLayout, channels: int
) -> Wanted:
    order = said.get("order", "RGB").upper()
    if order not in ("RGB", "BGR"):
        raise UsageError(f"--picture: {unknown('order', order, ('RGB', 'BGR'))}")
    resize = said.get("resize", "stretch")
    if resize not in RESIZE:
        raise UsageError(f"--picture: {unknown('resize', resize, RESIZE)}")
    axes = (-2, -1) if layout == "NCHW" else (-3, -2)
    fixed = [spec.shape[axis] for axis in axes]
    size = _size(said["size"]) if "size" in said else None
    if size is None and all(isinstance(side, int) for side in fixed):
        size = int(fixed[0]), int(fixed[1])
    rules = [rule(spec, axis % len(spec.shape)) or Extent("", _STRIDE) for axis in axes]
    for side, known in zip(size or (), fixed, strict=False):
        if isinstance(known, int) and side != known:
            raise UsageError(f"--picture: size={said['size']}, but {spec.name} takes {fixed}")
    if size is None and resize in ("fit", "crop"):
        raise UsageError(f"--picture: resize={resize} needs a size")
    most = [min(r.high or LONGEST_SIDE, LONGEST_SIDE) for r in rules]
    return Wanted(
        "L" if channels == 1 else order,
        resize,
        size,
        (rules[0].multiple, rules[1].multiple),
        (rules[0].low, rules[1].low),
        (most[0], most[1]),
    )


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,5})(?:\s*[xX*×]\s*(\d{1,5}))?", text)
    sides = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not all(0 < side <= 8192 for side in sides):
        raise UsageError(f'--picture: size="{text}": write height x width, as 48x320, up to 8192')
    return sides
