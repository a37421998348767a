"""The readers: ONNX, Paddle 3 and Paddle 2 programs, their weights, and arrays in a zip."""
