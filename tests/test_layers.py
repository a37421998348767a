"""One direction of imports, no circles, engines imported in their own files only, small rooms."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "parity"

# From the design: each layer may import itself and what stands before it. Layers in one row are
# siblings, and don't import each other.
LAYERS: tuple[tuple[str, ...], ...] = (
    (
        "errors",
        "version",
        "plugins",
        "files",
        "signals",
        "cached",
        "interrupts",
        "temporary",
        "from_json",
        "shown",
        "pairs",
    ),
    ("processes",),
    ("closed", "strict_json", "tokenizing"),
    ("settings",),
    ("model",),
    ("store",),
    ("compare",),
    ("written",),
    ("oracle", "lint"),
    ("inputs", "tasks", "engines", "exports"),
    ("workers", "duet"),
    ("zoo",),
    ("cache",),
    ("verify",),
    ("alone",),
    ("doctor",),
    ("completion",),
    ("diagnose",),
    ("deployments", "family"),
    ("case", "golden"),
    ("target",),
    ("gate",),
    ("fleet",),
    ("review",),
    ("evaluate", "timing", "proposing", "answering"),
    ("sweep", "mutate"),
    ("report",),
    ("records",),
    ("schemas", "annotate", "page", "merge", "attest", "history"),
    ("api",),
    ("pytest_plugin",),
    ("cli",),
    ("__main__",),
)

# Heavy packages, and the only files that may import them.
CONFINED = {
    "onnxruntime": ("engines/ort.py", "exports/variants/", "exports/_variant.py",
                    "exports/pytorch/"),
    "paddle": ("engines/paddle.py", "zoo/nets/", "zoo/builders/", "zoo/train/", "zoo/_child.py",
               "zoo/_state.py", "zoo/_save.py", "zoo/ops/_build.py", "exports/_child.py"),
    "paddle2onnx": ("exports/",),
    "PIL": ("inputs/feeds/decode.py", "page/pictures.py"),
    "jinja2": ("page/render.py",),
    "onnxsim": ("exports/variants/onnxsim.py",),
    "onnxslim": ("exports/variants/onnxslim.py",),
    "onnxoptimizer": ("exports/variants/onnxoptimizer.py",),
    "openvino": ("engines/openvino.py",),
    "torch": ("engines/torch.py", "exports/pytorch/child.py", "model/trained.py"),
    "transformers": ("model/trained.py", "tokenizing/kinds/transformers.py"),
    "cryptography": ("attest/keys.py",),
    "securesystemslib": ("attest/envelope.py",),
    "distributed": ("fleet/",),
    "fsspec": ("store/places/afar.py",),
}  # fmt: skip

# Commands that only parse, call the API and print; what they may import of parity.
THIN = ("check", "check_many", "checking", "explain", "export", "inspect", "matrix", "reporting")
FRONT = {
    *("api", "report", "page", "target", "cli", "errors", "interrupts", "files", "shown"),
    "compare.tolerance",
    "model.describe",  # words for what inspect prints
    "model.precisions",  # names that options take
}

FILES = sorted(ROOT.rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the layer"
            yield f"{node.module}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(name: str) -> int:
    return next(i for i, row in enumerate(LAYERS) if name in row)


def problems(path: Path, source: str) -> list[str]:
    """What a file's imports break."""
    relative = path.relative_to(ROOT).as_posix()
    own = relative.split("/")[0].removesuffix(".py")
    found = []
    for name in imports(ast.parse(source)):
        package, *rest = name.split(".")
        if package == "parity" and rest and own != "__init__":
            other = rest[0]
            if other.startswith("__") or other == own:
                continue
            if layer(other) >= layer(own) and layer(own) > 0:
                found.append(f"{relative} imports {name}, which stands behind or beside it")
        elif package in CONFINED and not relative.startswith(CONFINED[package] or ("-",)):
            found.append(f"{relative} imports {package}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_go_one_way(path: Path) -> None:
    assert problems(path, path.read_text()) == []


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("compare/x.py", "from parity.verify.run import verify"),
        ("inputs/x.py", "import parity.engines"),
        ("model/x.py", "from parity.compare import values"),
        ("verify/x.py", "def f():\n    import paddle"),
        ("engines/x.py", "from onnxruntime import InferenceSession"),
        ("zoo/x.py", "import paddle2onnx"),
    ],
)
def test_a_forbidden_import_is_caught(file: str, source: str) -> None:
    assert problems(ROOT / file, source)


def test_every_package_has_a_layer() -> None:
    here = {p.stem for p in ROOT.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert here - {"__init__"} == {name for row in LAYERS for name in row}


def deep(source: str) -> list[str]:
    """What of parity a command imports that the API is there for."""
    front = tuple(f"parity.{name}." for name in FRONT)
    names = [n for n in imports(ast.parse(source)) if n.startswith("parity.")]
    return [n for n in names if not f"{n}.".startswith(front)]


@pytest.mark.parametrize("name", THIN)
def test_commands_only_call_the_api(name: str) -> None:
    assert deep((ROOT / "cli" / f"{name}.py").read_text()) == []


def test_a_command_that_reaches_deeper_is_caught() -> None:
    assert deep("def f():\n    from parity.verify.run import verify")
    assert deep("from parity import zoo")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_files_are_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


# Rooms of which the files are a list by nature, one beside the other.
LONG = {"model/rules", "verify/checks", "cli", "zoo/ops"}


@pytest.mark.parametrize(
    "folder",
    sorted({p.parent for p in FILES}),
    ids=lambda p: p.relative_to(ROOT.parent).as_posix(),
)
def test_rooms_are_small(folder: Path) -> None:
    here = [p for p in FILES if p.parent == folder and p.name != "__init__.py"]
    most = 30 if folder.relative_to(ROOT).as_posix() in LONG else 20
    assert len(here) <= most


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def program() -> dict[str, str]:
    """Every module's source by its name."""
    return {dotted(path): path.read_text() for path in FILES}


def circle(folder: str, sources: Mapping[str, str]) -> list[str]:
    """What lies in a folder, files and folders, and imports each other in a circle; [] if none.

    Imports inside functions and those for types count too: they only hide a circle.
    """

    def inside(module: str) -> str | None:
        if module == folder:
            return "__init__"
        below = module.removeprefix(f"{folder}.")
        return None if below == module else below.partition(".")[0]

    graph: dict[str, set[str]] = {}
    for module, source in sources.items():
        own = inside(module)
        if own is None:
            continue
        named = set(imports(ast.parse(source)))
        # "from a import b" names a and a.b: it is a.b where that is a module.
        meant = {n for n in named & set(sources) if not shadowed(n, named, sources)}
        others = {other for other in map(inside, meant - {module}) if other not in (None, own)}
        graph.setdefault(own, set()).update(o for o in others if o is not None)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def shadowed(package: str, named: set[str], sources: Mapping[str, str]) -> bool:
    """Whether a package is named only for modules that lie in it."""
    taken = [n for n in named if n.rpartition(".")[0] == package]
    return bool(taken) and all(n in sources for n in taken)


@pytest.mark.parametrize("folder", sorted({dotted(p) for p in FILES if p.name == "__init__.py"}))
def test_no_circles(folder: str) -> None:
    assert circle(folder, program()) == []


@pytest.mark.parametrize(
    ("folder", "sources"),
    [
        ("a", {"a.b": "from a.c import x", "a.c": "def f():\n    from a import b"}),
        ("a", {"a.b": "import a.c", "a.c": "import a.d", "a.d": "from a.b import y"}),
        ("a", {"a": "from a.b import x", "a.b": "from a import x"}),
        ("a", {"a.b.c": "from a.d import x", "a.d": "from a.b.e import y", "a.b.e": ""}),
        (
            "a",
            {"a.b": "if TYPE_CHECKING:\n    from a.c import x", "a.c": "from a.b import y"},
        ),
    ],
    ids=["lazy", "three", "init", "rooms", "types"],
)
def test_a_circle_is_caught(folder: str, sources: Mapping[str, str]) -> None:
    assert circle(folder, sources)


def test_the_old_circle_would_be_caught() -> None:
    """A real module that reaches back is seen among the real ones."""
    sources = program() | {
        "parity.inputs.tokenizers.tokenizer": "from parity.inputs.tokenizers import wordpiece"
    }
    assert circle("parity.inputs.tokenizers", sources)
    assert circle("parity", program() | {"parity.model.spec": "import parity.verify.run"})
