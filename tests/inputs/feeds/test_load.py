"""Own feeds are read, or refused in one line that names the file."""

import io
import os
import pickle
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parity.errors import InputError, ParityError
from parity.inputs.feeds import load
from parity.inputs.feeds.own import MOST_BYTES
from parity.model.spec import Extent, Lengths, TensorSpec, TokenIds, Values

ONE = (TensorSpec("x", "float32", ("n", 3), Values(-1, 1)),)
IDS = (
    TensorSpec("ids", "int64", ("n", "t"), TokenIds(50, 0, masked=True), (Extent("t", high=9),)),
    TensorSpec("len", "int64", ("n",), Lengths("ids")),
)
GOOD = {"ids": np.ones((2, 4), np.int64), "len": np.array([4, 2])}


def npy(array: object) -> bytes:
    body = io.BytesIO()
    np.save(body, np.asarray(array), allow_pickle=True)
    return body.getvalue()


def header(text: str) -> bytes:
    """A .npy of nothing but a header."""
    padded = text.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded.encode()


def zipped(entries: list[tuple[str, bytes]]) -> bytes:
    body = io.BytesIO()
    with (
        warnings.catch_warnings(),
        zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        warnings.simplefilter("ignore")  # of a name that is there twice
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return body.getvalue()


def test_an_npz_is_one_feed_in_the_order_of_the_inputs(tmp_path: Path) -> None:
    path = tmp_path / "one.npz"
    np.savez_compressed(path, len=GOOD["len"].astype(">i8"), ids=np.asfortranarray(GOOD["ids"]))
    (own,), notes = load([path], IDS)
    assert own.name == "one.npz"
    assert list(own.feed) == ["ids", "len"]
    assert own.feed["ids"].flags.c_contiguous
    assert own.feed["len"].dtype == np.dtype("int64")
    assert own.feed["len"].tolist() == [4, 2]
    assert notes == []


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name in ("b", "a"):
        np.savez(tmp_path / f"{name}.npz", ids=GOOD["ids"], len=GOOD["len"])
    inner = tmp_path / "both"
    inner.mkdir()
    for name, array in GOOD.items():
        np.save(inner / f"{name}.npy", array)
    (tmp_path / ".hidden").write_bytes(b"")
    (tmp_path / "labels.txt").write_text("what they show")
    found, notes = load([tmp_path], IDS)
    assert [own.name for own in found] == ["a.npz", "b.npz", "both"]
    assert notes == [f"feeds: left aside in {tmp_path}: labels.txt (1 in all)"]


def test_arrays_of_a_model_with_one_input_are_a_feed_each(tmp_path: Path) -> None:
    for name in ("first", "second"):
        np.save(tmp_path / f"{name}.npy", np.zeros((2, 3), np.float32))
    assert [own.name for own in load([tmp_path], ONE)[0]] == ["first.npy", "second.npy"]
    assert [own.name for own in load([tmp_path / "first.npy"], ONE)[0]] == ["first.npy"]


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    np.savez(tmp_path / "real.bin.npz", ids=GOOD["ids"], len=GOOD["len"])
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.npz").symlink_to(tmp_path / "real.bin.npz")
    assert [own.name for own in load([tmp_path / "in"], IDS)[0]] == ["link.npz"]


class Trap:
    """Tells when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, ("unpickled",)


HUGE = 10**12
BAD: dict[str, tuple[str, bytes, str]] = {
    "empty": ("x.npz", b"", "x.npz: damaged, or no .npz file"),
    "cut": ("x.npz", zipped([("x.npy", npy(np.zeros((9, 3), np.float32)))])[:-9], "damaged"),
    "text": ("x.npy", b"hello", "x.npy: damaged, or no .npy file"),
    "no array": ("x.npz", zipped([]), "no array in it"),
    "other entry": ("x.npz", zipped([("../passwd", b"root")]), 'passwd" in it is no .npy array'),
    "twice": ("x.npz", zipped([("x.npy", npy([1.0]))] * 2), '"x" is in it twice'),
    "pickle": ("x.npy", npy(np.array([Trap()], dtype=object)), "Python objects"),
    "pickle in a zip": ("x.npz", zipped([("x.npy", pickle.dumps(Trap()))]), "damaged"),
    "strings": ("x.npy", npy(np.array(["a"])), "an input is of numbers"),
    "complex": ("x.npy", npy(np.array([1j])), "an input is of numbers"),
    "records": ("x.npy", npy(np.zeros(2, [("a", "i4")])), "an input is of numbers"),
    "huge": (
        "x.npy",
        header(f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({HUGE}, 3), }}"),
        f"{12 * HUGE:,} bytes, where {MOST_BYTES:,} are left",
    ),
    "negative": (
        "x.npy",
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 3), }"),
        "its shape is (-1, 3)",
    ),
    "cut short": (
        "x.npy",
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"),
        "cut short: 0 of 24 bytes",
    ),
    "code in a header": ("x.npy", header("__import__('os').mkdir('unpickled')"), "damaged"),
    "dtype": ("x.npy", npy(np.zeros((1, 3))), "x is float64, but the model takes float32"),
    "shape": (
        "x.npy", npy(np.zeros((1, 4), np.float32)), "x is [1, 4], but the model takes [n, 3]"
    ),
    "nothing": ("x.npy", npy(np.zeros((0, 3), np.float32)), "there is nothing in it"),
    "name": ("x.npz", zipped([("y.npy", npy([1.0]))]), 'no input "y"; there are: x'),
    "kind": ("x.txt", b"1 2 3", "no feed: .npz, .npy"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_feed_is_one_line_with_its_file(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, data, message = BAD[kind]
    (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        load([Path(name)], ONE)
    assert message in str(caught.value)
    assert name in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_bomb_is_refused_by_its_header_before_it_unpacks(tmp_path: Path) -> None:
    data = header("{'descr': '<f4', 'fortran_order': False, 'shape': (268435457, 3), }")
    (tmp_path / "x.npz").write_bytes(zipped([("x.npy", data + bytes(2**24))]))
    assert (tmp_path / "x.npz").stat().st_size < 2**16
    with pytest.raises(InputError, match="bytes, where"):
        load([tmp_path], ONE)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ids": np.full((2, 4), 50)}, r"ids\[0, 0\] is 50, but ids are from 0 to 49"),
        ({"ids": np.full((2, 4), -1)}, r"ids\[0, 0\] is -1"),
        ({"len": np.array([4, 5])}, r"len\[1\] is 5, but lengths of ids are from 0 to 4"),
        ({"len": np.array([4])}, r'"n" is 2 in ids and 1 in len'),
        ({"ids": np.ones((2, 10), np.int64)}, r'"t" is 10 in ids, but is said to be .* at most 9'),
        ({"ids": np.ones((2, 4), np.int32)}, "ids is int32, but the model takes int64"),
        ({"len": None}, "nothing for the input len"),
    ],
)
def test_a_feed_that_does_not_fit_is_refused(
    change: dict[str, np.ndarray | None], message: str, tmp_path: Path
) -> None:
    arrays = {k: v for k, v in {**GOOD, **change}.items() if v is not None}
    entries = [(f"{name}.npy", npy(array)) for name, array in arrays.items()]
    (tmp_path / "mine.npz").write_bytes(zipped(entries))
    with pytest.raises(InputError, match=f"mine.npz: {message}"):
        load([tmp_path], IDS)


def test_a_place_without_feeds_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no feed"):
        load([tmp_path], ONE)
    with pytest.raises(InputError, match=r"no\.npz: can't be read: No such file"):
        load([tmp_path / "no.npz"], ONE)
    (tmp_path / "labels.txt").write_text("")
    with pytest.raises(InputError, match="holds no feed"):
        load([tmp_path], ONE)


def test_what_is_no_plain_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.npz")
    with pytest.raises(InputError, match=r"pipe\.npz: no plain file"):
        load([tmp_path], ONE)
    (tmp_path / "pipe.npz").unlink()
    (tmp_path / "zero.npy").symlink_to("/dev/zero")
    with pytest.raises(InputError, match=r"zero\.npy: no plain file"):
        load([tmp_path], ONE)
    (tmp_path / "zero.npy").unlink()
    (tmp_path / "loop.npz").symlink_to(tmp_path / "loop.npz")
    with pytest.raises(InputError, match=r"loop\.npz: can't be read"):
        load([tmp_path], ONE)


def test_a_folder_that_links_to_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "again").symlink_to(tmp_path)
    np.save(tmp_path / "x.npy", np.zeros((1, 3), np.float32))
    assert len(load([tmp_path], ONE)[0]) == 1


def test_there_is_a_limit_to_how_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parity.inputs.feeds.loading.MOST_FEEDS", 2)
    for index in range(3):
        np.save(tmp_path / f"{index}.npy", np.zeros((1, 3), np.float32))
    with pytest.raises(InputError, match="more than 2 feeds"):
        load([tmp_path], ONE)


SEEDS = (
    zipped([("x.npy", npy(np.zeros((2, 3), np.float32)))]),
    zipped([("ids.npy", npy(GOOD["ids"])), ("len.npy", npy(GOOD["len"]))]),
    npy(np.zeros((2, 3), np.float32)),
)


@given(
    seed=st.sampled_from(SEEDS),
    places=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
    cut=st.integers(0, 400),
)
@settings(max_examples=400, deadline=None)
def test_a_damaged_file_is_a_feed_or_one_line(
    seed: bytes, places: list[tuple[int, int]], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = bytearray(seed)
    for at, value in places:
        data[at % len(data)] = value
    folder = tmp_path_factory.getbasetemp()
    path = folder / ("fuzzed.npy" if seed == SEEDS[2] else "fuzzed.npz")
    path.write_bytes(bytes(data[: len(data) - cut % 40]))
    problem = ""
    try:
        found, _ = load([path], ONE)
    except ParityError as error:
        problem = str(error)
        found = []
    assert problem.startswith(str(path)) or len(found) == 1
    assert len(problem.splitlines()) < 2
