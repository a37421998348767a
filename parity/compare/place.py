"""Where in an output a number stands."""

Index = tuple[int, ...]


def place(output: str, index: Index) -> str:
    """``logits[0,12,3]``."""
    return f"{output}[{','.join(map(str, index))}]" if index else output
