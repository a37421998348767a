"""Numerical parity between a Paddle model and its ONNX export."""

__version__ = "0.1.0"
