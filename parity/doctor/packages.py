"""Which packages are installed, by what pip wrote of them: none is imported."""

import platform
from importlib.metadata import PackageNotFoundError, version

import parity

ENGINES = (
    ("paddle", ("paddlepaddle", "paddlepaddle-gpu")),
    ("paddle2onnx", ("paddle2onnx",)),
    ("onnxruntime", ("onnxruntime", "onnxruntime-gpu")),
)
"""What a verdict is about, by what it is called, and the packages that bring it."""

OTHERS = (
    "onnx", "numpy", "hypothesis", "ml-dtypes", "pillow", "tokenizers", "safetensors", "click",
    "rich", "pytest", "pytest-xdist",
)  # fmt: skip
"""What else decides what is drawn, read, compared and shown."""


def versions() -> dict[str, str | None]:
    """Version of each package, in the order in which they are shown; None if not installed.

    Of two packages that bring the same library, such as onnxruntime and onnxruntime-gpu, those that
    are installed; the first of them if none is.
    """
    found: dict[str, str | None] = {
        "parity": parity.__version__,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }
    return found | dict(_engines()) | {package: _version(package) for package in OTHERS}


def line() -> str:
    """Parity and the engines in one line, as ``parity --version`` says it."""
    told = [f"{name} {version or 'not installed'}" for name, version in _engines()]
    return f"parity {parity.__version__} ({', '.join(told)})"


def twice() -> list[str]:
    """A line for each library that two packages bring: they overwrite each other's files."""
    return [
        f"{' and '.join(packages)} are both installed, and overwrite each other's files: keep one"
        for _, packages in ENGINES
        if len(packages) > 1 and all(_version(package) is not None for package in packages)
    ]


def _engines() -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for _, packages in ENGINES:
        told = [(package, _version(package)) for package in packages]
        found += [one for one in told if one[1] is not None] or told[:1]
    return found


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
