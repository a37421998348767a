"""What can be said of an ONNX file without running it: each lint a file, listed in ``every``.

A lint is a module with ``look(about: About) -> Iterator[Lint]``. It reads the file and the weights
in it, and names the node, what may go wrong where, and the way out.
"""
