"""Pictures of the kinds that a network meets, drawn from a seed. No engine is imported here."""

import numpy as np
from numpy.typing import NDArray

BOUND = 4.0  # in deviations of ImageNet; its own pictures end at -2.1 and 2.6


def pictures(seed: int, count: int, side: int) -> NDArray[np.float32]:
    """float32 (count, 3, side, side), normalised as ImageNet's are.

    In turn like a photograph, whose amplitudes fall about as 1/f and whose colours
    go together; like noise; and almost of one colour, from black to white.
    """
    rng = np.random.default_rng(seed)
    kinds = (_photograph, _noise, _plain)
    return np.stack([kinds[i % 3](rng, side) for i in range(count)])


def _photograph(rng: np.random.Generator, side: int) -> NDArray[np.float32]:
    planes = _planes(rng, side, rng.uniform(0.8, 1.6), alike=0.7)
    return _bounded(planes * rng.uniform(0.3, 1.2) + 0.5 * rng.standard_normal((3, 1, 1)))


def _noise(rng: np.random.Generator, side: int) -> NDArray[np.float32]:
    planes = _planes(rng, side, rng.uniform(0.0, 0.5), alike=0.1)
    return _bounded(planes * rng.uniform(0.3, 1.2) + 0.5 * rng.standard_normal((3, 1, 1)))


def _plain(rng: np.random.Generator, side: int) -> NDArray[np.float32]:
    planes = _planes(rng, side, rng.uniform(0.8, 1.6), alike=0.7)
    brightness = rng.uniform(-3.2, 3.2) + 0.5 * rng.standard_normal((3, 1, 1))
    return _bounded(planes * rng.uniform(0.01, 0.2) + brightness)


def _planes(rng: np.random.Generator, side: int, decay: float, alike: float) -> NDArray[np.float64]:
    """(3, side, side) of mean 0 and deviation 1; amplitudes fall as 1/f**decay.

    alike: how much the three planes have in common, 0 to 1.
    """
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])
    frequency[0, 0] = np.inf
    real, imaginary = rng.standard_normal((2, 4, *frequency.shape))
    planes = np.fft.irfft2((real + 1j * imaginary) / frequency**decay, s=(side, side))
    mixed = alike * planes[:1] + (1 - alike) * planes[1:]
    return np.asarray(mixed / mixed.std())


def _bounded(picture: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.clip(picture, -BOUND, BOUND).astype(np.float32)
