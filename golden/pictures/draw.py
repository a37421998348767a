"""Draw the text lines of the PP-OCR cases again: python golden/pictures/draw.py --font FILE.

Chinese lines need a font that has Chinese, such as WenQuanYi Micro Hei (Debian's package
fonts-wqy-microhei, with which those here were drawn); no font is part of this repository.
Black text on light paper, 48 pixels high, as a detector would cut it out of a page. The PNG are
what counts: another font, or another version of Pillow, draws other pictures.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

LINES = {
    "1-cities": "北京的涮肉，重庆的火锅",
    "2-latin": "Numerical parity 2026",
    "3-mixed": "飞桨 Paddle 3.3.1 版",
    "4-price": "合计：￥1,280.50元",
    "5-short": "出口",
    "6-phone": "010-8888 6666",
}
HEIGHT, TEXT = 48, 32


def drawn(text: str, font: ImageFont.FreeTypeFont, seed: int) -> Image.Image:
    """One line, with a little grain, so that no two pixels of the paper are alike."""
    left, top, right, bottom = font.getbbox(text)
    size = (int(right - left) + 24, HEIGHT)
    picture = Image.new("L", size, 235)
    at = (12 - left, (HEIGHT - (bottom - top)) / 2 - top)
    ImageDraw.Draw(picture).text(at, text, font=font, fill=25)
    grain = np.random.default_rng(seed).normal(0, 4, (HEIGHT, size[0]))
    pixels = np.clip(np.asarray(picture, np.float64) + grain, 0, 255)
    return Image.fromarray(pixels.astype(np.uint8))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--font", required=True, type=Path)
    font = ImageFont.truetype(parser.parse_args().font, TEXT)
    here = Path(__file__).parent
    for folder in ("lines", "turned"):
        (here / folder).mkdir(exist_ok=True)
    for seed, (name, text) in enumerate(LINES.items()):
        line = drawn(text, font, seed)
        line.save(here / "lines" / f"{name}.png", optimize=True)
        turned = seed % 2 == 1
        shown = line.rotate(180) if turned else line
        shown.save(here / "turned" / f"{name}-{180 if turned else 0}.png", optimize=True)


if __name__ == "__main__":
    main()
