"""From bytes to what a model is fed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parity.model.spec import Image

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Norm:
    """``(bytes / 255 - mean) / std`` by channel; the last of each goes for all that follow."""

    name: str
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def step(self, channels: int) -> Floats:
        """How far two neighbouring levels are apart, by channel."""
        return np.asarray(1 / (255 * _by_channel(self.std, channels)), np.float32)

    def of(self, picture: NDArray[np.uint8]) -> Floats:
        """uint8 (…, channels) to float32 of the same shape."""
        channels = picture.shape[-1]
        mean, std = (_by_channel(values, channels) for values in (self.mean, self.std))
        # By byte: there are only 256 of each channel, and pictures are large.
        table = ((np.arange(256)[:, None] / 255 - mean) / std).astype(np.float32)
        return np.asarray(table[picture, np.arange(channels)], dtype=np.float32)


def _by_channel(values: tuple[float, ...], channels: int) -> NDArray[np.float64]:
    """One for each channel, the last for those that have none of their own."""
    return np.array([values[min(c, len(values) - 1)] for c in range(channels)], np.float64)


USUAL = (
    Norm("mean 0.5, std 0.5", (0.5,), (0.5,)),  # PP-OCR rec and cls, MobileNet
    # ImageNet: PP-OCR det, PaddleClas, PaddleDetection
    Norm("ImageNet's mean and std", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    Norm("0 to 1", (0.0,), (1.0,)),
)

_UNSAID = (Image.low, Image.high)


def norms(domain: Image) -> tuple[Norm, ...]:
    """The ways in which pictures of a model may have been normalised."""
    if domain.mean:
        return (Norm("as said", domain.mean, domain.std),)
    if (domain.low, domain.high) == _UNSAID:
        return USUAL
    low, span = domain.low, domain.high - domain.low
    if span <= 0:
        return (Norm(f"{low:g}", (-low,), (1.0,)),)  # nothing but one value: see Values
    return (Norm(f"{low:g} to {domain.high:g}", (-low / span,), (1 / span,)),)
