"""What is on a picture: bytes (height, width, channels), out of a random generator."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Random = np.random.Generator
Shape = tuple[int, int, int]
"""Height, width, channels."""

_GRAIN = 3.0  # of 255, at a middling exposure
_MOST_GLYPHS = 160  # of a page: more cost time and look the same


def strokes(random: Random, shape: Shape) -> Picture:
    """Lines of text: dark strokes on light paper with a little grain, or light ones on dark."""
    height, width, channels = shape
    page = np.full((height, width), random.integers(200, 256), dtype=np.float64)
    size = max(4, int(min(height, width) / random.integers(1, 5)))
    thick = max(1, size // 10)
    cells = [(y, x) for y in range(1, height, size + 2) for x in range(1, width, size)]
    for y, x in cells[:: 1 + len(cells) // _MOST_GLYPHS]:
        if random.random() < 0.15:  # a gap between words
            continue
        ink = random.integers(0, 90)
        for _ in range(random.integers(2, 5)):
            along = random.integers(0, max(1, size - thick - 1))
            begin, end = sorted(random.integers(0, size, size=2))
            if random.random() < 0.5:
                page[y + along : y + along + thick, x + begin : x + end] = ink
            else:
                page[y + begin : y + end, x + along : x + along + thick] = ink
    if random.random() < 0.25:
        page = 255 - page
    tint = 1 - 0.15 * random.random(channels)
    return grained(random, page[:, :, None] * tint)


def photo(random: Random, shape: Shape) -> Picture:
    """Smooth noise whose amplitude falls with frequency as that of photographs does (1/f)."""
    height, width, channels = shape
    rows, columns = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    # The lowest frequency would be infinite, and is the brightness, which is drawn apart.
    radius = np.maximum(np.hypot(rows, columns), 1 / max(height, width))
    falls = radius ** -random.uniform(1.0, 1.6)
    layers = []
    shared = _field(random, height, width, falls)
    for _ in range(channels):
        own = _field(random, height, width, falls)
        layers.append(random.uniform(80, 176) + random.uniform(30, 60) * (0.8 * shared + 0.4 * own))
    return _bytes(np.stack(layers, axis=-1))


def shapes(random: Random, shape: Shape) -> Picture:
    """Rectangles, discs and half planes of even colours, with sharp edges."""
    height, width, channels = shape
    picture = np.empty(shape, dtype=np.float64)
    picture[:] = random.integers(0, 256, channels)
    rows, columns = np.mgrid[:height, :width]
    for _ in range(random.integers(4, 10)):
        y, x = random.integers(0, height), random.integers(0, width)
        tall, wide = random.integers(1, height // 2 + 2), random.integers(1, width // 2 + 2)
        kind = random.integers(0, 3)
        if kind == 0:
            inside = (abs(rows - y) <= tall // 2) & (abs(columns - x) <= wide // 2)
        elif kind == 1:
            inside = ((rows - y) / tall) ** 2 + ((columns - x) / wide) ** 2 <= 0.5
        else:
            turn = random.uniform(0, 2 * np.pi)
            inside = (rows - y) * np.sin(turn) + (columns - x) * np.cos(turn) > min(tall, wide)
        picture[inside] = random.integers(0, 256, channels)
    return grained(random, picture)


def gradient(random: Random, shape: Shape) -> Picture:
    """From one colour to another, in some direction."""
    height, width, channels = shape
    rows = np.linspace(0, 1, height)[:, None] if height > 1 else np.zeros((1, 1))
    columns = np.linspace(0, 1, width)[None, :] if width > 1 else np.zeros((1, 1))
    share = random.random()
    way = (share * rows + (1 - share) * columns)[:, :, None]
    ends = random.integers(0, 256, (2, channels))
    return grained(random, ends[0] + way * (ends[1] - ends[0]))


def noise(random: Random, shape: Shape) -> Picture:
    """Each value for itself."""
    return random.integers(0, 256, shape, dtype=np.uint8)


def bars(random: Random, shape: Shape) -> Picture:
    """Stripes of a few pixels, as print and weaves have them: all frequencies in one direction."""
    height, width, channels = shape
    turn = random.uniform(0, np.pi)
    rows, columns = np.mgrid[:height, :width]
    wave = np.sin((rows * np.sin(turn) + columns * np.cos(turn)) * random.uniform(0.2, 2.5))
    colours = random.integers(0, 256, (2, channels))
    return grained(random, np.where(wave[:, :, None] > 0, colours[0], colours[1]))


Content = Callable[[Random, Shape], Picture]

CONTENTS: dict[str, Content] = {
    "gradient": gradient,
    "bars": bars,
    "shapes": shapes,
    "strokes": strokes,
    "photo": photo,
    "noise": noise,
}
"""By name, the simplest first."""


def grained(random: Random, values: NDArray[np.float64]) -> Picture:
    """Bytes with the grain of a sensor.

    Over a large even area roundings add up, all in one direction: PP-OCR's cls on 63x448 black
    pixels is 2.7e-4 from each of Paddle's kernels in ONNX Runtime, and 5e-6 on anything natural.
    """
    noise = random.normal(0, _GRAIN, values.shape)
    return _bytes(np.where(values < 128, values + abs(noise), values - abs(noise)))


def _field(
    random: Random, height: int, width: int, falls: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A random field of mean 0 and deviation 1."""
    spectrum = np.fft.rfft2(random.normal(size=(height, width))) * falls
    spectrum[0, 0] = 0
    field = np.fft.irfft2(spectrum, s=(height, width))
    return np.asarray(field / max(float(field.std()), 1e-9))


def _bytes(values: NDArray[np.float64]) -> Picture:
    return np.rint(np.clip(values, 0, 255)).astype(np.uint8)
