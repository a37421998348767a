"""HTML of which every text is escaped, because nothing else can be made here.

A template language with autoescape does the same for a page with much markup; this one has little,
and a person who only wants to read what changed needs no further package for it.
"""

import html

from parity.shown import shown


class Safe(str):
    """Markup of ours. What isn't of this type is text."""

    __slots__ = ()


def element(tag: str, *inside: str, **attributes: str) -> Safe:
    """``<tag attribute="…">inside</tag>``. ``class_`` is ``class``."""
    told = "".join(
        f' {name.rstrip("_")}="{html.escape(value)}"' for name, value in attributes.items()
    )
    return Safe(f"<{tag}{told}>{joined(*inside)}</{tag}>")


def joined(*pieces: str) -> Safe:
    """Markup and texts in a row."""
    return Safe("".join(p if isinstance(p, Safe) else text(p) for p in pieces))


def text(foreign: str) -> Safe:
    """Text that is nothing but text: no tag, no entity, no control, no turn of direction."""
    return Safe(html.escape(shown(foreign)))
