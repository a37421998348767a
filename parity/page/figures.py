"""Numbers of a document as people read them; each says where it stands there."""

import json
import math
from collections.abc import Callable

from parity.page.blocks import Figure, Piece
from parity.page.node import Node
from parity.report.values.ratios import share as share_of


def count(node: Node) -> Piece:
    """A whole number, with commas."""
    return _figure(node, lambda n: f"{n:,.0f}")


def small(node: Node) -> Piece:
    """Two digits of a difference: ``1.2e-05``."""
    return _figure(node, lambda n: f"{n:.2g}")


def three(node: Node) -> Piece:
    """Three digits of a time or rate, or all before the point: ``12.3``, ``4,371``."""
    return _figure(node, lambda n: f"{n:,.0f}" if n >= 100 else f"{n:.3g}")


def value(node: Node) -> Piece:
    """As exact as float32 is: ``-1.578931``."""
    return _figure(node, lambda n: f"{n:.7g}")


def share(node: Node) -> Piece:
    """Of an allowance: ``6%``, and ``36x`` beyond it."""
    return _figure(node, share_of)


def times(node: Node) -> Piece:
    """As many times: ``1.6x``."""
    return _figure(node, lambda n: f"{n:.2g}x" if n < 1000 else f"{n:,.0f}x")


def seconds(node: Node) -> Piece:
    """``1.3 s``."""
    return _figure(node, lambda n: f"{n:.1f} s")


def percent(node: Node) -> Piece:
    """A figure that is in percent already, or points: ``56.57``."""
    return _figure(node, lambda n: f"{n:.2f}")


def points(node: Node) -> Piece:
    """A change with its sign: ``-0.88``."""
    return _figure(node, lambda n: f"{round(n, 2) + 0.0:+.2f}")


def plain(node: Node) -> Piece:
    """Whatever it is: whole numbers with commas, others exactly, texts as they are."""
    if node.whole is not None:
        return count(node)
    return value(node)


def entry(node: Node) -> Piece:
    """Of an array: ids without commas, other numbers as exact as float32 is."""
    return _figure(node, lambda n: f"{n:.0f}" if node.whole is not None else f"{n:.7g}")


def raw(node: Node) -> str:
    """A number as JSON has it, for a program that holds the page against the document."""
    return node.value if isinstance(node.value, str) else json.dumps(node.value)


def said(piece: Piece) -> str:
    """The text of a piece that one of these made."""
    return piece if isinstance(piece, str) else getattr(piece, "text", "")


def _figure(node: Node, how: Callable[[float], str]) -> Piece:
    number = node.number
    if number is None:
        return node.text
    text = how(number) if math.isfinite(number) else str(number)
    return Figure(text, raw(node), node.at)
