"""What of a GPU is here."""

import subprocess


def why_not(provider: str) -> str:
    """Why a provider can't run here, in one line; "" where it can."""
    import onnxruntime

    name = {"cuda": "CUDAExecutionProvider", "tensorrt": "TensorrtExecutionProvider"}[provider]
    if name not in onnxruntime.get_available_providers():
        return f"no CUDA device for it: {name} isn't in this onnxruntime"
    return "" if card() else "no CUDA device: nvidia-smi names none"


def card() -> str:
    """The card and its driver; "" where there is none."""
    try:
        done = subprocess.run(
            ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"],
            capture_output=True, text=True, timeout=30, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else ""
