"""Pictures become what is stated, or are refused in one line that names the file."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from parity.errors import InputError, ParityError, UsageError
from parity.inputs.feeds import load
from parity.inputs.feeds.picture import pictures
from parity.model.spec import Extent, Image, TensorSpec, Values

OPEN = (TensorSpec("x", "float32", ("n", 3, "h", "w"), Image(3)),)
FIXED = (TensorSpec("x", "float32", (2, 8, 6, 3), Values(-3, 3)),)
GREY = (TensorSpec("x", "uint8", ("n", "h", "w", 1), Values(0, 255), (Extent("h"), Extent("w"))),)
SAID = (TensorSpec("x", "float32", ("n", 3, 4, 4), Image.normalised((0.5,) * 3, (0.25,) * 3)),)
RAW = "scale=1"


def save(path: Path, height: int, width: int, mode: str = "RGB") -> np.ndarray:
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3)).astype(np.uint8)
    Pillow.fromarray(pixels).convert(mode).save(path)
    return pixels


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scale=1, resize=none", lambda u: u),
        ("scale=1, order=BGR", lambda u: u[:, :, ::-1]),
        ("mean=0.5, std=0.25", lambda u: (u / 255 - 0.5) / 0.25),
        ("scale=1, mean=(10, 20, 30), std=1 2 4", lambda u: (u - [10, 20, 30]) / [1.0, 2, 4]),
    ],
)
def test_a_picture_becomes_what_is_stated(text: str, expected, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    pixels = save(tmp_path / "a.png", 64, 32)
    ((own),), notes = load([tmp_path], OPEN, picture=text)
    wanted = np.moveaxis(expected(pixels.astype(np.float64)), -1, 0)[None]
    np.testing.assert_allclose(own.feed["x"].astype(np.float64), wanted, rtol=1e-6, atol=1e-6)
    assert own.feed["x"].dtype == np.float32
    assert notes[0].startswith("feeds: pictures for x: ")


def test_layout_size_and_batch_are_those_of_the_input(tmp_path: Path) -> None:
    for name in ("a.png", "b.jpg", "c.bmp", "d.JPEG"):
        save(tmp_path / name, 40, 33)
    found, _ = load([tmp_path], FIXED, picture=RAW)
    assert [own.name for own in found] == ["a.png", "b.jpg", "c.bmp", "d.JPEG"]
    assert {own.feed["x"].shape for own in found} == {(2, 8, 6, 3)}
    x = found[0].feed["x"]
    np.testing.assert_array_equal(x[0], x[1])


def test_an_own_size_is_brought_to_what_the_input_takes(tmp_path: Path) -> None:
    save(tmp_path / "a.png", 70, 2000)
    rules = (Extent("h", 16, 96), Extent("w", 10, high=640))
    spec = (TensorSpec("x", "float32", ("n", 3, "h", "w"), Image(3), rules),)
    (own,), _ = load([tmp_path], spec, picture=RAW)
    assert own.feed["x"].shape == (1, 3, 96, 640)


@pytest.mark.parametrize("resize", ["stretch", "fit", "crop"])
def test_a_size_is_reached_as_it_is_said(resize: str, tmp_path: Path) -> None:
    pixels = np.full((20, 40, 3), 200, np.uint8)
    pixels[:, 30:] = 0
    Pillow.fromarray(pixels).save(tmp_path / "a.png")
    (own,), _ = load([tmp_path], OPEN, picture=f"scale=1, size=20x20, resize={resize}")
    x = own.feed["x"][0, 0]
    assert x.shape == (20, 20)
    black = (x == 0).mean()
    assert black == {"stretch": 0.25, "fit": 0.625, "crop": 0.0}[resize] or (
        resize != "crop" and abs(black - {"stretch": 0.25, "fit": 0.625}[resize]) < 0.06
    )


def test_bytes_stay_bytes_and_what_is_said_of_the_input_counts(tmp_path: Path) -> None:
    save(tmp_path / "a.png", 32, 64, "L")
    (own,), _ = load([tmp_path], GREY)
    assert own.feed["x"].dtype == np.uint8
    assert own.feed["x"].shape == (1, 32, 64, 1)
    (own,), _ = load([tmp_path], SAID)
    assert -2 <= own.feed["x"].min() < own.feed["x"].max() <= 2


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1"])
def test_other_pixels_become_colours(mode: str, tmp_path: Path) -> None:
    save(tmp_path / ("a.jpg" if mode == "CMYK" else "a.png"), 8, 8, mode)
    (own,), _ = load([tmp_path], SAID)
    assert own.feed["x"].shape == (1, 3, 4, 4)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sise=3", 'no key "sise"; did you mean "size"'),
        ("size", "'size': write it as key=value"),
        ("size=3, size=4", '"size" is said twice'),
        ("size=0x4", "write height x width"),
        ("mean=0.5", "mean and std go together, and std is missing"),
        ("mean=0.5, std=0", "std must be above zero"),
        ("mean=1 2, std=1", "mean holds 2 numbers for 3 channels"),
        ("mean=a, std=1", 'mean="a" is no number'),
        ("scale=1/0", 'scale="1/0" is no number'),
        ("order=RBG", 'no order "RBG"'),
        ("scale=1, resize=cut", 'no resize "cut"'),
        ("scale=1, resize=fit", "resize=fit needs a size"),
        ("layout=NCWH", 'no layout "NCWH"'),
        ("input=y", 'no input "y"; there are: x'),
    ],
)
def test_a_statement_that_makes_no_sense_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        pictures(OPEN, text)
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_how_bytes_become_numbers_is_never_guessed() -> None:
    with pytest.raises(InputError, match="how do bytes become its float32"):
        pictures(OPEN, None)
    with pytest.raises(InputError, match="a model of 2 inputs"):
        pictures((*OPEN, TensorSpec("y", "float32", ("n", 2))), RAW)
    with pytest.raises(InputError, match="1 or 3 channels"):
        pictures((TensorSpec("x", "float32", ("n", 4, 8, 8)),), RAW)
    with pytest.raises(InputError, match="no picture"):
        pictures((TensorSpec("x", "float32", ("n", 4)),), RAW)
    with pytest.raises(UsageError, match="size=9x9, but x takes"):
        pictures(FIXED, "scale=1, size=9x9")


def bomb(width: int, height: int) -> bytes:
    """A PNG that claims so many pixels in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(10**7), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("bomb.png", bomb(30000, 30000), "exceeds limit"),
        ("empty.png", b"", "cannot identify image file"),
        ("text.jpg", b"hello" * 99, "cannot identify image file"),
        ("gif.png", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "cannot identify image file"),
        ("cut.png", bomb(100, 100)[:60], "truncated"),
    ],
)
def test_what_is_no_picture_is_one_line_with_its_file(
    name: str, data: bytes, message: str, tmp_path: Path
) -> None:
    save(tmp_path / "a.png", 8, 8)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ParityError) as caught:
        load([tmp_path], SAID)
    assert f"{name}: can't be decoded: " in str(caught.value)
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_picture_of_more_than_bytes_is_refused(tmp_path: Path) -> None:
    deep = np.arange(64, dtype=np.uint16).reshape(8, 8) * 1000
    Pillow.fromarray(deep).save(tmp_path / "deep.png")
    with pytest.raises(InputError, match="not bytes"):
        load([tmp_path], SAID)


def test_a_size_that_must_be_there_already_is_told(tmp_path: Path) -> None:
    save(tmp_path / "a.png", 8, 9)
    with pytest.raises(InputError, match="8x9, where 4x4 is needed"):
        load([tmp_path], SAID, picture="resize=none")


def test_a_decoder_that_dies_is_told_by_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path / "a.png", 8, 8)
    monkeypatch.setattr("parity.inputs.feeds.decoded._MODULE", "os.abort")
    with pytest.raises(InputError, match=r"a\.png: can't be decoded: the process ended with"):
        load([tmp_path], SAID)


def test_a_statement_without_pictures_is_an_error(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((1, 3, 4, 4), np.float32))
    with pytest.raises(InputError, match="no picture among the feeds"):
        load([tmp_path], SAID, picture=RAW)
