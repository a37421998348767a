"""The files of a case: found where they are the same, else as they were sent, else missing."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from parity.case import load
from parity.errors import CaseError
from parity.fleet.order import cell_of, needs_card, order
from parity.fleet.parcel import Parcel, here, packed, unpacked
from parity.gate.cells import cells
from parity.gate.models import Roots
from parity.gate.run import Settings
from parity.verify.request import Effort
from tests.gate.repository import Repository
from tests.verify.conftest import tagger


@pytest.fixture
def parcel(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Parcel:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))
    return packed(load(repository.case("one", tagger())), Roots())


def sent(parcel: Parcel) -> dict[str, bytes]:
    return {held: parcel.path(name).read_bytes() for name, held in parcel.held.items()}


def elsewhere(parcel: Parcel) -> Parcel:
    """As a machine sees it that has no such folder."""
    return replace(parcel, folder=Path("/nowhere") / parcel.folder.name)


def test_a_case_is_used_where_it_lies(parcel: Parcel) -> None:
    assert sorted(parcel.held) == [
        "case/cand.onnx", "case/case.toml", "case/ref.onnx", "case/vocab.txt",
    ]  # fmt: skip
    assert here(parcel, Roots()) == (parcel.folder, Roots())
    assert here(elsewhere(parcel), Roots()) is None


def test_a_file_that_is_another_is_not_used(parcel: Parcel) -> None:
    path = parcel.folder / "ref.onnx"
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    assert here(parcel, Roots()) is None


def test_what_is_sent_makes_the_same_case(parcel: Parcel) -> None:
    folder, _ = unpacked(elsewhere(parcel), sent(parcel))
    assert folder.name == parcel.folder.name
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        p.name for p in parcel.folder.iterdir()
    )
    # The second cell of the case needs nothing sent.
    assert unpacked(elsewhere(parcel), {})[0] == folder
    (folder / "cand.onnx").write_bytes(b"damaged")
    os.utime(folder / "cand.onnx", (1, 1))
    assert unpacked(elsewhere(parcel), sent(parcel))[0] == folder
    assert (folder / "cand.onnx").read_bytes() == (parcel.folder / "cand.onnx").read_bytes()


@pytest.mark.parametrize("wrong", ["missing", "damaged"])
def test_what_did_not_come_is_told(parcel: Parcel, wrong: str) -> None:
    files = sent(parcel)
    model = parcel.held["case/ref.onnx"]
    if wrong == "missing":
        del files[model]
    else:
        files[model] = files[model][:-1]
    with pytest.raises(CaseError, match=r"ref\.onnx .*this worker hasn't got it"):
        unpacked(elsewhere(parcel), files)


def test_models_of_users_are_found_under_the_workers_own_root(
    repository: Repository, tmp_path: Path
) -> None:
    folder = repository.case("one", tagger())
    root, own = tmp_path / "models", tmp_path / "own"
    for place in (root, own):
        place.mkdir()
        (place / "ref.onnx").write_bytes((folder / "ref.onnx").read_bytes())
    (folder / "ref.onnx").unlink()
    parcel = packed(load(folder), Roots(root))
    assert "models/ref.onnx" in parcel.held
    assert here(parcel, Roots(own)) == (parcel.folder, Roots(own))
    (own / "ref.onnx").write_bytes(b"another")
    assert here(parcel, Roots(own)) == (parcel.folder, Roots(root.resolve()))
    (root / "ref.onnx").unlink()
    assert here(parcel, Roots(own)) is None


def test_a_cell_is_read_again_as_it_was_asked(repository: Repository, parcel: Parcel) -> None:
    case = load(parcel.folder)
    settings = Settings(Roots(), Effort(), database=Path("mine"))
    (cell,) = cells(case, engine="ort")
    made = order(cell, parcel, settings)
    assert made.settings.database is None
    assert cell_of(made, parcel.folder) == replace(
        cell, case=replace(cell.case, folder=parcel.folder)
    )
    text = (parcel.folder / "case.toml").read_text()
    (parcel.folder / "case.toml").write_text(text.replace("max_length = 12", "max_length = 13"))
    with pytest.raises(CaseError, match="reads the case otherwise"):
        cell_of(made, parcel.folder)


def test_the_key_holds_what_decides(parcel: Parcel) -> None:
    settings = Settings(Roots(), Effort())
    (cell,) = cells(load(parcel.folder), engine=None)
    keys = {
        order(cell, parcel, settings).key,
        order(cell, parcel, replace(settings, effort=Effort(seed=1))).key,
        order(replace(cell, opset=14), parcel, settings).key,
        order(cell, replace(parcel, held={**parcel.held, "case/more": "0"}), settings).key,
        replace(order(cell, parcel, settings), versions={"parity": "0"}).key,
    }
    assert len(keys) == 5
    assert order(cell, parcel, replace(settings, roots=Roots(Path("/m")))).key in keys


def test_cells_that_need_a_card(parcel: Parcel) -> None:
    (cell,) = cells(load(parcel.folder), engine=None)
    assert not needs_card(cell)
    engines = {**cell.case.engines, "candidate": (None, {"provider": "cuda"})}
    assert needs_card(replace(cell, case=replace(cell.case, engines=engines)))
