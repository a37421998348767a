"""What an engine is, in a few words."""

from parity.engines import EngineInfo
from parity.verify.request import Side


def told(side: Side, info: EngineInfo | None) -> str:
    """Name and version, and what decides its numbers where a user may not know it."""
    if info is None:
        return side.engine
    words = [f"{side.engine} {info.version}"]
    if "precision" in info.effective:
        words.append(f"computes in {info.effective['precision']}")
    if "environment" in info.effective:
        words.append(f"Python {info.effective['python']} of {info.effective['environment']}")
    return ", ".join(words)


def place(side: Side) -> str:
    """Where what runs lies: its file, the server that is asked, or what PyTorch loads."""
    options = side.options
    if side.engine == "kserve" and options.get("url"):
        name = options.get("model") or side.model.program.stem
        version = f":{options['version']}" if options.get("version") else ""
        return f"{options['url']}/{name}{version}"
    if side.engine == "torch" and options.get("model"):
        return str(options["model"])
    return str(side.model.program)


def caveats(role: str, info: EngineInfo | None) -> list[str]:
    """What an engine computed otherwise than its name says, a line each."""
    effective = info.effective if info is not None else {}
    lines = []
    if borrowed := effective.get("borrowed"):
        lines.append(f"{role}: no float64 of {borrowed}: ONNX Runtime's float32 was taken")
    if apart := effective.get("apart"):
        lines.append(
            f"{role}: not believed, since ONNX Runtime computes otherwise, whose answer was "
            f"taken: {apart}"
        )
    return lines
