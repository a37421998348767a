"""One direction of imports, engines imported in their own files only, one file a plugin."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "parity"

# From the design: each layer may import itself and what stands before it. Layers in one row are
# siblings, and don't import each other.
LAYERS: tuple[tuple[str, ...], ...] = (
    (
        "errors",
        "plugins",
        "files",
        "signals",
        "cached",
        "interrupts",
        "temporary",
        "from_json",
        "shown",
    ),
    ("processes",),
    ("closed", "strict_json", "tokenizing"),
    ("model",),
    ("compare",),
    ("inputs", "tasks", "engines", "exports"),
    ("workers",),
    ("zoo",),
    ("verify",),
    ("diagnose",),
    ("case", "golden"),
    ("gate",),
    ("report",),
    ("pytest_plugin",),
    ("cli",),
    ("__main__",),
)

# Heavy packages, and the only files that may import them.
CONFINED = {
    "onnxruntime": ("engines/ort.py", "exports/variants/", "exports/_variant.py"),
    "paddle": ("engines/paddle.py", "zoo/nets/", "zoo/builders/", "zoo/train/", "zoo/_child.py",
               "zoo/_state.py", "zoo/_save.py", "exports/_child.py"),
    "paddle2onnx": ("exports/",),
    "PIL": ("inputs/feeds/decode.py",),
    "torch": (),
}  # fmt: skip

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


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_files_are_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300
