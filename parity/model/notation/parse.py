"""Read an input from the notation."""

from parity.model.notation import axes, kinds
from parity.model.notation.pictures import settled
from parity.model.notation.said import DTYPES, InputSpec
from parity.model.notation.scan import Words, name
from parity.model.spec import Image
from parity.plugins import unknown


def parse(text: str, *, what: str = "--input") -> InputSpec:
    """The input that a text such as ``x: float32[n,3,32k,32k] in [-1,1]`` describes.

    what: names the text in errors. Raises UsageError, one line that shows the place.
    """
    words = Words(text, what)
    of = name(words, "the name of an input")
    words.need(":", "behind the name of the input")
    dtype = _dtype(words)
    shape, extents = axes.read(words, of) if words.skip("[") else (None, ())
    at = words.here.at
    domain = kinds.read(words)
    if dtype is None and shape is None and domain is None:
        raise words.expected("a dtype, a shape, or what its values are")
    if isinstance(domain, Image) and shape is not None:
        try:
            domain = settled(domain, shape)
        except ValueError as error:
            raise words.wrong(at, str(error)) from error
    return InputSpec(of, dtype, shape, domain, extents)


def _dtype(words: Words) -> str | None:
    word = words.here
    if word.kind != "name":
        return None
    if word.text in DTYPES:
        return words.take().text
    # A word before a bracket is meant to be a dtype; "in [-1,1]" is no shape.
    if words.after.text == "[" and word.text.lower() not in ("in", "whole", "columns"):
        raise words.wrong(word.at, unknown("dtype", word.text, DTYPES))
    return None
