"""Where in an output a number stands."""

from parity.shown import shown

Index = tuple[int, ...]


def place(output: str, index: Index) -> str:
    """``logits[0,12,3]``."""
    return f"{shown(output)}[{','.join(map(str, index))}]" if index else shown(output)
