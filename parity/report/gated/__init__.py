"""The document of a gate, and its cells made again of it."""
