"""Pictures in the notation: ``picture NCHW mean (0.5,0.5,0.5) std (0.5,0.5,0.5)``."""

from collections.abc import Mapping
from dataclasses import replace

from parity.model.notation.scan import Words, number, whole
from parity.model.spec import Image, PictureLayout, Shape


def read(words: Words) -> Image:
    """What stands behind the word "picture". Raises UsageError."""
    channels, layout = 0, "NCHW"
    numbers: dict[str, tuple[float, ...]] = {}
    while words.here.kind == "name":
        word = words.here
        key = word.text.lower()
        if key in ("nchw", "nhwc"):
            layout = key.upper()
        elif key not in ("of", "mean", "std") or key in numbers:
            break
        words.take()
        if key == "of":
            channels = whole(words, "how many channels there are", least=1)
            words.skip("channels", "channel")
        elif key in ("mean", "std"):
            numbers[key] = _numbers(words, key)
            if key == "std" and min(numbers[key]) <= 0:
                raise words.wrong(word.at, "std must be above zero")
    return _normalised(words, channels, "NHWC" if layout == "NHWC" else "NCHW", numbers)


def _normalised(
    words: Words, channels: int, layout: PictureLayout, numbers: Mapping[str, tuple[float, ...]]
) -> Image:
    if not numbers:
        return Image(channels, layout=layout)
    if len(numbers) < 2:
        raise words.expected("std" if "mean" in numbers else "mean")
    most = max(len(n) for n in numbers.values())
    sizes = {len(n) for n in numbers.values()} | ({channels} if channels else set())
    if len(sizes - {1}) > 1:
        raise words.expected("as many numbers for mean as for std, one a channel")
    mean, std = (n * most if len(n) == 1 else n for n in (numbers["mean"], numbers["std"]))
    return replace(Image.normalised(mean, std, layout), channels=channels)


def _numbers(words: Words, what: str) -> tuple[float, ...]:
    words.skip("=")
    close = {"(": ")", "[": "]"}.get(words.here.text)
    if close:
        words.take()
    found = [number(words, f"the numbers of {what}")]
    while words.here.text == "," and words.after.kind == "number":
        words.take()
        found.append(number(words, f"the numbers of {what}"))
    if close:
        words.need(close, f"behind the numbers of {what}")
    return tuple(found)


def channel_axis(layout: PictureLayout) -> int:
    """Which axis holds the channels, counted from the last."""
    return -3 if layout == "NCHW" else -1


def settled(picture: Image, shape: Shape) -> Image:
    """The picture with the channels that its shape has, and a mean and deviation for each.

    Raises ValueError, with the reason, where the two don't go together.
    """
    if len(shape) < 3:
        raise ValueError(f"pictures have at least 3 axes, not {len(shape)}")
    there = shape[channel_axis(picture.layout)]
    channels = picture.channels
    if isinstance(there, int):
        if channels and channels != there:
            raise ValueError(f"{channels} channels, but the axis of {picture.layout} holds {there}")
        channels = there
    if len(picture.mean) > 1:
        channels = channels or len(picture.mean)
    if not channels:
        raise ValueError(f'how many channels? Write "of 3" behind {picture.layout}')
    mean, std = (n * channels if len(n) == 1 else n for n in (picture.mean, picture.std))
    if mean and len(mean) != channels:
        raise ValueError(f"mean and std hold {len(mean)} numbers for {channels} channels")
    return replace(picture, channels=channels, mean=mean, std=std)
