"""The version, apart from the package's face, which imports what needs it."""

__version__ = "0.1.0"
