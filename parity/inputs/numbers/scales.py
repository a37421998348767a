"""What numbers of a kind look like: scales, a few given values, sound."""

from collections.abc import Callable

import numpy as np

from parity.model.spec import Domain, Indices, OneOf, Scale

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]

_SHARES = 1 << 20  # of an axis that is indexed: as many entries can be told apart

_TONES = 4  # as many at once as a vowel has formants


def span(domain: Domain | None) -> tuple[float, float, bool] | None:
    """Between which numbers a kind is drawn, and whether whole ones, before `meant`; None if
    it is none of these kinds.
    """
    match domain:
        case OneOf(values=values):
            return 0, len(values) - 1, True
        case Scale():
            return -1.0, 1.0, False
        case Indices():
            return 0, _SHARES - 1, True
    return None


def meant(domain: Domain | None, flat: Floats, below: int | None = None) -> Floats:
    """The numbers that those in `span` stand for; 0 stands for the simplest.

    below: how many entries the axis has that `Indices` are of.
    """
    match domain:
        case Indices():
            # As shares of the axis, so that what was drawn stays inside where it gets shorter.
            return np.asarray(flat.astype(np.int64) * (below or 1) // _SHARES, np.float64)
        case OneOf(values=values):
            return np.array(values)[flat.astype(np.int64)]
        case Scale():
            return _scales(domain, flat)
    return flat


def _scales(domain: Scale, u: Floats) -> Floats:
    """Sizes that lie evenly by their ratio, so that a half is as usual as a double."""
    simplest = min(max(1.0, domain.low), domain.high)
    if domain.signed:
        sign, u = np.where(u < 0, -1.0, 1.0), np.where(u == 0, 0.0, 2 * np.abs(u) - 1)
    else:
        sign = np.ones_like(u)
    end = np.where(u < 0, domain.low, domain.high)
    size = simplest * (end / simplest) ** np.abs(u)
    return np.asarray(sign * np.clip(size, domain.low, domain.high))


def sound(rate: int, length: int) -> Callable[[np.random.Generator, float, float, int], Floats]:
    """What fills rows of ``length`` samples with tones that swell, over a little noise."""

    def fill(random: np.random.Generator, low: float, high: float, count: int) -> Floats:
        rows = max(1, count // max(1, length))
        time = np.arange(length) / rate
        # Speech has its formants between 80 Hz and 4 kHz, as far as the rate can tell them.
        tones = np.exp(random.uniform(np.log(80), np.log(min(4000, rate / 2)), (rows, _TONES, 1)))
        swell = 0.5 + 0.5 * np.sin(2 * np.pi * (random.uniform(1, 8, (rows, _TONES, 1)) * time))
        waves = (np.sin(2 * np.pi * tones * time) * swell).mean(axis=1)
        waves += random.normal(scale=0.02, size=waves.shape)
        middle, reach = (low + high) / 2, (high - low) / 2
        return np.asarray(middle + reach * np.clip(waves, -1, 1)).reshape(-1)[:count]

    return fill
